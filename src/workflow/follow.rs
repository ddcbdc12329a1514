//! What follows an event: one exhaustive match, from history to jobs. Nothing else enqueues business jobs.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::collect::{collect_again, collect_job};
use super::deliberation::fetch_job;
use super::recheck;
use crate::domain::{Actor, Event, Habilitation, State, Upkeep};
use crate::intake;
use crate::notifications::Kind;
use crate::store::jobs::NewJob;

/// Every kind of job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Apply one kept delivery.
    Intake,
    /// Ask Sirene about the body.
    Register,
    /// Order what the other registers are to be asked about a request.
    Collect,
    /// Ask one register about a request.
    Ask,
    /// Order what has aged, for the requests that wait.
    Refresh,
    /// Advance a mise en service.
    Provision,
    /// Send one mail.
    Mail,
    /// Make the checks of one request.
    Checks,
    /// Make those of every request that other rules checked.
    ChecksOfAll,
    /// Forget what is past its keep.
    Purge,
    /// Ask DataPass what was missed.
    Reconcile,
    /// Order the digests of a working morning.
    Digest,
    /// Order the alerts on what nobody took.
    Alerts,
    /// Send one reminder to somebody of the house.
    Reminder,
    /// Fetch the délibération of a request at its address.
    Fetch,
    /// Read one document.
    ReadDocument,
    /// Read again those that other rules read.
    ReadAgain,
    /// Advance the end of an abonnement.
    Suspend,
    /// Compare one more part of HubEE with what is open here.
    DriftHubee,
    /// The same with Sirene.
    DriftSirene,
    /// Look whether jobs wait for too long.
    Watch,
}

impl JobKind {
    pub const ALL: [Self; 21] = [
        Self::Intake,
        Self::Register,
        Self::Collect,
        Self::Ask,
        Self::Refresh,
        Self::Provision,
        Self::Mail,
        Self::Checks,
        Self::ChecksOfAll,
        Self::Purge,
        Self::Reconcile,
        Self::Digest,
        Self::Alerts,
        Self::Reminder,
        Self::Fetch,
        Self::ReadDocument,
        Self::ReadAgain,
        Self::Suspend,
        Self::DriftHubee,
        Self::DriftSirene,
        Self::Watch,
    ];

    /// Stable name: the `kind` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Intake => intake::JOB,
            Self::Register => "register",
            Self::Collect => "collect",
            Self::Ask => "ask",
            Self::Refresh => "refresh",
            Self::Provision => "provision",
            Self::Mail => "mail",
            Self::Checks => "checks",
            Self::ChecksOfAll => "checks_of_all",
            Self::Purge => "purge",
            Self::Digest => "digest",
            Self::Alerts => "alerts",
            Self::Reminder => "reminder",
            Self::Fetch => "fetch",
            Self::ReadDocument => "read_document",
            Self::ReadAgain => "read_again",
            Self::Reconcile => "reconcile",
            Self::Suspend => "suspend",
            Self::DriftHubee => "drift_hubee",
            Self::DriftSirene => "drift_sirene",
            Self::Watch => "watch",
        }
    }

    /// What it does, for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::Intake => "Lecture d’une réception de DataPass",
            Self::Register => "Question à Sirene",
            Self::Collect => "Questions aux registres sur une demande",
            Self::Ask => "Question à un registre",
            Self::Refresh => "Réponses de registres à renouveler",
            Self::Provision => "Mise en service",
            Self::Mail => "Envoi d’un courriel",
            Self::Checks => "Contrôles d’une demande",
            Self::ChecksOfAll => "Contrôles de toutes les demandes",
            Self::Purge => "Ménage",
            Self::Digest => "Récapitulatifs du matin",
            Self::Alerts => "Alertes d’échéance",
            Self::Reminder => "Envoi d’un rappel",
            Self::Reconcile => "Rapprochement avec DataPass",
            Self::Fetch => "Récupération d’une délibération",
            Self::ReadDocument => "Lecture d’une délibération",
            Self::ReadAgain => "Relecture des délibérations par de nouvelles règles",
            Self::Suspend => "Fin d’un abonnement",
            Self::DriftHubee => "Comparaison avec HubEE",
            Self::DriftSirene => "Comparaison avec Sirene",
            Self::Watch => "Veille des tâches de fond",
        }
    }

    /// The kind named so.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A kind of job by its stored name, for a person; one that this program does not know stays as it is.
pub fn job_label(kind: &str) -> &str {
    match JobKind::parse(kind) {
        Some(known) => known.label(),
        None => kind,
    }
}

/// The jobs that an event leads to. `id` is the event's key: what makes a mail unique.
pub fn jobs_for(event: &Event, after: &Habilitation, by: &Actor, id: Uuid, now: DateTime<Utc>) -> Vec<NewJob> {
    let mut jobs = told_or_done(event, after, by, id, now);
    if is_read_by_checks(event) {
        jobs.push(recheck::job(after, now));
    }
    jobs
}

/// What is submitted is checked; what is decided is read by the checks of the other requests of the body.
fn is_read_by_checks(event: &Event) -> bool {
    matches!(
        event,
        Event::Submitted { .. }
            | Event::Transferred { .. }
            | Event::Accepted { .. }
            | Event::Refused { .. }
            | Event::Revoked { .. }
            | Event::Archived
    )
}

fn told_or_done(event: &Event, after: &Habilitation, by: &Actor, id: Uuid, now: DateTime<Utc>) -> Vec<NewJob> {
    // DataPass writes to the demandeur about what is decided there: we write about what is decided here.
    let ours = matches!(by, Actor::Instructeur { .. });
    match event {
        Event::Submitted { .. } => {
            let received =
                [register(after, now), collect_job(after.id, now), mail(Kind::DemandeRecue, after, None, id, now)];
            received.into_iter().chain(fetch_job(after, now)).collect()
        }
        Event::ChangesRequested { reason } if ours => {
            vec![mail(Kind::ModificationsDemandees, after, reason.clone(), id, now)]
        }
        Event::Refused { reason } if ours => vec![mail(Kind::Refus, after, reason.clone(), id, now)],
        Event::ReopeningRefused { reason } if ours => {
            vec![letter(Kind::Refus, after, reason.clone(), true, format!("{}:{id}", Kind::Refus.name()), now)]
        }
        // The submission, at which Sirene is asked, may never have come: the answer starts the mise en service again.
        Event::Accepted { .. } if !after.dossier.organisation.is_described() => {
            vec![register(after, now), provision(after, now)]
        }
        Event::Revoked { reason } if ours => vec![mail(Kind::Revocation, after, reason.clone(), id, now)],
        Event::Accepted { .. }
        | Event::Corrected { .. }
        | Event::Relaunched
        | Event::ActivationDeclared
        | Event::ServiceDecided { resume: true, .. } => vec![provision(after, now)],
        Event::ServiceDelayed { activation: true, .. } => vec![delayed(Kind::ActivationAFaire, after, now)],
        Event::ServiceDelayed { .. } => vec![delayed(Kind::MiseEnServiceEnCours, after, now)],
        Event::SourcesAsked => vec![register(after, now), collect_again(after.id, now)],
        // Another demandeur has another address.
        Event::Transferred { .. } => vec![collect_job(after.id, now)],
        Event::ServiceOpened => vec![mail(Kind::EnService, after, None, id, now)],
        Event::Upkeep(upkeep) => told(upkeep, after, id, now),
        Event::ChangesRequested { .. }
        | Event::Refused { .. }
        | Event::ReopeningRefused { .. }
        | Event::Saved
        | Event::Reopened
        | Event::ReopeningCancelled
        | Event::Conforming
        | Event::Revoked { .. }
        | Event::PartlyRevoked
        | Event::Archived
        | Event::Confirmed
        | Event::Contradicted { .. }
        | Event::ReceivedLate { .. }
        | Event::Assigned { .. }
        | Event::Adjusted { .. }
        | Event::ServiceDecided { resume: false, .. }
        | Event::AccountConfirmed
        | Event::OpenedByHand { .. }
        | Event::CheckOverridden { .. }
        | Event::CheckRestored { .. }
        | Event::Recovered { .. } => Vec::new(),
    }
}

/// What the demandeur is told of their service, beside the request.
fn told(upkeep: &Upkeep, after: &Habilitation, id: Uuid, now: DateTime<Utc>) -> Vec<NewJob> {
    let (kind, about) = match upkeep {
        Upkeep::Paused { reason } => (Kind::Pause, Some(reason.clone())),
        Upkeep::Resumed => (Kind::Reprise, None),
        Upkeep::Stopped { siret, .. } => (Kind::AbonnementSuspendu, Some(siret.clone())),
        Upkeep::StopByHand { siret, .. } => (Kind::SuspensionAFaire, Some(siret.clone())),
        Upkeep::NothingToStop { .. }
        | Upkeep::Undone { .. }
        | Upkeep::Moved { .. }
        | Upkeep::OtherAdministrator { .. }
        | Upkeep::Settled { .. } => return Vec::new(),
    };
    vec![mail(kind, after, about, id, now)]
}

/// Asks Sirene about the body of a request.
pub(super) fn register(after: &Habilitation, now: DateTime<Utc>) -> NewJob {
    job(JobKind::Register, after, now, json!({ "habilitation": after.id }))
}

/// Advances the mise en service of a request: one waits at most.
pub fn provision(after: &Habilitation, now: DateTime<Utc>) -> NewJob {
    job(JobKind::Provision, after, now, json!({ "habilitation": after.id }))
}

fn job(kind: JobKind, after: &Habilitation, now: DateTime<Utc>, payload: serde_json::Value) -> NewJob {
    NewJob { kind: kind.name(), payload, unique_key: Some(format!("{}:{}", kind.name(), after.id)), run_at: now }
}

fn mail(kind: Kind, after: &Habilitation, reason: Option<String>, id: Uuid, now: DateTime<Utc>) -> NewJob {
    letter(kind, after, reason, after.is_reopening(), format!("{}:{id}", kind.name()), now)
}

/// Gives the link of a request to whoever it was handed over to, unless nobody had one yet or nothing is left to follow.
pub(super) fn new_demandeur(after: &Habilitation, now: DateTime<Utc>) -> Option<NewJob> {
    if after.submitted_at.is_none() || matches!(after.state, State::Archived { .. }) {
        return None;
    }
    let cause = format!("{}:{}:{}", Kind::Transfert.name(), after.id, after.version);
    Some(letter(Kind::Transfert, after, None, false, cause, now))
}

/// One mail of a kind per acceptance, however often the set-up stumbles.
fn delayed(kind: Kind, after: &Habilitation, now: DateTime<Utc>) -> NewJob {
    let since = after.in_force.as_ref().map_or(0, |i| i.since.timestamp());
    letter(kind, after, None, false, format!("{}:{}:{since}", kind.name(), after.id), now)
}

/// One reminder of each rank per wait, however often it is ordered.
pub(super) fn activation_reminder(after: &Habilitation, since: DateTime<Utc>, rank: i64, now: DateTime<Utc>) -> NewJob {
    let cause = format!("{}:{}:{}:{rank}", Kind::RelanceActivation.name(), after.id, since.timestamp());
    letter(Kind::RelanceActivation, after, None, false, cause, now)
}

/// `reopening`: as it was when it happened; the request may have moved when the mail leaves.
fn letter(
    kind: Kind,
    after: &Habilitation,
    reason: Option<String>,
    reopening: bool,
    cause: String,
    now: DateTime<Utc>,
) -> NewJob {
    let payload = json!({
        "habilitation": after.id, "kind": kind.name(), "reason": reason, "reopening": reopening, "cause": cause,
    });
    NewJob { kind: JobKind::Mail.name(), payload, unique_key: Some(format!("mail:{cause}")), run_at: now }
}

/// Tells one reader of a message: the account, else the demandeur. One mail for a message and a reader.
pub(super) fn message_mail(
    kind: Kind,
    about: &Habilitation,
    message: Uuid,
    account: Option<Uuid>,
    now: DateTime<Utc>,
) -> NewJob {
    let reader = account.map_or_else(String::new, |account| format!(":{account}"));
    let cause = format!("{}:{message}{reader}", kind.name());
    let payload = json!({
        "habilitation": about.id, "kind": kind.name(), "cause": cause, "message": message, "account": account,
    });
    NewJob { kind: JobKind::Mail.name(), payload, unique_key: Some(format!("mail:{cause}")), run_at: now }
}
