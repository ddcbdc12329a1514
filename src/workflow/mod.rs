//! The corridor: the only way to change a habilitation. It asks the rooms, then writes the change, its history and the
//! jobs that follow in one transaction. Decides nothing by itself.

mod apply;
mod decide;
mod follow;
mod house;
mod mail;
mod reconcile;
mod run;
mod service;

pub use decide::{Undecided, checks_of, decide};
pub use follow::{JobKind, jobs_for};
pub use house::House;
pub use reconcile::{Figures, NotReconciled, once as reconcile};
pub use run::{drain, run, schedule};
pub use service::{correct, relaunch};
