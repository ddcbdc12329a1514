//! What a page shows of a mise en service: each step with where it stands, why it stops, what was exchanged.

use chrono::{DateTime, Utc};

use super::{
    Account, Confirmed, Corrections, Differences, ErrorClass, Hold, OpenedByHand, Rights, SKIPPABLE, Status, Step,
};
use crate::domain::Change;
use crate::store::provisioning::{self as table, CallRow, ProvisioningRow};
use crate::store::{self, Db};

/// Where one step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Done,
    Current,
    ToCome,
}

/// A step and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepView {
    pub step: Step,
    pub place: Place,
}

/// One mise en service, for a page.
pub struct Progress {
    pub status: Status,
    pub steps: Vec<StepView>,
    pub holds: Vec<Hold>,
    /// What was set right so far.
    pub corrections: Corrections,
    pub last_error: Option<String>,
    pub updated_at: DateTime<Utc>,
    pub opened_at: Option<DateTime<Utc>>,
    pub subscription_id: Option<String>,
    /// HubEE's organisation, `SI-{siret}-{code guichet}`, once it is known.
    pub organisation: Option<String>,
    pub error_class: Option<ErrorClass>,
    /// When it goes on by itself.
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub awaiting_since: Option<DateTime<Utc>>,
    /// What was set right by itself, before and after.
    pub adjustments: Vec<Change>,
    /// How the subscription that HubEE has differs.
    pub differences: Option<Differences>,
    pub rights: Rights,
    /// When the demandeur said that they activated.
    pub declared_at: Option<DateTime<Utc>>,
    pub opened_by_hand: Option<OpenedByHand>,
    /// The demandeur's account at HubEE: what is expected, who says that it works.
    pub account: Account,
    pub account_confirmed: Option<Confirmed>,
    /// Newest first.
    pub calls: Vec<CallRow>,
}

impl Progress {
    /// The step that a person may take upon themselves, where it stops.
    pub fn may_skip(&self) -> Option<Step> {
        let stopped = matches!(self.status, Status::Held | Status::Parked | Status::Retrying);
        let current = self.steps.iter().find(|view| view.place == Place::Current).map(|view| view.step);
        current.filter(|step| stopped && self.organisation.is_some() && SKIPPABLE.contains(step))
    }

    /// Whether a person may put it aside: neither open nor put aside already.
    pub fn may_park(&self) -> bool {
        self.status != Status::Open && self.corrections.parked.is_none()
    }

    /// Whether a person may name the abonnement to use: it stops where one is looked for.
    pub fn may_attach(&self) -> bool {
        let stopped = matches!(self.status, Status::Held | Status::Parked);
        let reached = self.steps.iter().any(|view| view.step >= Step::Subscription && view.place == Place::Current);
        (stopped || self.id_is_unknown()) && reached && self.organisation.is_some()
    }

    /// Whether there is an abonnement that we may not look for.
    pub fn id_is_unknown(&self) -> bool {
        self.status == Status::AwaitingActivation && self.subscription_id.is_none()
    }

    /// Whether HubEE shows us the state of the abonnement, as far as it was asked.
    pub fn is_readable(&self) -> bool {
        self.rights.read != Some(false) && !self.id_is_unknown()
    }

    /// Whether somebody may say that the demandeur's account works: there is, or may be, an abonnement that it comes with.
    pub fn may_confirm_account(&self) -> bool {
        matches!(self.status, Status::AwaitingActivation | Status::Open) && self.account_confirmed.is_none()
    }

    /// Whether HubEE has an abonnement, or may have one that we can't see: its administrator is then who was sent.
    pub fn may_exist(&self) -> bool {
        let done = |view: &StepView| view.step == Step::Subscription && view.place == Place::Done;
        let unseen = self.rights.list == Some(false) && self.error_class == Some(ErrorClass::Unknown);
        self.subscription_id.is_some() || self.steps.iter().any(done) || unseen
    }

    /// Whether a person may open the form without HubEE's proof: there is something in HubEE to be active.
    pub fn may_open_by_hand(&self) -> bool {
        const THERE: [&str; 4] = ["ID-INCONNU", "ADOPTION", "ADMINISTRATEUR", "ACTIVATION"];
        match self.status {
            Status::AwaitingActivation => true,
            Status::Held => self.holds.iter().any(|hold| THERE.contains(&hold.code.as_str())),
            _ => false,
        }
    }
}

/// What a row holds as JSON, or nothing when it can't be read.
fn kept<T: serde::de::DeserializeOwned>(json: Option<serde_json::Value>) -> Option<T> {
    json.and_then(|json| serde_json::from_value(json).ok())
}

/// The mise en service of a request, if it began.
pub async fn progress(db: &Db, habilitation: uuid::Uuid) -> store::Result<Option<Progress>> {
    let mut conn = db.read().await?;
    let Some(row) = table::of(conn.cx(), habilitation).await? else { return Ok(None) };
    let calls = table::calls(conn.cx(), habilitation).await?;
    Ok(Some(of(row, calls)))
}

/// A row, read for a page or a rule.
pub fn of(row: ProvisioningRow, calls: Vec<CallRow>) -> Progress {
    let status = Status::parse(&row.status).unwrap_or(Status::Running);
    let current = Step::parse(&row.step);
    let place = |step: Step| match step.cmp(&current) {
        _ if status == Status::Open => Place::Done,
        std::cmp::Ordering::Less => Place::Done,
        std::cmp::Ordering::Equal => Place::Current,
        std::cmp::Ordering::Greater => Place::ToCome,
    };
    Progress {
        steps: Step::ALL.into_iter().map(|step| StepView { step, place: place(step) }).collect(),
        holds: kept(row.hold.map(|json| json.0)).unwrap_or_default(),
        organisation: row.siret.zip(row.branch_code).map(|(siret, branch)| format!("SI-{siret}-{branch}")),
        error_class: row.error_class.as_deref().and_then(ErrorClass::parse),
        next_attempt_at: row.next_attempt_at,
        awaiting_since: row.awaiting_since,
        adjustments: kept(row.adjustments.map(|json| json.0)).unwrap_or_default(),
        differences: kept(row.differences.map(|json| json.0)),
        rights: kept(row.rights.map(|json| json.0)).unwrap_or_default(),
        declared_at: row.declared_at,
        account: match row.account_expected.as_deref().and_then(Account::parse) {
            Some(account) => account,
            // Nothing was made yet: what we make comes with an account.
            None if row.subscription_id.is_none() => Account::New,
            None => Account::Unknown,
        },
        account_confirmed: row.account_confirmed_at.map(|at| Confirmed { at, by: row.account_confirmed_by }),
        opened_by_hand: kept(row.opened_by_hand.map(|json| json.0)),
        corrections: serde_json::from_value(row.corrections.0).unwrap_or_default(),
        status,
        last_error: row.last_error,
        updated_at: row.updated_at,
        opened_at: row.opened_at,
        subscription_id: row.subscription_id,
        calls,
    }
}
