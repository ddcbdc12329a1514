//! HubEE failing at each call of a suspension in turn, in each of its ways: it always ends well, by itself.

use chrono::Duration;
use habilis::domain::Actor;
use habilis::sandbox::hubee::{FaultKind, Route};
use habilis::workflow;

use super::scene::{opened, revoke, subscription, suspension};
use crate::service::scene::{SIRET, public_page};
use crate::service::turns::{Story, each_answer_lost, each_call_fails, each_step_again, nothing_fails};
use crate::support::house::House;

/// The end of an abonnement, once its habilitation is revoked.
struct Suspension;

impl Story for Suspension {
    async fn ready(&self) -> (House, i64) {
        let house = House::open().await;
        let number = opened(&house).await;
        revoke(&house, number).await;
        house.hubee().clear_calls();
        (house, number)
    }

    async fn run(&self, house: &House, number: i64) {
        house.run_jobs().await;
        for _ in 0..10 {
            match suspension(house, number).await.status.as_str() {
                "running" | "retrying" => house.later(Duration::minutes(75)).await,
                _ => return,
            }
        }
    }

    async fn assert_done(&self, house: &House, number: i64, told: &str) {
        assert_eq!(subscription(house).status, "Suspendu", "{told}");
        assert_eq!(suspension(house, number).await.status, "suspended", "{told}");
        assert_eq!(public_page(house).await, reqwest::StatusCode::GONE, "{told}");
    }

    fn calls(&self) -> &'static [Route] {
        &[Route::GetSubscription, Route::PutSubscription, Route::GetSubscription]
    }

    fn steps(&self) -> Vec<&'static str> {
        vec!["running"]
    }

    async fn rewind(&self, house: &House, number: i64, _step: &str) {
        let read = house.habilitation(number).await;
        let by = Actor::Instructeur { id: uuid::Uuid::nil(), name: "Ada".into() };
        workflow::stop_again(&house.service, read.id, read.version, SIRET, by).await.unwrap();
    }
}

#[tokio::test]
async fn a_clean_run_looks_suspends_and_looks_again() {
    nothing_fails(&Suspension).await;
}

#[tokio::test]
async fn each_answer_lost_in_turn() {
    each_answer_lost(&Suspension).await;
}

#[tokio::test]
async fn asked_again_once_done_nothing_is_written() {
    each_step_again(&Suspension).await;
}

#[tokio::test]
async fn each_call_fails_in_every_way() {
    for kind in [
        FaultKind::Error500Before,
        FaultKind::Error500After,
        FaultKind::Unauthorized401,
        FaultKind::LostAnswer,
        FaultKind::LostRequest,
        FaultKind::Html502,
        FaultKind::TooMany429,
        FaultKind::InvalidJson,
    ] {
        each_call_fails(&Suspension, kind, 0).await;
    }
    each_call_fails(&Suspension, FaultKind::LostAnswer, 2).await;
}
