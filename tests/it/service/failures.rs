//! HubEE failing at each call in turn, in each of its ways: the story always ends well, by itself.

use habilis::sandbox::hubee::{FaultKind, Route, When};

use super::scene::{accepted, assert_open, fault, quiet};
use crate::support::house::House;

/// Calls of a mise en service where nothing fails: token, organisation (key, SIRET, creation, read-back), subscription
/// (search, creation), activation (read, update), read-back.
const CLEAN: usize = 10;

#[tokio::test]
async fn a_clean_run_makes_ten_calls() {
    let house = House::open().await;
    let number = accepted(&house).await;
    quiet(&house, number).await;
    assert_open(&house, number, "clean").await;
    assert_eq!(house.hubee().calls().len(), CLEAN);
}

/// Each call of a clean run in turn, failing so.
async fn converges(kind: FaultKind) {
    for n in 1..=CLEAN {
        let house = House::open().await;
        house.hubee().script(fault(Route::Any, kind, When::Nth(n)));
        let number = accepted(&house).await;
        quiet(&house, number).await;
        assert!(house.hubee().faults().is_empty(), "{kind:?} at {n} did not happen");
        assert_open(&house, number, &format!("{kind:?} at call {n}")).await;
    }
}

/// Each call of a clean run in turn, failing so three times in a row.
async fn converges_after_three(kind: FaultKind) {
    for n in [1, 4, 7, 9] {
        let house = House::open().await;
        for later in 0..3 {
            house.hubee().script(fault(Route::Any, kind, When::Nth(n + later)));
        }
        let number = accepted(&house).await;
        quiet(&house, number).await;
        assert_open(&house, number, &format!("{kind:?} from call {n}")).await;
    }
}

macro_rules! each {
    ($($name:ident: $kind:expr;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                converges($kind).await;
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
    a_page_of_a_gateway: FaultKind::Html502;
    too_many_calls: FaultKind::TooMany429;
    a_created_without_a_body: FaultKind::EmptyBody201;
    a_json_cut_in_the_middle: FaultKind::InvalidJson;
}

#[tokio::test]
async fn three_answers_lost_in_a_row() {
    converges_after_three(FaultKind::LostAnswer).await;
}

#[tokio::test]
async fn three_errors_after_the_effect_in_a_row() {
    converges_after_three(FaultKind::Error500After).await;
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
