//! What any saga must stand, whatever it does at HubEE: each call failing in turn, each answer lost in turn, each step
//! made again. A saga is a [`Story`]; what is asserted is HubEE's own memory and the ordered list of calls.

use habilis::sandbox::hubee::{FaultKind, Route, When};
use serde_json::{Value, json};

use super::scene::{assert_looked_before_writing_again, fault, shown};
use crate::support::house::House;

/// One saga, from before its first call to its end.
pub trait Story {
    /// A house where it is ready to run: HubEE's log of calls is empty.
    async fn ready(&self) -> (House, i64);

    /// Lets it run until nothing moves by itself, hours included.
    async fn run(&self, house: &House, number: i64);

    /// The end that is wanted, as HubEE and the outside see it. `told`: what happened on the way.
    async fn assert_done(&self, house: &House, number: i64, told: &str);

    /// The calls of a run where nothing fails, in order, the token's included.
    fn calls(&self) -> &'static [Route];

    /// Its steps by their stored names.
    fn steps(&self) -> Vec<&'static str>;

    /// Puts a finished saga back to one of its steps, as if nothing had been noted since, and asks for another run.
    async fn rewind(&self, house: &House, number: i64, step: &str);
}

/// All that HubEE holds.
pub fn memory(house: &House) -> Value {
    let hubee = house.hubee();
    json!([hubee.organisations(), hubee.subscriptions(), hubee.accounts(), hubee.mails()])
}

fn writes(route: Option<Route>) -> bool {
    matches!(
        route,
        Some(Route::PostOrganisation | Route::PutOrganisation | Route::PostSubscription | Route::PutSubscription)
    )
}

/// Nothing fails: these calls, in this order, and no other.
pub async fn nothing_fails(story: &impl Story) {
    let (house, number) = story.ready().await;
    story.run(&house, number).await;
    story.assert_done(&house, number, "nothing failed").await;
    let calls = house.hubee().calls();
    let made: Vec<Route> = calls.iter().filter_map(|call| call.route).collect();
    assert_eq!(made, story.calls(), "{}", shown(&calls));
}

/// Each call of a clean run in turn fails so, then `more` calls after it.
pub async fn each_call_fails(story: &impl Story, kind: FaultKind, more: usize) {
    for n in 1..=story.calls().len() {
        let told = format!("{kind:?} at call {n} and {more} more");
        let (house, number) = story.ready().await;
        for later in 0..=more {
            house.hubee().script(fault(Route::Any, kind, When::Nth(n + later)));
        }
        story.run(&house, number).await;
        assert!(house.hubee().faults().is_empty(), "{told}: did not happen");
        story.assert_done(&house, number, &told).await;
        assert_looked_before_writing_again(&house.hubee().calls(), &told);
    }
}

/// The answer of each call in turn is lost, its effect made: nothing is written twice, and the same is held in the end
/// as if it had been heard.
pub async fn each_answer_lost(story: &impl Story) {
    for n in 1..=story.calls().len() {
        let told = format!("answer {n} lost");
        let (house, number) = story.ready().await;
        house.hubee().script(fault(Route::Any, FaultKind::LostAnswer, When::Nth(n)));
        story.run(&house, number).await;
        story.assert_done(&house, number, &told).await;
        let calls = house.hubee().calls();
        for route in story.calls().iter().copied().filter(|route| writes(Some(*route))) {
            let made = calls.iter().filter(|call| call.route == Some(route)).count();
            let wanted = story.calls().iter().filter(|wanted| **wanted == route).count();
            assert_eq!(made, wanted, "{told}: {route:?}{}", shown(&calls));
        }
    }
}

/// Each step made again, once all is done: HubEE is asked, and holds the same.
pub async fn each_step_again(story: &impl Story) {
    let (house, number) = story.ready().await;
    story.run(&house, number).await;
    let before = memory(&house);
    for step in story.steps() {
        house.hubee().clear_calls();
        story.rewind(&house, number, step).await;
        story.run(&house, number).await;
        story.assert_done(&house, number, step).await;
        assert_eq!(memory(&house), before, "{step} again");
        let calls = house.hubee().calls();
        assert!(!calls.is_empty() && !calls.iter().any(|call| writes(call.route)), "{step} again: {}", shown(&calls));
    }
}
