//! The registers that checks read: asked by jobs, each simulated over HTTP or DNS, each failing in every way.

mod answers;
mod confirmation;
mod faults;
mod hubee;
mod import;
mod on_demand;

use habilis::instruction::{Check, Verdict};
use habilis::workflow;

use crate::support::house::House;

impl House {
    /// What a check says of a request, as of now.
    pub async fn check(&self, number: i64, code: &str) -> Check {
        let known = self.habilitation(number).await;
        let checks = workflow::checks_of(&self.service, &known).await.unwrap();
        checks.into_iter().find(|check| check.code == code).expect("a check of the catalogue")
    }

    pub async fn verdict(&self, number: i64, code: &str) -> Verdict {
        self.check(number, code).await.verdict
    }
}
