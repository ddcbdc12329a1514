//! Chaos: the real processes, killed without notice again and again while their neighbours fail in every way, then an
//! independent look at what the neighbours hold. The controls break a state on purpose and must be seen: a harness that
//! was never red proves nothing. `outils/chaos.sh` runs the long one.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod arena;
mod controls;
mod crowd;
mod intake;
mod observed;
mod plan;
mod report;
mod storm;
mod verdict;

use plan::Plan;

/// The storm in small: what every change goes through.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_storm() {
    storm::run(Plan::reduced()).await.print_and_assert();
}

/// Kills alone: no neighbour fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn short_pure_kills() {
    storm::run(Plan::reduced().without_faults()).await.print_and_assert();
}

/// 200 kills and a fifth of the calls spoilt.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes long: outils/chaos.sh"]
async fn the_long_storm() {
    storm::run(Plan::whole()).await.print_and_assert();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "minutes long: outils/chaos.sh"]
async fn long_pure_kills() {
    storm::run(Plan::whole().without_faults()).await.print_and_assert();
}
