//! What the simulator remembers: a store that may outlive the process, and the tokens and calls of this run.
//! Knows how it is written to disk, not what the API makes of it.

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::MAILS_KEPT;
use super::accounts::{Account, Mail};
use super::calls::CallLog;
use super::faults::Fault;
use super::organisations::Organisation;
use super::subscriptions::Subscription;
use super::switches::Switches;
use super::teledossiers::Teledossiers;
use super::token::Token;
use super::triple::Triple;
use super::weather::Weather;

/// Everything behind the mutex.
pub(super) struct State {
    store: Store,
    /// Whether the store was lent for writing since it was last saved.
    touched: bool,
    pub(super) tokens: HashMap<String, Token>,
    pub(super) calls: CallLog,
    pub(super) weather: Option<Weather>,
}

/// What a persisted simulator finds again when it restarts.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Store {
    pub(super) organisations: Vec<Organisation>,
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) accounts: Vec<Account>,
    pub(super) mails: Vec<Mail>,
    pub(super) faults: Vec<Fault>,
    pub(super) switches: Switches,
    pub(super) teledossiers: Teledossiers,
}

impl State {
    pub(super) fn new(store: Store) -> Self {
        Self { store, touched: false, tokens: HashMap::new(), calls: CallLog::default(), weather: None }
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// The store, to be changed: it will be saved.
    pub(super) fn store_mut(&mut self) -> &mut Store {
        self.touched = true;
        &mut self.store
    }

    /// The mails written since there were `before`. The oldest past the limit are then forgotten.
    pub(super) fn new_mails(&mut self, before: usize) -> Vec<Mail> {
        let mails = &self.store.mails;
        let new = mails.get(before..).unwrap_or_default().to_vec();
        if mails.len() > MAILS_KEPT {
            let over = mails.len() - MAILS_KEPT;
            self.store_mut().mails.drain(..over);
        }
        new
    }

    /// What happened without anyone calling: the batch of 00:01 activates what was chosen for a day that has come,
    /// folders are notified, and the portal comes for its cases.
    pub(super) fn catch_up(&mut self, now: DateTime<Utc>) {
        if self.store.subscriptions.iter().any(|subscription| subscription.is_due(now)) {
            let subscriptions = &mut self.store_mut().subscriptions;
            subscriptions.iter_mut().filter(|subscription| subscription.is_due(now)).for_each(Subscription::activate);
        }
        if self.store.teledossiers.are_due(now) {
            self.store_mut().tick(now);
        }
    }

    /// Writes the store if it was touched. A failure is logged and does not stop the simulator.
    pub(super) fn save(&mut self, file: Option<&Path>) {
        if std::mem::take(&mut self.touched)
            && let Some(file) = file
            && let Err(error) = self.store.write(file)
        {
            tracing::error!(error = format!("{error:#}"), "simulated HubEE: state not saved");
        }
    }
}

impl Store {
    /// The store in `file`, or an empty one if there is no file.
    pub(super) fn load(file: &Path) -> anyhow::Result<Self> {
        match fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| format!("reading {}", file.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("reading {}", file.display())),
        }
    }

    /// Written aside then renamed: a reader, or a crash, never sees half a file.
    fn write(&self, file: &Path) -> anyhow::Result<()> {
        let aside = file.with_extension("json.tmp");
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
        }
        fs::write(&aside, serde_json::to_vec_pretty(self)?).with_context(|| format!("writing {}", aside.display()))?;
        fs::rename(&aside, file).with_context(|| format!("renaming {}", aside.display()))
    }

    pub(super) fn organisation(&self, triple: &Triple) -> Option<&Organisation> {
        self.organisations.iter().find(|organisation| organisation.triple == *triple)
    }

    /// Does `gesture` to the subscriptions of this SIRET that are in `status`; answers how many there are.
    pub(super) fn in_portal(&mut self, siret: &str, status: &str, gesture: impl Fn(&mut Subscription)) -> usize {
        let theirs = self
            .subscriptions
            .iter_mut()
            .filter(|subscription| subscription.subscriber.company_register == siret)
            .filter(|subscription| subscription.status == status);
        theirs.map(gesture).count()
    }

    /// Whoever does something in the portal has chosen a password first.
    pub(super) fn logged_in(&mut self, siret: &str, now: DateTime<Utc>) {
        let accounts = self.accounts.iter_mut().filter(|account| account.organisation.company_register == siret);
        for account in accounts {
            account.activated_at.get_or_insert(now);
        }
    }
}
