//! HubEE failing at each call in turn, in each of its ways: the mise en service always ends well, by itself.

use std::time::Duration;

use habilis::provisioning::Step;
use habilis::sandbox::hubee::{FaultKind, Route, When};
use habilis::store::provisioning;

use super::scene::{accepted, assert_open, fault, quiet, relaunched};
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
