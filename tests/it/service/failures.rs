//! HubEE failing at each call in turn, in each of its ways: the mise en service always ends well, by itself.

use std::time::Duration;

use habilis::provisioning::Step;
use habilis::sandbox::hubee::{FaultKind, Route, When};
use habilis::store::provisioning;

use super::scene::{SIRET, accepted, assert_open, fault, quiet, relaunched, status};
use super::turns::{Story, each_answer_lost, each_call_fails, each_step_again, nothing_fails};
use crate::support::house::House;

/// The mise en service of an accepted request, activated by the API.
pub struct Provisioning;

impl Story for Provisioning {
    async fn ready(&self) -> (House, i64) {
        let house = House::open().await;
        let number = accepted(&house).await;
        (house, number)
    }

    async fn run(&self, house: &House, number: i64) {
        quiet(house, number).await;
    }

    async fn assert_done(&self, house: &House, number: i64, told: &str) {
        assert_open(house, number, told).await;
    }

    fn calls(&self) -> &'static [Route] {
        &[
            Route::Token,
            // By its key, then by its SIRET, made, seen.
            Route::GetOrganisation,
            Route::ListOrganisations,
            Route::PostOrganisation,
            Route::GetOrganisation,
            Route::ListSubscriptions,
            Route::PostSubscription,
            // Looked at, activated, seen.
            Route::GetSubscription,
            Route::PutSubscription,
            Route::GetSubscription,
        ]
    }

    fn steps(&self) -> Vec<&'static str> {
        Step::ALL.into_iter().map(Step::name).collect()
    }

    async fn rewind(&self, house: &House, number: i64, step: &str) {
        let mut row = house.provisioning(number).await.unwrap();
        row.step = step.into();
        if Step::parse(step) <= Step::Subscription {
            row.subscription_id = None;
        }
        let mut tx = house.db.begin().await.unwrap();
        provisioning::save(tx.cx(), &row).await.unwrap();
        tx.commit().await.unwrap();
        relaunched(house, number).await;
    }
}

/// The same, which the collectivité activates in its portal as soon as it may.
struct ByTheCollectivite;

impl Story for ByTheCollectivite {
    async fn ready(&self) -> (House, i64) {
        let house = House::with(&[("HUBEE_ACTIVATION", "manual")]).await;
        let number = accepted(&house).await;
        (house, number)
    }

    async fn run(&self, house: &House, number: i64) {
        house.run_jobs().await;
        for _ in 0..12 {
            match status(house, number).await.as_str() {
                "open" | "held" | "parked" => return,
                "awaiting_activation" => drop(house.hubee().agent_activates(SIRET)),
                _ => {}
            }
            house.later(chrono::Duration::minutes(75)).await;
        }
    }

    async fn assert_done(&self, house: &House, number: i64, told: &str) {
        assert_open(house, number, told).await;
    }

    fn calls(&self) -> &'static [Route] {
        &[
            Route::Token,
            Route::GetOrganisation,
            Route::ListOrganisations,
            Route::PostOrganisation,
            Route::GetOrganisation,
            Route::ListSubscriptions,
            Route::PostSubscription,
            // Looked at; an hour later, twice: active, and still so.
            Route::GetSubscription,
            Route::Token,
            Route::GetSubscription,
            Route::GetSubscription,
        ]
    }

    fn steps(&self) -> Vec<&'static str> {
        Provisioning.steps()
    }

    async fn rewind(&self, house: &House, number: i64, step: &str) {
        Provisioning.rewind(house, number, step).await;
    }
}

#[tokio::test]
async fn activated_by_the_collectivite_each_call_fails_in_turn() {
    nothing_fails(&ByTheCollectivite).await;
    each_answer_lost(&ByTheCollectivite).await;
    each_step_again(&ByTheCollectivite).await;
    for kind in [FaultKind::Error500After, FaultKind::LostRequest, FaultKind::InvalidJson] {
        each_call_fails(&ByTheCollectivite, kind, 0).await;
    }
}

/// What HubEE refuses for good at each call in turn: the state says it on the page, and a relaunch mends it once HubEE is
/// itself again.
#[tokio::test]
async fn each_call_refused_is_seen_and_relaunched() {
    for kind in [FaultKind::Refused400, FaultKind::Forbidden403] {
        for n in 2..=Provisioning.calls().len() {
            let told = format!("{kind:?} at call {n}");
            let (house, number) = Provisioning.ready().await;
            house.hubee().script(fault(Route::Any, kind, When::Nth(n)));
            Provisioning.run(&house, number).await;
            let mut ada = house.instructeur("Ada").await;
            let stands = status(&house, number).await;
            if stands != "open" {
                let page = ada.get(&format!("/instruction/D{number}")).await.main();
                let says = ["HubEE refuse", "HubEE ne permet pas"].iter().any(|words| page.contains(words));
                assert!(says, "{told}, {stands}: {page}");
                relaunched(&house, number).await;
                Provisioning.run(&house, number).await;
            }
            Provisioning.assert_done(&house, number, &told).await;
        }
    }
}

#[tokio::test]
async fn a_clean_run_makes_these_calls_in_this_order() {
    nothing_fails(&Provisioning).await;
}

#[tokio::test]
async fn each_answer_lost_in_turn() {
    each_answer_lost(&Provisioning).await;
}

#[tokio::test]
async fn each_step_made_again() {
    each_step_again(&Provisioning).await;
}

macro_rules! each {
    ($($name:ident: $kind:expr;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                each_call_fails(&Provisioning, $kind, 0).await;
            }
        )*
    };
}

each! {
    an_error_500_before_the_effect: FaultKind::Error500Before;
    an_error_500_after_the_effect: FaultKind::Error500After;
    a_token_no_longer_known: FaultKind::Unauthorized401;
    an_answer_lost: FaultKind::LostAnswer;
    a_request_lost: FaultKind::LostRequest;
    a_silence_then_nothing: FaultKind::Silent(Duration::from_millis(20));
    an_answer_that_comes_late: FaultKind::Slow(Duration::from_millis(20));
    a_page_of_a_gateway: FaultKind::Html502;
    too_many_calls: FaultKind::TooMany429;
    a_created_without_a_body: FaultKind::EmptyBody201;
    a_json_cut_in_the_middle: FaultKind::InvalidJson;
}

#[tokio::test]
async fn three_answers_lost_in_a_row() {
    each_call_fails(&Provisioning, FaultKind::LostAnswer, 2).await;
}

#[tokio::test]
async fn three_errors_after_the_effect_in_a_row() {
    each_call_fails(&Provisioning, FaultKind::Error500After, 2).await;
}

#[tokio::test]
async fn a_list_that_lags_behind() {
    let house = House::open().await;
    let switches = habilis::sandbox::hubee::Switches { list_lag_seconds: 300, ..house.hubee().switches() };
    house.hubee().set_switches(switches);
    house.hubee().script(fault(Route::PostSubscription, FaultKind::EmptyBody201, When::Nth(1)));
    let number = accepted(&house).await;
    quiet(&house, number).await;
    assert_open(&house, number, "lag").await;
}
