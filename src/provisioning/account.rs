//! The demandeur's account at HubEE, a side effect of the subscription that no API shows: what is expected of it, who says
//! that it works, and so how the demandeur gets in. Pure. Must not know how it is told.

use chrono::{DateTime, Utc};

use super::{Differences, Progress};
use crate::domain::Habilitation;
use crate::domain::hubee_rules::Rules;

/// What is expected of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// Made with our subscription, unless the address is known to HubEE already.
    New,
    /// That of the subscription that was there.
    Existing,
    /// None for the demandeur: the organisation has another administrator.
    Other,
    Unknown,
}

impl Account {
    pub const ALL: [Self; 4] = [Self::New, Self::Existing, Self::Other, Self::Unknown];

    /// Stable name: the `account_expected` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Existing => "existing",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }

    /// For a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "créé par HubEE avec l’abonnement",
            Self::Existing => "probablement existant",
            Self::Other => "aucun pour le demandeur : l’organisation a un autre administrateur",
            Self::Unknown => "inconnu",
        }
    }

    /// The one named so.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|account| account.name() == name)
    }

    /// That of a subscription found in HubEE. One that carries our number and our administrator is the one we asked for,
    /// even when HubEE's answer was lost.
    pub(super) fn found(differences: &Differences) -> Self {
        match (differences.has("administrator"), differences.has("datapass_id")) {
            (true, _) => Self::Other,
            (false, true) => Self::Existing,
            (false, false) => Self::New,
        }
    }
}

/// That somebody said that the account works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    pub at: DateTime<Utc>,
    /// The instructeur who said so; `None`: the demandeur.
    pub by: Option<String>,
}

/// How the demandeur gets into HubEE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub account: Account,
    /// The address they log in with.
    pub login: String,
    /// An instructeur agreed on that address with them: it is not the one of the request.
    pub agreed: bool,
    /// An éditeur receives for the collectivité, through the API.
    pub editeur: bool,
}

impl Access {
    /// As far as the mise en service went; `None` or nothing made yet: as it will be if nothing hinders it.
    pub fn of(habilitation: &Habilitation, progress: Option<&Progress>, rules: &Rules) -> Self {
        let dossier = habilitation.in_force.as_ref().map_or(&habilitation.dossier, |in_force| &in_force.dossier);
        let corrected = progress.and_then(|progress| progress.corrections.email.clone());
        let address = corrected.as_deref().unwrap_or(&dossier.demandeur.email);
        let editeur = match progress {
            Some(progress) => progress.corrections.delegates_to(dossier),
            None => dossier.editeur.as_ref().filter(|editeur| editeur.is_publisher()),
        };
        let expected = progress.map_or(Account::New, |progress| match &progress.account_confirmed {
            Some(_) => Account::Existing,
            None => progress.account,
        });
        Self {
            account: expected,
            login: rules.email(address).unwrap_or_else(|_| address.to_owned()),
            agreed: corrected.is_some_and(|address| !address.trim().eq_ignore_ascii_case(&dossier.demandeur.email)),
            editeur: editeur.is_some(),
        }
    }
}
