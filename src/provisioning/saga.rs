//! The run of one mise en service: from where it stands to where it must stop. Safe to run twice, safe to be killed
//! anywhere: each step looks at HubEE before it writes there.

use chrono::{DateTime, Duration, Utc};
use serde_json::json;

use super::adoption::{Differences, compare};
use super::failure::{ErrorClass, GIVE_UP};
use super::journal::{Planned, noted};
use super::preflight::{Prepared, Target, prepare};
use super::{Corrections, Hold, Status, Step, Turn, activation, by_hand, organisation, subscription};
use crate::clients::hubee::{Client, Failed, Fault};
use crate::clock::Clock;
use crate::config::Activation;
use crate::domain::hubee_rules::Rules;
use crate::domain::{Habilitation, Organisation};
use crate::store::provisioning::{self as table, ProvisioningRow};
use crate::store::{self, Cx, Db};

/// What a run needs.
pub struct Saga<'a> {
    pub db: &'a Db,
    pub clock: &'a Clock,
    pub hubee: &'a Client,
    pub activation: Activation,
    /// What HubEE takes.
    pub rules: Rules,
    /// What Sirene said of the body, when it was asked.
    pub register: Option<&'a Organisation>,
    /// What Sirene said of the éditeur, when there is one and it was asked.
    pub editeur: Option<&'a Organisation>,
}

/// What a step decided.
pub(super) enum Next {
    /// The step is done.
    Done,
    /// HubEE did not answer well: come back, after so many seconds at least.
    Again { why: String, after: Option<u32> },
    /// Trying again would not help.
    Park { why: String, holds: Vec<Hold> },
    /// A person must decide.
    Held(Vec<Hold>),
    /// The collectivité must activate; what a person may do meanwhile, when something is missing.
    Awaits(Vec<Hold>),
}

impl Next {
    /// A person must decide.
    pub(super) fn hold(code: &str, sentence: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Held(vec![Hold::new(code, sentence, remedy)])
    }

    /// Look again later.
    pub(super) fn retry(why: impl Into<String>) -> Self {
        Self::Again { why: why.into(), after: None }
    }

    /// What an unexpected failure of a call leads to.
    pub(super) fn after(failed: &Failed) -> Self {
        let why = failed.fault.to_string();
        match &failed.fault {
            Fault::Unknown(_) | Fault::Busy | Fault::Credentials(_) | Fault::NotFound | Fault::AlreadyExists => {
                Self::Again { why, after: failed.trace.retry_after }
            }
            Fault::Forbidden => {
                let remedy = "Vérifiez avec HubEE la portée de nos identifiants (HUBEE_SCOPE), puis relancez.";
                Self::Park { holds: vec![Hold::new("HUBEE-403", why.clone(), remedy)], why }
            }
            Fault::Invalid(_) => Self::Park { holds: vec![refusal(&failed.fault)], why },
        }
    }
}

/// HubEE refuses what we sent: which of our fields, when it says so.
fn refusal(fault: &Fault) -> Hold {
    match fault.refused_fields().as_slice() {
        [] => Hold::new(
            "HUBEE-400",
            "HubEE refuse ce qui lui est envoyé.",
            "Lisez sa réponse dans les échanges ci-dessous.",
        ),
        fields => Hold::new(
            "HUBEE-400",
            format!("HubEE refuse : {}.", fields.join(", ")),
            "Corrigez cette donnée, ou obtenez-la du demandeur, puis relancez.",
        ),
    }
}

/// How a run ended: what follows from it, and the row that says so, still to be written. The caller writes it in one
/// transaction with what follows, so that a stop between the two loses neither.
pub struct Ended {
    pub turn: Turn,
    pub row: ProvisioningRow,
}

impl Ended {
    /// What sort of failure stopped it.
    pub fn class(&self) -> Option<ErrorClass> {
        self.row.error_class.as_deref().and_then(ErrorClass::parse)
    }
}

/// A run that ended well on something that can't be published: a person is asked.
pub fn unpublishable(clock: &Clock, mut row: ProvisioningRow) -> Ended {
    row.error_class = None;
    let next = Next::hold(
        "PUBLICATION",
        "L’abonnement est actif, et la page ne peut pas être publiée : le SIRET, le nom ou la commune manque.",
        "Donnez le nom ou le code de la commune dans « Ce qui est transmis à HubEE », puis relancez.",
    );
    stop_at(clock.now(), row, next)
}

/// Runs from the row's step until it must stop.
///
/// # Errors
/// When the database can't be reached: nothing was lost, run again.
pub async fn advance(saga: &Saga<'_>, habilitation: &Habilitation) -> store::Result<Ended> {
    let mut row = load(saga, habilitation).await?;
    let corrections = Corrections::of(&row);
    let Prepared { target, adjustments } = match prepared(saga, habilitation, &corrections) {
        Ok(prepared) => prepared,
        Err(holds) => return Ok(stop(saga, row, Next::Held(holds))),
    };
    row.adjustments = Some(json!(adjustments).into());
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
            next => return Ok(stop(saga, row, next)),
        }
    }
    row.step = Step::Open.name().to_owned();
    Ok(stop(saga, row, Next::Done))
}

/// What HubEE is to be told of a request.
fn prepared(saga: &Saga<'_>, habilitation: &Habilitation, corrections: &Corrections) -> Result<Prepared, Vec<Hold>> {
    let mut dossier = habilitation.in_force.as_ref().map_or(&habilitation.dossier, |i| &i.dossier).clone();
    if let Some(body) = corrections.body(habilitation) {
        dossier.organisation = body;
    }
    prepare(&dossier, habilitation.datapass_id, saga.register, saga.editeur, corrections, &saga.rules)
}

/// What is seen of a subscription that a person names, before they take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// It is of the organisation: how it differs.
    Shown(Differences),
    /// It is another organisation's, or HubEE does not know it: why, in French.
    NotOurs(String),
    /// Our scope may not read it: it would be taken on their word.
    Unreadable,
    /// HubEE did not answer well.
    Failed(String),
}

/// Looks at a subscription; nothing of the mise en service moves.
///
/// # Errors
/// When the database can't be reached.
pub async fn look(saga: &Saga<'_>, habilitation: &Habilitation, id: &str) -> store::Result<Look> {
    let row = load(saga, habilitation).await?;
    let target = match prepared(saga, habilitation, &Corrections::of(&row)) {
        Ok(prepared) => prepared.target,
        Err(holds) => return Ok(Look::NotOurs(sentences(&holds))),
    };
    let path = format!("/subscriptions/{id}");
    let step = Step::Subscription.name();
    let asked = saga.hubee.subscription(id);
    Ok(match noted(saga.db, saga.clock, habilitation.id, step, Planned::get(&path), asked).await? {
        Ok(found) if found.is_of(&target.siret, &target.branch_code) => {
            Look::Shown(compare(&found, &target, habilitation.datapass_id))
        }
        Ok(_) => Look::NotOurs("Cet abonnement est celui d’une autre organisation, ou d’un autre code guichet.".into()),
        Err(failed) => match failed.fault {
            Fault::Forbidden => Look::Unreadable,
            Fault::NotFound | Fault::Invalid(_) => Look::NotOurs("HubEE ne connaît pas cet abonnement.".into()),
            fault => Look::Failed(fault.to_string()),
        },
    })
}

/// A run that may not call HubEE, whose credentials are refused: the row says so, and nothing is counted against it.
///
/// # Errors
/// When the database can't be reached.
pub async fn shut(
    saga: &Saga<'_>,
    habilitation: &Habilitation,
    why: String,
    until: DateTime<Utc>,
) -> store::Result<Ended> {
    let mut row = load(saga, habilitation).await?;
    row.error_class = Some(ErrorClass::Credentials.name().to_owned());
    let mut ended = stop(saga, row, Next::retry(why));
    ended.row.next_attempt_at = Some(until);
    Ok(ended)
}

async fn run(
    saga: &Saga<'_>,
    row: &mut ProvisioningRow,
    step: Step,
    target: &Target,
    corrections: &Corrections,
) -> store::Result<Next> {
    let skipped = corrections.skips(step, &target.siret);
    match step {
        Step::Preflight | Step::Open => Ok(Next::Done),
        Step::Organisation if skipped => Ok(Next::Done),
        Step::Organisation => organisation::ensure(saga, row, target).await,
        Step::Subscription => subscription::ensure(saga, row, target, corrections).await,
        Step::Activation => activation::ensure(saga, row, target, corrections).await,
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
    by_hand::resume(&mut row);
    row.hold = None;
    row.last_error = None;
    row.error_class = None;
    row.attempts = 0;
    (row.failing_since, row.next_attempt_at) = (None, None);
    // Another answer than the one whose activation was awaited: its reminders start anew.
    if habilitation.in_force.as_ref().is_some_and(|i| row.awaiting_since.is_some_and(|since| since < i.since)) {
        (row.awaiting_since, row.declared_at, row.opened_by_hand, row.reminded) = (None, None, None, 0);
    }
    row.updated_at = now;
    table::save(cx, &row).await
}

async fn load(saga: &Saga<'_>, habilitation: &Habilitation) -> store::Result<ProvisioningRow> {
    let known = table::of(saga.db.read().await?.cx(), habilitation.id).await?;
    Ok(known.unwrap_or_else(|| fresh(habilitation, saga.clock.now())))
}

fn fresh(habilitation: &Habilitation, now: DateTime<Utc>) -> ProvisioningRow {
    let (step, status) = (Step::Preflight.name(), Status::Running.name());
    ProvisioningRow::new(habilitation.id, habilitation.datapass_id, step, status, now)
}

/// The row as the run leaves it.
fn stop(saga: &Saga<'_>, row: ProvisioningRow, next: Next) -> Ended {
    stop_at(saga.clock.now(), row, next)
}

fn stop_at(now: DateTime<Utc>, mut row: ProvisioningRow, next: Next) -> Ended {
    let class = row.error_class.as_deref().and_then(ErrorClass::parse);
    let asked = match &next {
        Next::Again { after, .. } => after.map(|seconds| now + Duration::seconds(i64::from(seconds))),
        _ => None,
    };
    let (turn, holds) = match next {
        Next::Done => (Turn::Opened, Vec::new()),
        Next::Awaits(holds) => (Turn::AwaitsActivation { again: now + activation::POLL }, holds),
        Next::Held(holds) => (Turn::Held { why: sentences(&holds) }, holds),
        Next::Park { why, holds } => (Turn::Parked { why }, holds),
        Next::Again { why, .. } => (again(&mut row, class, why, now), Vec::new()),
    };
    let (status, error, class, at) = match &turn {
        Turn::Opened => (Status::Open, None, None, None),
        Turn::AwaitsActivation { again } => (Status::AwaitingActivation, None, None, Some(*again)),
        Turn::Held { .. } => (Status::Held, None, None, None),
        // When is the pace of the jobs', or later when HubEE asks for it.
        Turn::Retry { why } => {
            (Status::Retrying, Some(why.clone()), Some(class.unwrap_or(ErrorClass::Transient)), asked)
        }
        Turn::Parked { why } => (Status::Parked, Some(why.clone()), Some(class.unwrap_or(ErrorClass::Permanent)), None),
    };
    if error.is_none() {
        (row.attempts, row.failing_since) = (0, None);
    }
    if status == Status::AwaitingActivation {
        row.awaiting_since.get_or_insert(now);
    }
    row.status = status.name().to_owned();
    row.last_error = error;
    row.error_class = class.map(|class| class.name().to_owned());
    row.next_attempt_at = at;
    row.hold = (!holds.is_empty()).then(|| json!(holds).into());
    row.updated_at = now;
    Ended { turn, row }
}

/// Another try, later and later, until it has failed for a day. Refused credentials are nobody's failure: nothing is
/// counted.
fn again(row: &mut ProvisioningRow, class: Option<ErrorClass>, why: String, now: DateTime<Utc>) -> Turn {
    if class == Some(ErrorClass::Credentials) {
        return Turn::Retry { why };
    }
    row.attempts += 1;
    let since = *row.failing_since.get_or_insert(now);
    if now - since >= GIVE_UP { Turn::Parked { why } } else { Turn::Retry { why } }
}

fn sentences(holds: &[Hold]) -> String {
    holds.iter().map(|hold| hold.sentence.as_str()).collect::<Vec<_>>().join(" ")
}
