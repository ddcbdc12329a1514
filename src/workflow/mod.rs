//! The corridor: the only way to change a habilitation. It asks the rooms, then writes the change, its history and the
//! jobs that follow in one transaction. Decides nothing by itself.

mod apply;
mod assign;
mod checked;
mod collect;
mod confirm;
mod decide;
pub mod deliberation;
mod drift;
mod follow;
mod heard;
mod house;
mod mail;
mod message;
mod operate;
mod recheck;
mod reconcile;
mod reminders;
mod run;
mod service;
mod service_gestures;
mod set_aside;
mod severity;
mod stopping;
mod suspend;
mod upkeep;

pub use assign::assign;
pub use checked::checks_of;
pub use collect::collect;
pub use confirm::confirm_address;
pub use decide::{Foreseen, Undecided, decide, preview};
pub use drift::{NotSettled, ignore_difference, settle_difference};
pub use follow::{JobKind, jobs_for};
pub use house::House;
pub use mail::Preview;
pub use message::send_message;
pub use operate::retry;
pub use recheck::recheck;
pub use reconcile::{Figures, NotReconciled, once as reconcile};
pub use run::{drain, run, schedule};
pub use service_gestures::{Adoption, adopt, choose_editeur, correct, declare_activation, open_by_hand, relaunch};
pub use set_aside::{Judgement, NotSetAside, restore, set_aside};
pub use severity::{NotSet, set_severity};
pub use suspend::{confirm_stopped, stop_again};
pub use upkeep::{NotMerged, merge, pause, resume};
