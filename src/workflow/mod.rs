//! The corridor: the only way to change a habilitation. It asks the rooms, then writes the change, its history and the
//! jobs that follow in one transaction. Decides nothing by itself.

mod alarm;
mod apply;
mod assign;
mod branch;
mod checked;
mod collect;
mod confirm;
mod decide;
pub mod deliberation;
mod drift;
mod follow;
mod heard;
mod house;
mod in_hubee;
mod mail;
mod message;
mod operate;
mod recheck;
mod reconcile;
mod reminders;
mod reread;
mod run;
mod service;
mod service_gestures;
mod service_stops;
mod set_aside;
mod settle;
mod severity;
mod sirene;
mod stopping;
mod stuck;
mod suspend;
mod upkeep;
mod watch;

pub use assign::assign;
pub use checked::{checks_of, checks_with};
pub use collect::ask_again;
pub use confirm::confirm_address;
pub use decide::{Foreseen, Undecided, decide, decide_with, preview};
pub use follow::{JobKind, job_label, jobs_for};
pub use house::House;
pub use mail::Preview;
pub use message::send_message;
pub use operate::{PROVISION, retry, retry_all, try_hubee};
pub use recheck::{checks_of_all, recheck};
pub use reconcile::{Figures, NotReconciled, once as reconcile};
pub use run::{drain, run, schedule};
pub use service::look;
pub use service_gestures::{
    Adoption, adopt, choose_editeur, confirm_account, correct, declare_activation, open_by_hand, relaunch,
};
pub use service_stops::{park, relaunch_all, skip};
pub use set_aside::{Judgement, NotSetAside, restore, set_aside};
pub use settle::{NotSettled, ignore_difference, settle_difference};
pub use severity::{NotSet, set_severity};
pub use suspend::{confirm_stopped, stop_again};
pub use upkeep::{NotMerged, merge, pause, resume};
pub use watch::watch;
