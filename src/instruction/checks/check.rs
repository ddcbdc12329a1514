//! A check and what it says. Knows no rule.

use chrono::{DateTime, Utc};

use crate::domain::Habilitation;
use crate::domain::sources::Sources;
use crate::store::sirene_facts::SireneFact;

/// How serious it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Forbids to accept.
    Blocking,
    /// An instructeur must judge.
    Look,
    Info,
    Fine,
    /// A source was missing.
    Unverified,
}

impl Verdict {
    /// French words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Blocking => "bloquant",
            Self::Look => "à regarder",
            Self::Info => "information",
            Self::Fine => "conforme",
            Self::Unverified => "non vérifié",
        }
    }
}

/// What was read to reach a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Where it was read: « DataPass », « Sirene »…
    pub source: String,
    /// When it was known to be so.
    pub at: Option<DateTime<Utc>>,
    pub text: String,
}

/// One check, done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Stable code: `C17`.
    pub code: &'static str,
    pub title: &'static str,
    pub verdict: Verdict,
    /// One French sentence.
    pub sentence: String,
    /// What to do about it, in French.
    pub remedy: Option<String>,
    pub evidence: Vec<Evidence>,
}

impl Check {
    pub(super) fn new(code: &'static str, title: &'static str, verdict: Verdict, sentence: impl Into<String>) -> Self {
        Self { code, title, verdict, sentence: sentence.into(), remedy: None, evidence: Vec::new() }
    }

    pub(super) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    pub(super) fn seen(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }
}

/// What was collected beside the request itself. By default, nothing: no source was asked.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// What Sirene last said of the SIRET, when it was asked.
    pub sirene: Option<SireneFact>,
    /// What every register said, or why it said nothing.
    pub sources: Sources,
    /// Other requests of the same SIRET: DataPass number and stable name of their state.
    pub siblings: Vec<(i64, String)>,
}

/// What checks are made on.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub habilitation: &'a Habilitation,
    pub known: &'a Known,
}

impl Facts<'_> {
    /// Something read in the request, as of the last thing DataPass said.
    pub(super) fn datapass_says(&self, text: impl Into<String>) -> Evidence {
        let at = Some(self.habilitation.datapass.moment.fired_at);
        Evidence { source: "DataPass".into(), at, text: text.into() }
    }

    /// What Sirene said, in its own note.
    pub(super) fn sirene_says(&self) -> Option<Evidence> {
        let fact = self.known.sirene.as_ref()?;
        Some(Evidence { source: "Sirene".into(), at: Some(fact.fetched_at), text: fact.note.clone() })
    }
}
