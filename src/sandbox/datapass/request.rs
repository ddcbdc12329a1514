//! A request inside DataPass, and the table of what may be done to it in each state. Knows no HTTP and no JSON.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::filing::{Answers, ServiceProvider};

/// A gesture that DataPass does not allow now; the sentence is for the person who tried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    Draft,
    Submitted,
    ChangesRequested,
    Validated,
    Refused,
    Archived,
    Revoked,
}

impl RequestState {
    pub const ALL: [Self; 7] = [
        Self::Draft,
        Self::Submitted,
        Self::ChangesRequested,
        Self::Validated,
        Self::Refused,
        Self::Archived,
        Self::Revoked,
    ];

    /// The name used in payloads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::ChangesRequested => "changes_requested",
            Self::Validated => "validated",
            Self::Refused => "refused",
            Self::Archived => "archived",
            Self::Revoked => "revoked",
        }
    }

    /// The name shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "brouillon",
            Self::Submitted => "en cours d’instruction",
            Self::ChangesRequested => "modifications demandées",
            Self::Validated => "validée",
            Self::Refused => "refusée",
            Self::Archived => "supprimée",
            Self::Revoked => "révoquée",
        }
    }
}

/// What moves a request as a whole. Updates, transfers and single revocations, which carry something, stand apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    Submit,
    RequestChanges,
    Approve,
    Refuse,
    Revoke,
    Archive,
    Reopen,
    CancelReopening,
}

impl Gesture {
    pub const ALL: [Self; 8] = [
        Self::Submit,
        Self::Approve,
        Self::RequestChanges,
        Self::Refuse,
        Self::Revoke,
        Self::Reopen,
        Self::CancelReopening,
        Self::Archive,
    ];

    /// The event it fires.
    pub fn event(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::RequestChanges => "request_changes",
            Self::Approve => "approve",
            Self::Refuse => "refuse",
            Self::Revoke => "revoke",
            Self::Archive => "archive",
            Self::Reopen => "reopen",
            Self::CancelReopening => "cancel_reopening",
        }
    }

    /// The words on its button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Submit => "Soumettre",
            Self::RequestChanges => "Demander des modifications",
            Self::Approve => "Approuver",
            Self::Refuse => "Refuser",
            Self::Revoke => "Révoquer",
            Self::Archive => "Supprimer",
            Self::Reopen => "Rouvrir",
            Self::CancelReopening => "Annuler la réouverture",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorizationState {
    Active,
    Obsolete,
    Revoked,
}

impl AuthorizationState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Obsolete => "obsolete",
            Self::Revoked => "revoked",
        }
    }
}

/// A habilitation: the answers in force since an approval.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Authorization {
    pub id: i64,
    pub state: AuthorizationState,
    pub created_at: DateTime<Utc>,
    pub answers: Answers,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Organisation {
    pub id: i64,
    /// INSEE's name, or DataPass's placeholder when INSEE has not answered.
    pub name: String,
    pub siret: String,
    /// What Sirene answered, `{}` before it does.
    pub insee_payload: Value,
}

/// A DataPass account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    pub id: i64,
    pub uid: Uuid,
    pub email: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub phone_number: Option<String>,
    pub job_title: Option<String>,
}

/// A line of a request's history.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    pub id: i64,
    pub name: String,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Request {
    pub id: i64,
    pub public_id: Uuid,
    pub state: RequestState,
    pub organisation: Organisation,
    pub applicant: Account,
    pub service_provider: Option<ServiceProvider>,
    pub answers: Answers,
    /// Whether a PDF was uploaded.
    pub document: bool,
    pub created_at: DateTime<Utc>,
    pub last_submitted_at: Option<DateTime<Utc>>,
    pub last_validated_at: Option<DateTime<Utc>>,
    pub reopening: bool,
    pub reopened_at: Option<DateTime<Utc>>,
    pub authorizations: Vec<Authorization>,
    pub events: Vec<Event>,
    /// The `token_id` that a receiver of webhooks answered.
    pub external_provider_id: Option<String>,
}

impl Request {
    /// Whether a habilitation is in force.
    pub fn is_active(&self) -> bool {
        self.authorizations.iter().any(|one| one.state == AuthorizationState::Active)
    }

    /// Whether the demandeur may write the answers.
    pub fn is_editable(&self) -> bool {
        matches!(self.state, RequestState::Draft | RequestState::ChangesRequested)
    }

    /// Why `gesture` is impossible now, if it is.
    pub fn objection(&self, gesture: Gesture) -> Option<Refusal> {
        use RequestState::{ChangesRequested, Draft, Refused, Revoked, Submitted, Validated};
        let from: &[RequestState] = match gesture {
            Gesture::Submit => &[Draft, ChangesRequested],
            Gesture::RequestChanges => &[Submitted],
            Gesture::Approve | Gesture::Refuse => &[Submitted, ChangesRequested],
            Gesture::Revoke | Gesture::Reopen => &[Validated],
            Gesture::Archive => &[Draft, Refused, Revoked],
            Gesture::CancelReopening => &[Draft, ChangesRequested, Submitted],
        };
        if !from.contains(&self.state) {
            return Some(self.refusal(&format!("« {} » est impossible", gesture.label())));
        }
        match gesture {
            Gesture::Archive if self.is_active() => Some(Refusal(format!(
                "La demande D{} a une habilitation active : elle ne peut pas être supprimée.",
                self.id
            ))),
            Gesture::CancelReopening if !self.reopening => {
                Some(Refusal(format!("La demande D{} n’est pas en cours de réouverture.", self.id)))
            }
            _ => None,
        }
    }

    pub(super) fn refusal(&self, what: &str) -> Refusal {
        Refusal(format!("La demande D{} est à l’état « {} » : {what}.", self.id, self.state.label()))
    }

    /// Plays an allowed gesture. The answers stay those that the event must show: see [`Request::settle`].
    pub(super) fn play(&mut self, gesture: Gesture, at: DateTime<Utc>, next_authorization: i64) {
        match gesture {
            Gesture::Submit => {
                self.state = RequestState::Submitted;
                self.last_submitted_at = Some(at);
            }
            Gesture::RequestChanges => self.state = RequestState::ChangesRequested,
            Gesture::Approve => {
                self.mark_authorizations(AuthorizationState::Obsolete);
                let answers = self.answers.clone();
                let state = AuthorizationState::Active;
                self.authorizations.push(Authorization { id: next_authorization, state, created_at: at, answers });
                self.validate(at);
            }
            Gesture::Refuse if self.reopening => self.validate(at),
            Gesture::Refuse => self.state = RequestState::Refused,
            Gesture::Revoke => {
                self.mark_authorizations(AuthorizationState::Revoked);
                self.state = RequestState::Revoked;
            }
            Gesture::Archive => self.state = RequestState::Archived,
            Gesture::Reopen => {
                self.state = RequestState::Draft;
                self.reopening = true;
                self.reopened_at = Some(at);
            }
            Gesture::CancelReopening => self.validate(at),
        }
    }

    /// After the event was serialised: a reopening given up gets the answers in force back.
    pub(super) fn settle(&mut self, gesture: Gesture) {
        if matches!(gesture, Gesture::Refuse | Gesture::CancelReopening)
            && self.state == RequestState::Validated
            && let Some(last) = self.authorizations.last()
        {
            self.answers = last.answers.clone();
        }
    }

    /// Revokes one habilitation; the request follows only when validated and left without any in force.
    pub(super) fn revoke_one(&mut self, authorization: i64) -> Result<(), Refusal> {
        let id = self.id;
        let one = self.authorizations.iter_mut().find(|one| one.id == authorization);
        let one = one.ok_or_else(|| Refusal(format!("La demande D{id} n’a pas d’habilitation H{authorization}.")))?;
        if one.state == AuthorizationState::Revoked {
            return Err(Refusal(format!("L’habilitation H{authorization} est déjà révoquée.")));
        }
        one.state = AuthorizationState::Revoked;
        if self.state == RequestState::Validated && !self.is_active() {
            self.state = RequestState::Revoked;
        }
        Ok(())
    }

    fn validate(&mut self, at: DateTime<Utc>) {
        self.state = RequestState::Validated;
        self.last_validated_at = Some(at);
        self.reopening = false;
    }

    /// Only habilitations in force change when the whole request does.
    fn mark_authorizations(&mut self, state: AuthorizationState) {
        let active = self.authorizations.iter_mut().filter(|one| one.state == AuthorizationState::Active);
        active.for_each(|one| one.state = state);
    }
}
