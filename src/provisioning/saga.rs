//! The run of one mise en service: from where it stands to where it must stop. Safe to run twice, safe to be killed
//! anywhere: each step looks at HubEE before it writes there.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::preflight::{Target, target};
use super::{Corrections, Hold, Status, Step, Turn, activation, organisation, subscription};
use crate::clients::hubee::{Client, Failed, Fault};
use crate::clock::Clock;
use crate::config::Activation;
use crate::domain::{Habilitation, Organisation};
use crate::store::provisioning::{self as table, ProvisioningRow};
use crate::store::{self, Cx, Db};

/// What a run needs.
pub struct Saga<'a> {
    pub db: &'a Db,
    pub clock: &'a Clock,
    pub hubee: &'a Client,
    pub activation: Activation,
    /// What Sirene said of the body, when it was asked.
    pub register: Option<&'a Organisation>,
}

/// Failed tries in a row before a person is asked: about a day, at the pace of the jobs' backoff.
const MAX_TRIES: i64 = 30;

/// What a step decided.
pub(super) enum Next {
    /// The step is done.
    Done,
    /// Stop here.
    Stop(Turn, Vec<Hold>),
}

impl Next {
    /// A person must decide.
    pub(super) fn hold(code: &str, sentence: impl Into<String>, remedy: &str) -> Self {
        let hold = Hold { code: code.into(), sentence: sentence.into(), remedy: remedy.into() };
        Self::Stop(Turn::Held { why: hold.sentence.clone() }, vec![hold])
    }

    /// Look again later.
    pub(super) fn retry(why: impl Into<String>) -> Self {
        Self::Stop(Turn::Retry { why: why.into() }, Vec::new())
    }

    /// What an unexpected failure of a call leads to.
    pub(super) fn after(failed: &Failed) -> Self {
        let why = failed.fault.to_string();
        let turn = match failed.fault {
            Fault::Unknown(_) | Fault::Busy | Fault::Credentials(_) | Fault::NotFound | Fault::AlreadyExists => {
                Turn::Retry { why }
            }
            Fault::Forbidden | Fault::Invalid(_) => Turn::Parked { why },
        };
        Self::Stop(turn, Vec::new())
    }
}

/// How a run ended: what follows from it, and the row that says so, still to be written. The caller writes it in one
/// transaction with what follows, so that a stop between the two loses neither.
pub struct Ended {
    pub turn: Turn,
    pub row: ProvisioningRow,
}

/// Runs from the row's step until it must stop.
///
/// # Errors
/// When the database can't be reached: nothing was lost, run again.
pub async fn advance(saga: &Saga<'_>, habilitation: &Habilitation) -> store::Result<Ended> {
    let mut row = load(saga, habilitation).await?;
    let corrections: Corrections = serde_json::from_value(row.corrections.0.clone()).unwrap_or_default();
    let mut dossier = habilitation.in_force.as_ref().map_or(&habilitation.dossier, |i| &i.dossier).clone();
    if let Some(body) = corrections.body(habilitation) {
        dossier.organisation = body;
    }
    let target = match target(&dossier, saga.register, &corrections) {
        Ok(target) => target,
        Err(holds) => {
            let why = holds.iter().map(|hold| hold.sentence.as_str()).collect::<Vec<_>>().join(" ");
            return Ok(stop(saga, row, Turn::Held { why }, holds));
        }
    };
    let other = |known: &Option<String>, now: &str| known.as_deref().is_some_and(|known| known != now);
    if other(&row.siret, &target.siret) || other(&row.branch_code, &target.branch_code) {
        // Another body than the one the row speaks of: nothing of what was done holds for it.
        row.step = Step::Organisation.name().to_owned();
        row.subscription_id = None;
    }
    row.siret = Some(target.siret.clone());
    row.branch_code = Some(target.branch_code.clone());
    // What was verified long ago is read again: an `Actif` is only worth its date.
    let mut step = Step::parse(&row.step).min(Step::Verification);
    while step < Step::Open {
        row.step = step.name().to_owned();
        match run(saga, &mut row, step, &target, &corrections).await? {
            Next::Done => step = following(step),
            Next::Stop(turn, holds) => return Ok(stop(saga, row, turn, holds)),
        }
    }
    row.step = Step::Open.name().to_owned();
    Ok(stop(saga, row, Turn::Opened, Vec::new()))
}

async fn run(
    saga: &Saga<'_>,
    row: &mut ProvisioningRow,
    step: Step,
    target: &Target,
    corrections: &Corrections,
) -> store::Result<Next> {
    match step {
        Step::Preflight | Step::Open => Ok(Next::Done),
        Step::Organisation => organisation::ensure(saga, row, target).await,
        Step::Subscription => subscription::ensure(saga, row, target, corrections).await,
        Step::Activation => activation::ensure(saga, row).await,
        Step::Verification => activation::verify(saga, row).await,
    }
}

fn following(step: Step) -> Step {
    Step::ALL.into_iter().find(|other| *other > step).unwrap_or(Step::Open)
}

/// Puts a mise en service under way, in the transaction of the acceptance: a page shows it before any job ran. What was
/// reached before stays reached.
///
/// # Errors
/// When the database can't be reached.
pub async fn begin(mut cx: Cx<'_>, habilitation: &Habilitation, now: DateTime<Utc>) -> store::Result<()> {
    let mut row = table::of(cx.cx(), habilitation.id).await?.unwrap_or_else(|| fresh(habilitation, now));
    row.status = Status::Running.name().to_owned();
    row.hold = None;
    row.last_error = None;
    row.attempts = 0;
    row.updated_at = now;
    table::save(cx, &row).await
}

async fn load(saga: &Saga<'_>, habilitation: &Habilitation) -> store::Result<ProvisioningRow> {
    let known = table::of(saga.db.read().await?.cx(), habilitation.id).await?;
    Ok(known.unwrap_or_else(|| fresh(habilitation, saga.clock.now())))
}

fn fresh(habilitation: &Habilitation, now: DateTime<Utc>) -> ProvisioningRow {
    ProvisioningRow {
        habilitation_id: habilitation.id,
        datapass_id: habilitation.datapass_id,
        siret: None,
        branch_code: None,
        step: Step::Preflight.name().to_owned(),
        status: Status::Running.name().to_owned(),
        subscription_id: None,
        corrections: json!({}).into(),
        hold: None,
        last_error: None,
        attempts: 0,
        started_at: now,
        updated_at: now,
        opened_at: None,
    }
}

/// The row as the run leaves it.
fn stop(saga: &Saga<'_>, mut row: ProvisioningRow, turn: Turn, holds: Vec<Hold>) -> Ended {
    let turn = match turn {
        Turn::Retry { why } if row.attempts + 1 >= MAX_TRIES => Turn::Parked { why },
        other => other,
    };
    let (status, error) = match &turn {
        Turn::Opened => (Status::Open, None),
        Turn::AwaitsActivation { .. } => (Status::AwaitingActivation, None),
        Turn::Held { .. } => (Status::Held, None),
        Turn::Retry { why } => (Status::Retrying, Some(why.clone())),
        Turn::Parked { why } => (Status::Parked, Some(why.clone())),
    };
    row.attempts = if error.is_some() { row.attempts + 1 } else { 0 };
    row.status = status.name().to_owned();
    row.last_error = error;
    row.hold = (!holds.is_empty()).then(|| json!(holds).into());
    row.updated_at = saga.clock.now();
    Ended { turn, row }
}
