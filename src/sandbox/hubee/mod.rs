//! A simulated HubEE referential: tokens, organisations, subscriptions, and the account and mail that a subscription
//! brings about. It keeps state, refuses what HubEE refuses in the order HubEE refuses it, and fails on command.
//! It shares no type with the client under test, and knows nothing of télédossiers.

mod accounts;
mod calls;
mod dates;
mod envelope;
mod faults;
mod gate;
mod lists;
mod organisations;
mod patterns;
mod routes;
mod server;
mod state;
mod subscriptions;
mod switches;
mod token;
mod triple;
mod validation;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;

pub use accounts::{Account, Mail};
pub use calls::Call;
pub use faults::{Fault, FaultKind, When};
pub use gate::Point;
pub use organisations::Organisation;
pub use routes::Route;
pub use subscriptions::Subscription;
pub use switches::{DatapassRights, Switches};
pub use triple::Triple;

use crate::clock::Clock;
use gate::Gate;
use state::{State, Store};

/// The one client this HubEE knows: it may ask for any of the scopes `ADMIN`, `DATAPASS` and `OSL`.
const CLIENT_ID: &str = "habilis-demonstration-client";
const CLIENT_SECRET: &str = crate::SANDBOX_HUBEE_SECRET;

/// A handle on the simulator; clones share the same state.
#[derive(Clone)]
pub struct Hubee {
    inner: Arc<Inner>,
}

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
        Self { inner: Arc::new(Inner { clock, state, gate: Gate::default(), file }) }
    }

    /// `POST /oauth2/token` and `/referential/v1/{organizations,subscriptions}`, to be served by `axum::serve`.
    pub fn router(&self) -> Router {
        Router::new().fallback(server::answer).with_state(self.clone())
    }

    /// Client id and secret accepted by the token endpoint: demonstration values, no secret of anyone.
    pub fn credentials() -> (&'static str, &'static str) {
        (CLIENT_ID, CLIENT_SECRET)
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

    /// « Choose your password » mails HubEE would have sent, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.change(|state| state.store().mails.clone())
    }

    /// Requests seen since the start or the last [`Self::clear_calls`], in order of arrival (the last 20 000 at most).
    pub fn calls(&self) -> Vec<Call> {
        self.change(|state| state.calls.to_vec())
    }

    /// The last `count` calls of [`Self::calls`], in order of arrival.
    pub fn last_calls(&self, count: usize) -> Vec<Call> {
        self.change(|state| state.calls.last(count))
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

    /// What a local administrator does in HubEE's portal: the inactive subscriptions of this SIRET become active,
    /// in portal mode, from this day's midnight in Paris. Answers how many were activated.
    pub fn agent_activates(&self, siret: &str) -> usize {
        let (now, midnight) = (self.inner.clock.now(), dates::midnight(self.inner.clock.today()));
        self.change(|state| state.store_mut().activate_in_portal(siret, now, midnight))
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

    /// Runs `act` alone on the state, then writes the file if the store was touched.
    fn change<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let result = act(&mut state);
        state.save(self.inner.file.as_deref());
        result
    }
}
