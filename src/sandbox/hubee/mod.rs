//! A simulated HubEE: tokens, organisations, subscriptions, the account and mail that a subscription brings about. It keeps state, refuses what HubEE refuses in the order HubEE refuses it, and fails on command.
//! It carries télédossiers as far as their life is documented. It shares no type with the client under test.

mod accounts;
mod calls;
mod clients;
mod dates;
mod envelope;
mod faults;
mod gate;
mod lists;
mod organisations;
mod patterns;
mod processes;
mod routes;
mod server;
mod state;
mod subscriptions;
mod switches;
mod teledossiers;
mod token;
mod triple;
mod validation;
mod weather;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use chrono::{DateTime, NaiveDate, Utc};

pub use accounts::{Account, Mail};
pub use calls::{Call, Traffic};
pub use faults::{Fault, FaultKind, When};
pub use gate::Point;
pub use organisations::Organisation;
pub use routes::Route;
pub use subscriptions::Subscription;
pub use switches::{DatapassRights, Switches};
pub use teledossiers::{Case, Folder};
pub use triple::Triple;
pub use weather::Weather;

use crate::clock::Clock;
use gate::Gate;
use state::{State, Store};

/// The client of the demonstration: it may ask for any scope, and sends télédossiers.
const CLIENT_ID: &str = "habilis-demonstration-client";
const CLIENT_SECRET: &str = crate::SANDBOX_HUBEE_SECRET;
/// Another service that sends télédossiers, of another organisation: scope `OSL` only.
const OTHER_ID: &str = "autre-service-en-ligne";
const OTHER_SECRET: &str = "bac-a-sable-autre-service-en-ligne";
/// Mails kept; older ones are forgotten.
const MAILS_KEPT: usize = 20_000;

/// A handle on the simulator; clones share the same state.
#[derive(Clone)]
pub struct Hubee {
    inner: Arc<Inner>,
    post: Option<Post>,
}

/// Where the portal's mails leave.
type Post = Arc<dyn Fn(&Mail) + Send + Sync>;

struct Inner {
    clock: Clock,
    state: Mutex<State>,
    gate: Gate,
    /// Where the state outlives the process, if it does.
    file: Option<PathBuf>,
}

impl Hubee {
    /// An empty HubEE kept in memory, which knows the démarche `FormulaireQF` and the client of [`Self::credentials`].
    pub fn new(clock: Clock) -> Self {
        Self::with(clock, Store::default(), None)
    }

    /// A HubEE whose organisations, subscriptions, accounts, mails, faults and switches are read from `file` (none yet
    /// means an empty one) and written back after each change. Tokens and the call log do not outlive the process.
    ///
    /// # Errors
    /// When the file exists but cannot be read or understood.
    pub fn persisted(clock: Clock, file: PathBuf) -> anyhow::Result<Self> {
        Ok(Self::with(clock, Store::load(&file)?, Some(file)))
    }

    fn with(clock: Clock, store: Store, file: Option<PathBuf>) -> Self {
        let state = Mutex::new(State::new(store));
        Self { inner: Arc::new(Inner { clock, state, gate: Gate::default(), file }), post: None }
    }

    /// The same, whose portal's mails leave through `post`, once each.
    #[must_use]
    pub fn posting(mut self, post: impl Fn(&Mail) + Send + Sync + 'static) -> Self {
        self.post = Some(Arc::new(post));
        self
    }

    /// `POST /oauth2/token`, `/referential/v1/{organizations,subscriptions,processes}` and
    /// `/teledossiers/v1/{folders,cases,notifications}`, to be served by `axum::serve`.
    pub fn router(&self) -> Router {
        Router::new().fallback(server::answer).with_state(self.clone())
    }

    /// Client id and secret accepted by the token endpoint: demonstration values, no secret of anyone.
    pub fn credentials() -> (&'static str, &'static str) {
        (CLIENT_ID, CLIENT_SECRET)
    }

    /// The same for another service that sends télédossiers: it may ask for the scope `OSL` only.
    pub fn other_credentials() -> (&'static str, &'static str) {
        (OTHER_ID, OTHER_SECRET)
    }

    /// The same for the collectivité of this SIRET, scope `SI` only: shown in the portal once its access mode is API.
    pub fn subscriber_credentials(&self, siret: &str) -> Option<(String, String)> {
        let is_theirs = |one: &&Subscription| one.subscriber.company_register == siret && one.speaks_by_api();
        self.change(|state| {
            state.store().subscriptions.iter().find(is_theirs).map(|one| clients::of_subscription(one.id))
        })
    }

    /// Every organisation, oldest first.
    pub fn organisations(&self) -> Vec<Organisation> {
        self.change(|state| state.store().organisations.clone())
    }

    /// Every subscription, oldest first.
    pub fn subscriptions(&self) -> Vec<Subscription> {
        self.change(|state| state.store().subscriptions.clone())
    }

    /// Portal accounts, created as a side effect of subscriptions.
    pub fn accounts(&self) -> Vec<Account> {
        self.change(|state| state.store().accounts.clone())
    }

    /// Mails HubEE would have sent, oldest first (the last 20 000 at most).
    pub fn mails(&self) -> Vec<Mail> {
        self.change(|state| state.store().mails.clone())
    }

    /// Télédossiers kept, oldest first (the last 500 at most).
    pub fn folders(&self) -> Vec<Folder> {
        self.change(|state| state.store().teledossiers.folders.iter().cloned().collect())
    }

    /// Requests seen since the start or the last [`Self::clear_calls`], in order of arrival (the last 20 000 at most).
    pub fn calls(&self) -> Vec<Call> {
        self.change(|state| state.calls.to_vec())
    }

    /// The last `count` calls of [`Self::calls`], in order of arrival.
    pub fn last_calls(&self, count: usize) -> Vec<Call> {
        self.change(|state| state.calls.last(count))
    }

    /// Counts since the start, whatever the log forgot.
    pub fn traffic(&self) -> Traffic {
        self.change(|state| state.calls.traffic())
    }

    /// Forgets the call log.
    pub fn clear_calls(&self) {
        self.change(|state| state.calls.clear());
    }

    /// Adds a fault. When several match a call, the first one scripted is the one that happens.
    pub fn script(&self, fault: Fault) {
        self.change(|state| state.store_mut().faults.push(fault));
    }

    /// Faults still to come: `Next` and `Nth` count down as calls arrive and disappear once spent.
    pub fn faults(&self) -> Vec<Fault> {
        self.change(|state| state.store().faults.clone())
    }

    /// Forgets the faults that `chosen` recognises.
    pub fn remove_faults(&self, chosen: impl Fn(&Fault) -> bool) {
        self.change(|state| state.store_mut().faults.retain(|fault| !chosen(fault)));
    }

    /// Faults by chance from now on, where none is scripted; `None` is fine weather.
    pub fn set_weather(&self, weather: Option<Weather>) {
        self.change(|state| state.weather = weather);
    }

    /// Every token dies: the next call of each client meets a 401.
    pub fn revoke_tokens(&self) {
        self.change(|state| state.tokens.clear());
    }

    /// Forgets every fault.
    pub fn clear_faults(&self) {
        self.change(|state| state.store_mut().faults.clear());
    }

    /// Puts an organisation there, replacing the one with the same key, as if it had been there all along.
    pub fn seed_organisation(&self, organisation: Organisation) {
        self.change(|state| {
            let organisations = &mut state.store_mut().organisations;
            organisations.retain(|known| known.triple != organisation.triple);
            organisations.push(organisation);
        });
    }

    /// Puts a subscription there, replacing the one of the same organisation and démarche. Brings about no account.
    pub fn seed_subscription(&self, subscription: Subscription) {
        self.change(|state| {
            let subscriptions = &mut state.store_mut().subscriptions;
            subscriptions.retain(|known| !known.is_for(&subscription.subscriber, &subscription.process_code));
            subscriptions.push(subscription);
        });
    }

    /// One more, beside that of the same organisation and démarche: what HubEE says it never has.
    pub fn seed_twin(&self, subscription: Subscription) {
        self.change(|state| state.store_mut().subscriptions.push(subscription));
    }

    /// What a local administrator does in HubEE's portal: the inactive subscriptions of this SIRET become active,
    /// in portal mode unless one was chosen, from this day's midnight in Paris. Answers how many were activated.
    pub fn agent_activates(&self, siret: &str) -> usize {
        self.agent_activates_on(siret, self.inner.clock.today())
    }

    /// The same from a chosen day: a day to come is that of the batch that activates, at 00:01 in Paris.
    pub fn agent_activates_on(&self, siret: &str, day: NaiveDate) -> usize {
        self.in_portal(siret, "Inactif", |subscription, now| subscription.activate_in_portal(now, day))
    }

    /// What a local administrator may do at any time: the active subscriptions of this SIRET are suspended, and receive
    /// télédossiers until the next day. Answers how many.
    pub fn agent_suspends(&self, siret: &str) -> usize {
        self.in_portal(siret, "Actif", Subscription::suspend)
    }

    /// The suspended subscriptions of this SIRET are active again. Answers how many.
    pub fn agent_reactivates(&self, siret: &str) -> usize {
        self.in_portal(siret, "Suspendu", Subscription::reactivate)
    }

    /// An agent gives a case of a télédossier its next status in the portal: `SI_RECEIVED`, `IN_PROGRESS`, `DONE`…, never
    /// back. Tells whether that could be.
    pub fn agent_moves(&self, case: uuid::Uuid, status: &str) -> bool {
        let now = self.inner.clock.now();
        self.change(|state| state.store_mut().agent_moves(case, status, now))
    }

    fn in_portal(&self, siret: &str, status: &str, gesture: impl Fn(&mut Subscription, DateTime<Utc>)) -> usize {
        let now = self.inner.clock.now();
        self.change(|state| {
            let done = state.store_mut().in_portal(siret, status, |subscription| gesture(subscription, now));
            if done > 0 {
                state.store_mut().logged_in(siret, now);
            }
            done
        })
    }

    /// What happens by itself happens, if its hour has come: any call does the same first.
    pub fn catch_up(&self) {
        self.change(|_| ());
    }

    /// How the simulator is set.
    pub fn switches(&self) -> Switches {
        self.change(|state| state.store().switches.clone())
    }

    /// Sets the simulator; holds from the next call on.
    pub fn set_switches(&self, switches: Switches) {
        self.change(|state| state.store_mut().switches = switches);
    }

    /// Holds the `n`-th call from now (1 is the next one; every route counts) at `point`, until [`Self::release`].
    /// Other calls go on. A held call whose client goes away is dropped: at `BeforeEffect`, nothing happened.
    pub fn pause_at(&self, n: usize, point: Point) {
        self.inner.gate.arm(n, point);
    }

    /// Resolves once a call is held, at once if one already is.
    pub async fn paused(&self) {
        self.inner.gate.paused().await;
    }

    /// Lets the held call go and disarms the gate.
    pub fn release(&self) {
        self.inner.gate.release();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `act` alone on the state, brought up to now, then writes the file if the store was touched, and posts the
    /// mails that were written on the way.
    fn change<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let now = self.inner.clock.now();
        let mut state = self.lock();
        let before = state.store().mails.len();
        state.catch_up(now);
        let result = act(&mut state);
        let letters = state.new_mails(before);
        state.save(self.inner.file.as_deref());
        drop(state);
        if let Some(post) = &self.post {
            letters.iter().for_each(|mail| post(mail));
        }
        result
    }
}
