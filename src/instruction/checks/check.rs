//! A check and what it says, of which facts, and who judged otherwise. Knows no rule.

use chrono::{DateTime, Utc};

use sha2::{Digest, Sha256};

use super::catalogue;
use crate::domain::Habilitation;
use crate::domain::sources::Sources;
use crate::store::checks::OverrideRow;
use crate::store::documents::{Document, Fetched};
use crate::store::habilitations::Related;
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
    /// A source was missing: its sentence says which, and what becomes of it.
    Unverified,
    /// The request has nothing that it could read.
    Moot,
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
            Self::Moot => "sans objet",
        }
    }

    /// Stable name, as kept.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blocking => "blocking",
            Self::Look => "look",
            Self::Info => "info",
            Self::Fine => "fine",
            Self::Unverified => "unverified",
            Self::Moot => "moot",
        }
    }

    /// A finding: what the responsables count, and what a setting makes more or less serious.
    pub fn is_finding(self) -> bool {
        matches!(self, Self::Blocking | Self::Look)
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
    /// What tempers it, in French: part of no judgement.
    pub caveat: Option<String>,
}

/// One check, done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Stable code: `C17`.
    pub code: &'static str,
    pub title: &'static str,
    pub verdict: Verdict,
    /// To look at, rather likely to be wrong: shown first.
    pub strong: bool,
    /// One French sentence.
    pub sentence: String,
    /// What to do about it, in French.
    pub remedy: Option<String>,
    pub evidence: Vec<Evidence>,
    /// What an instructeur judged of it on this request.
    pub overridden: Option<Overridden>,
}

/// A verdict that an instructeur set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overridden {
    pub by: String,
    pub at: DateTime<Utc>,
    pub reason: String,
    /// What the check said then.
    pub sentence: String,
    /// It says something else since: nobody judged that, so that it counts again.
    pub stale: bool,
}

impl Check {
    /// A check of the catalogue: its title is there.
    pub(super) fn new(code: &'static str, verdict: Verdict, sentence: impl Into<String>) -> Self {
        let title = catalogue::of(code).map_or(code, |entry| entry.title);
        let sentence = sentence.into();
        Self { code, title, verdict, strong: false, sentence, remedy: None, evidence: Vec::new(), overridden: None }
    }

    /// Rather likely to be wrong.
    pub fn strong(self) -> Self {
        Self { strong: true, ..self }
    }

    /// An instructeur set it aside, and it still says what they judged.
    pub fn is_lifted(&self) -> bool {
        self.overridden.as_ref().is_some_and(|over| !over.stale)
    }

    /// Why nobody may set it aside, if so.
    pub fn firm(&self) -> Option<&'static str> {
        catalogue::of(self.code)?.firm.filter(|_| self.verdict == Verdict::Blocking)
    }

    /// Whether setting it aside means something: it says something, and what it forbids could work.
    pub fn may_be_overridden(&self) -> bool {
        let said = self.verdict.is_finding() || self.verdict == Verdict::Unverified;
        said && self.firm().is_none()
    }

    /// What it says and on what, without when: what an instructeur judged is this, and nothing else.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for text in [self.code, &self.sentence] {
            hash.update(text.as_bytes());
            hash.update([0]);
        }
        for evidence in &self.evidence {
            hash.update(evidence.source.as_bytes());
            hash.update([0]);
            hash.update(evidence.text.as_bytes());
            hash.update([0]);
        }
        hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// With what was judged of it, if anything was.
    pub(super) fn judged_by(mut self, rows: &[OverrideRow]) -> Self {
        let fingerprint = self.fingerprint();
        self.overridden = rows.iter().find(|row| row.code == self.code).map(|row| Overridden {
            by: row.author.clone(),
            at: row.at,
            reason: row.reason.clone(),
            sentence: row.sentence.clone(),
            stale: row.fingerprint != fingerprint,
        });
        self
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
    /// What Sirene last said of the éditeur's SIRET.
    pub editeur: Option<SireneFact>,
    /// Other requests of the same body, or of another body of the same place.
    pub related: Vec<Related>,
    /// What instructeurs set aside on this request.
    pub overrides: Vec<OverrideRow>,
    /// The documents that came with it, newest first.
    pub documents: Vec<Document>,
    /// What became of the address of its délibération.
    pub fetched: Option<Fetched>,
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
        Evidence { source: "DataPass".into(), at, text: text.into(), caveat: None }
    }

    /// What Sirene said, in its own note.
    pub(super) fn sirene_says(&self) -> Option<Evidence> {
        let fact = self.known.sirene.as_ref()?;
        Some(Evidence { source: "Sirene".into(), at: Some(fact.fetched_at), text: fact.note.clone(), caveat: None })
    }
}
