//! Simulated DataPass: what demandeurs and instructors do there, the webhooks that follow, its REST API and a few
//! pages. It speaks the documented contract byte for byte, traps included. Must not know who listens, nor the other
//! simulators.

mod delivery;
mod filing;
mod ledger;
mod pages;
mod payload;
mod request;
mod rest;

use std::{path::PathBuf, sync::Arc, time::Duration};

use axum::Router;
use chrono::{DateTime, Utc};
use tokio::sync::Mutex as AsyncMutex;
use uuid::Uuid;

pub use self::{
    delivery::{Attempt, Delivery, Outcome, Signed, Status, Webhook, signature},
    filing::{Answers, Applicant, Contact, Filing, ServiceProvider},
    request::{
        Account, Authorization, AuthorizationState, Event, Gesture, Organisation, Refusal, Request, RequestState,
    },
    rest::{CLIENT_ID, CLIENT_SECRET},
};
use self::{ledger::Ledger, rest::Tokens};
pub use super::insee::Establishment;
use super::{
    kept::{Batch, Kept},
    page::{self, Frame},
};
use crate::clock::Clock;

/// Clones share the same state.
#[derive(Clone)]
pub struct Datapass {
    clock: Clock,
    webhook: Arc<std::sync::Mutex<Webhook>>,
    ledger: Kept<Ledger>,
    tokens: Tokens,
    frame: Frame,
    /// Held while sending, so that two rounds do not send the same delivery.
    sending: Arc<AsyncMutex<()>>,
}

/// Gestures of which the file knows nothing yet: it is written when this is dropped.
pub struct Unwritten {
    _batch: Batch<Ledger>,
}

/// One pair of methods per gesture: now, and at a chosen instant.
macro_rules! gestures {
    ($($name:ident, $name_at:ident, $gesture:ident, $doc:literal;)*) => { $(
        #[doc = $doc]
        pub fn $name(&self, id: i64) -> Result<Uuid, Refusal> {
            self.act_at(id, Gesture::$gesture, self.clock.now())
        }

        #[doc = concat!($doc, " At a chosen instant, for requests that must be old.")]
        pub fn $name_at(&self, id: i64, at: DateTime<Utc>) -> Result<Uuid, Refusal> {
            self.act_at(id, Gesture::$gesture, at)
        }
    )* };
}

impl Datapass {
    /// A DataPass forgotten when the process ends.
    pub fn new(clock: Clock, webhook: Webhook) -> Self {
        Self::keeping(clock, webhook, Kept::in_memory())
    }

    /// A DataPass kept in `file` (JSON), read now if it exists.
    pub fn persisted(clock: Clock, webhook: Webhook, file: PathBuf) -> anyhow::Result<Self> {
        Ok(Self::keeping(clock, webhook, Kept::in_file(file)?))
    }

    fn keeping(clock: Clock, webhook: Webhook, ledger: Kept<Ledger>) -> Self {
        let webhook = Arc::new(std::sync::Mutex::new(webhook));
        Self { clock, webhook, ledger, tokens: Tokens::default(), frame: Frame::default(), sending: Arc::default() }
    }

    /// The same, with pages that know where they are mounted.
    #[must_use]
    pub fn framed(mut self, frame: Frame) -> Self {
        self.frame = frame;
        self
    }

    /// Pages, REST API v1 and its token endpoint.
    pub fn router(&self) -> Router {
        page::guarded(pages::router(self.clone())).merge(rest::router(self.clone()))
    }

    /// Changes the webhook's URL or secret, at once: what is pending goes to the new one, signed by the new one.
    pub fn set_webhook(&self, webhook: Webhook) {
        *self.webhook.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = webhook;
    }

    fn webhook(&self) -> Webhook {
        self.webhook.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Writes the file once for everything `seed` does, instead of once per gesture.
    pub fn batch<R>(&self, seed: impl FnOnce() -> R) -> R {
        let _unwritten = self.unwritten();
        seed()
    }

    /// The file waits as long as what this gives is kept.
    pub fn unwritten(&self) -> Unwritten {
        Unwritten { _batch: self.ledger.batch() }
    }

    // ── what people do

    /// A demandeur starts a request: draft, event `create` with the first step's answers only. Gives the request's id.
    pub fn create(&self, filing: Filing) -> i64 {
        self.create_at(filing, self.clock.now())
    }

    /// The same, at a chosen instant.
    pub fn create_at(&self, filing: Filing, at: DateTime<Utc>) -> i64 {
        self.ledger.change(|ledger| ledger.create(&filing, at))
    }

    /// The demandeur saves the answers of `filing` in a draft or after changes were requested. Its organisation and
    /// its applicant are ignored: see [`Datapass::transfer`].
    pub fn update(&self, id: i64, filing: &Filing) -> Result<Uuid, Refusal> {
        self.update_at(id, filing, self.clock.now())
    }

    /// The same, at a chosen instant.
    pub fn update_at(&self, id: i64, filing: &Filing, at: DateTime<Utc>) -> Result<Uuid, Refusal> {
        self.ledger.change(|ledger| ledger.update(id, filing, at))
    }

    gestures! {
        submit, submit_at, Submit, "The demandeur submits; refused when an answer is missing or wrong.";
        request_changes, request_changes_at, RequestChanges, "An instructor requests changes.";
        approve, approve_at, Approve, "An instructor approves: a new habilitation, the earlier ones obsolete.";
        refuse, refuse_at, Refuse, "An instructor refuses; a reopening goes back to `validated`, its event carrying the rejected answers.";
        revoke, revoke_at, Revoke, "An instructor revokes the request and its habilitations.";
        archive, archive_at, Archive, "Somebody deletes a request without habilitation in force.";
        reopen, reopen_at, Reopen, "The demandeur reopens a validated request.";
        cancel_reopening, cancel_reopening_at, CancelReopening, "Somebody gives a reopening up; the event carries the rejected answers.";
    }

    /// Plays any gesture at `at`, and gives the delivery of its event.
    pub fn act_at(&self, id: i64, gesture: Gesture, at: DateTime<Utc>) -> Result<Uuid, Refusal> {
        self.ledger.change(|ledger| ledger.act(id, gesture, at))
    }

    /// Revokes one habilitation. The event is `revoke`, whatever the state of the request afterwards.
    pub fn revoke_one(&self, id: i64, authorization: i64) -> Result<Uuid, Refusal> {
        self.revoke_one_at(id, authorization, self.clock.now())
    }

    /// The same, at a chosen instant.
    pub fn revoke_one_at(&self, id: i64, authorization: i64, at: DateTime<Utc>) -> Result<Uuid, Refusal> {
        self.ledger.change(|ledger| ledger.revoke_one(id, authorization, at))
    }

    /// Gives the request to another applicant, and to another organisation when there is one.
    pub fn transfer(&self, id: i64, to: &Applicant, organisation: Option<&Establishment>) -> Result<Uuid, Refusal> {
        self.transfer_at(id, to, organisation, self.clock.now())
    }

    /// The same, at a chosen instant.
    pub fn transfer_at(
        &self,
        id: i64,
        to: &Applicant,
        organisation: Option<&Establishment>,
        at: DateTime<Utc>,
    ) -> Result<Uuid, Refusal> {
        self.ledger.change(|ledger| ledger.transfer(id, to, organisation, at))
    }

    // ── webhooks

    /// A developer replays a delivery by hand: same value, same `fired_at`, current secret; other bytes when the keys
    /// are reordered.
    pub fn replay(&self, delivery: Uuid, reorder_keys: bool) -> Result<Delivery, Refusal> {
        self.ledger.change(|ledger| ledger.replay(delivery, reorder_keys))
    }

    /// Replays what got no answer and was not replayed since. Gives how many.
    pub fn replay_lost(&self) -> usize {
        let deliveries = self.deliveries();
        let is_lost = |one: &&Delivery| {
            one.status() == Status::Lost
                && !one.is_ping()
                && deliveries.iter().all(|other| other.replay_of != Some(one.id))
        };
        let lost: Vec<Uuid> = deliveries.iter().filter(is_lost).map(|one| one.id).collect();
        lost.into_iter().filter(|id| self.replay(*id, false).is_ok()).count()
    }

    /// How many deliveries wait for another try.
    pub fn pending(&self) -> usize {
        self.ledger.read(|ledger| ledger.deliveries.iter().filter(|one| one.status() == Status::Pending).count())
    }

    /// Queues a test ping. It is sent once, whatever the answer.
    pub fn ping(&self, signed: Signed) -> Delivery {
        let at = self.clock.now();
        self.ledger.change(|ledger| ledger.ping(signed, at))
    }

    /// All the deliveries, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.ledger.read(|ledger| ledger.deliveries.clone())
    }

    /// One delivery's bytes and its signature header under the current secret, to post by other means.
    pub fn payload(&self, delivery: Uuid) -> Option<(Vec<u8>, String)> {
        let secret = self.webhook().secret;
        let found = self.ledger.read(|ledger| ledger.delivery(delivery).cloned())?;
        let header = found.signature(&secret);
        Some((found.body.into_bytes(), header))
    }

    /// Sends all that is pending, in order, without waiting between attempts. Gives how many were accepted.
    pub async fn deliver_pending(&self) -> usize {
        self.deliver(|delivery| delivery.status() == Status::Pending).await
    }

    /// Sends what DataPass's backoff says is due. Gives how many were accepted.
    pub async fn deliver_due(&self) -> usize {
        let now = self.clock.now();
        self.deliver(|delivery| delivery.due_at().is_some_and(|due| due <= now)).await
    }

    /// Sends what is due, for ever, looking every `pause`.
    pub async fn deliver_for_ever(self, pause: Duration) {
        loop {
            self.deliver_due().await;
            tokio::time::sleep(pause).await;
        }
    }

    async fn deliver(&self, chosen: impl Fn(&Delivery) -> bool) -> usize {
        let _alone = self.sending.lock().await;
        let batch: Vec<Delivery> =
            self.ledger.read(|ledger| ledger.deliveries.iter().filter(|one| chosen(one)).cloned().collect());
        let mut accepted = 0;
        for delivery in batch {
            let (outcome, answer) = delivery.send(&self.webhook()).await;
            accepted += usize::from(outcome.is_success());
            let token = delivery::token_id(&outcome, &answer);
            let attempt = Attempt { at: self.clock.now(), outcome };
            self.ledger.change(|ledger| ledger.attempted(delivery.id, attempt, token));
        }
        accepted
    }

    // ── what may be read

    /// All the requests, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.ledger.read(|ledger| ledger.requests.values().cloned().collect())
    }

    pub fn request(&self, id: i64) -> Option<Request> {
        self.ledger.read(|ledger| ledger.requests.get(&id).cloned())
    }

    /// The request whose public page has this identifier.
    pub fn request_of(&self, public_id: Uuid) -> Option<Request> {
        self.ledger.read(|ledger| ledger.requests.values().find(|one| one.public_id == public_id).cloned())
    }

    /// The establishment somebody filed for, as INSEE knows it: lets a simulated Sirene know the same.
    pub fn establishment(&self, siret: &str) -> Option<Establishment> {
        self.ledger.read(|ledger| ledger.establishments.get(siret).cloned())
    }
}
