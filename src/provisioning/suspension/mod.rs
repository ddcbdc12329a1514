//! The end of an abonnement: read, suspended, read back, and looked at again the next day, when HubEE says it takes effect.
//! A durable saga like the mise en service: it looks before it writes, and may be killed anywhere. An abonnement never
//! active is left alone, and so is the organisation. Must not know why a service ends, nor who is told.

mod find;
mod run;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::clients::hubee::Client;
use crate::clock::Clock;
use crate::domain::working_days::WorkingDays;
use crate::domain::{HabilitationId, Upkeep};
use crate::store::suspensions::{self as table, SuspensionRow};
use crate::store::{self, Cx, Db};

pub use run::advance;

/// Why an abonnement must stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Revoked,
    /// The habilitation holds for another SIRET.
    Transferred,
    /// The commune is part of another one.
    Merged,
    /// A person closed the form.
    Closed,
}

impl Cause {
    /// Stable name: the `cause` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Transferred => "transferred",
            Self::Merged => "merged",
            Self::Closed => "closed",
        }
    }

    /// For a person, from its stable name.
    pub fn label(name: &str) -> &'static str {
        match name {
            "transferred" => "transfert à un autre SIRET",
            "merged" => "fusion de communes",
            "closed" => "fermeture du formulaire",
            _ => "révocation",
        }
    }
}

/// How it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Kept active until the form of the SIRET that follows is open.
    Waiting,
    Running,
    /// HubEE did not answer well; another try is planned.
    Retrying,
    /// A person must suspend it: we may not, or HubEE refuses.
    ByHand,
    /// Read back as suspended; looked at again the next day.
    Suspended,
    /// Still suspended the next day, or confirmed by a person.
    Verified,
    /// Found inactive or refused: never active, left as it was.
    Left,
    /// Nothing to stop: no abonnement of ours, or another request uses it.
    Nothing,
    /// Suspended, then active again without us.
    Undone,
    /// Granted again since.
    Lifted,
}

impl Status {
    pub const ALL: [Self; 10] = [
        Self::Waiting,
        Self::Running,
        Self::Retrying,
        Self::ByHand,
        Self::Suspended,
        Self::Verified,
        Self::Left,
        Self::Nothing,
        Self::Undone,
        Self::Lifted,
    ];

    /// Stable name: the `status` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Retrying => "retrying",
            Self::ByHand => "by_hand",
            Self::Suspended => "suspended",
            Self::Verified => "verified",
            Self::Left => "left",
            Self::Nothing => "nothing",
            Self::Undone => "undone",
            Self::Lifted => "lifted",
        }
    }

    /// For a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Suspension après l’ouverture du nouveau formulaire",
            Self::Running => "Suspension en cours",
            Self::Retrying => "Nouvel essai prévu",
            Self::ByHand => "À suspendre à la main",
            Self::Suspended => "Suspendu, à vérifier demain",
            Self::Verified => "Suspendu",
            Self::Left => "Jamais actif, laissé tel quel",
            Self::Nothing => "Rien à suspendre",
            Self::Undone => "Réactivé sans nous",
            Self::Lifted => "Accordé de nouveau",
        }
    }

    /// The status named so; an unknown name is looked at again, which is harmless.
    pub fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|status| status.name() == name).unwrap_or(Self::Running)
    }

    /// Nothing is left to do by itself.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Verified | Self::Left | Self::Nothing | Self::Undone | Self::Lifted)
    }

    /// The abonnement must not be active: when HubEE shows that it is, somebody must know.
    pub fn forbids_active(self) -> bool {
        matches!(self, Self::Suspended | Self::Verified | Self::Left | Self::Undone | Self::ByHand)
    }
}

/// What a run needs.
pub struct Stop<'a> {
    pub db: &'a Db,
    pub clock: &'a Clock,
    pub hubee: &'a Client,
    /// The day by which a person is asked.
    pub days: &'a WorkingDays,
    /// Whether HubEE is first told when the abonnement ends.
    pub end_date: bool,
}

/// Whose abonnement it is.
pub struct Owner {
    /// DataPass number of the request.
    pub datapass_id: i64,
    /// Numbers of the other requests in force that use it.
    pub others: Vec<i64>,
}

/// How far one run went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    Done,
    /// Look again at this instant.
    Again(DateTime<Utc>),
    /// HubEE did not answer well: try again.
    Retry(Setback),
}

/// Why a run must come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setback {
    pub why: String,
    /// Our credentials are refused: nobody's failure, and nothing will pass before an operator mends them.
    pub refused: bool,
    /// Seconds that HubEE asks to wait for.
    pub after: Option<u32>,
}

impl Setback {
    fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), refused: false, after: None }
    }
}

/// How a run ended: the row still to be written, with the line of history that says so, in one transaction.
pub struct Ended {
    pub turn: Turn,
    pub row: SuspensionRow,
    /// What is new for a person; `None` when nothing is.
    pub news: Option<Upkeep>,
    /// The access by API that the abonnement just suspended had, in words: HubEE has no call to take its secret back.
    pub access: Option<String>,
}

/// An abonnement to stop.
pub struct Ending {
    pub habilitation: HabilitationId,
    pub siret: String,
    pub branch_code: Option<String>,
    pub subscription_id: Option<String>,
    pub cause: Cause,
    /// Not before the form that follows is open.
    pub waits: bool,
}

/// Writes that an abonnement must stop, in the transaction of what ends it; answers the key of its job.
///
/// # Errors
/// When the database can't be reached.
pub async fn begin(cx: Cx<'_>, ending: &Ending, now: DateTime<Utc>) -> store::Result<Uuid> {
    let status = if ending.waits { Status::Waiting } else { Status::Running };
    let row = SuspensionRow {
        id: Uuid::now_v7(),
        habilitation_id: ending.habilitation,
        siret: ending.siret.clone(),
        branch_code: ending.branch_code.clone(),
        subscription_id: ending.subscription_id.clone(),
        cause: ending.cause.name().to_owned(),
        status: status.name().to_owned(),
        effective_at: now,
        observed: None,
        observed_at: None,
        due_on: None,
        last_error: None,
        attempts: 0,
        started_at: now,
        updated_at: now,
    };
    table::begin(cx, &row).await
}
