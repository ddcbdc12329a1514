//! Why an address gave no document, in words for an instructeur, and whether asking later may help.

use std::error::Error;
use std::io;

use super::{PATIENCE, REDIRECTS};
use crate::domain::document::LARGEST;

/// Why nothing was kept. Displayed as the end of a French sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("ce n’est pas une adresse web (http:// ou https://)")]
    NotAnAddress,
    #[error("l’adresse contient un identifiant ou un mot de passe : elle n’est pas suivie")]
    UserInfo,
    #[error("le port {0} n’est pas celui d’un site web : l’adresse n’est pas suivie")]
    Port(u16),
    #[error("l’adresse mène à un réseau privé ou à cette machine : elle n’est pas suivie")]
    Private,
    #[error("le nom du site est inconnu")]
    UnknownName,
    #[error("le site ne répond pas")]
    Unreachable,
    #[error("le certificat de sécurité du site n’est pas valable, ou la connexion chiffrée échoue")]
    Tls,
    #[error("le site n’a pas tout envoyé en {} secondes", PATIENCE.as_secs())]
    TooSlow,
    #[error("le fichier pèse plus de {} Mo", LARGEST / 1024 / 1024)]
    TooLarge,
    #[error("le site renvoie d’adresse en adresse plus de {REDIRECTS} fois")]
    TooManyRedirects,
    #[error("le document n’est plus à cette adresse (réponse {0} du site)")]
    Gone(u16),
    #[error("le site en refuse la lecture (réponse {0})")]
    Denied(u16),
    #[error("le site est en panne ou surchargé (réponse {0})")]
    Down(u16),
    #[error("le site répond de façon inattendue (réponse {0})")]
    Unexpected(u16),
    #[error("ce qui est à cette adresse n’est ni un PDF ni une page web")]
    NotADocument,
    #[error("l’échange avec le site a été interrompu")]
    Broken,
}

impl Fault {
    /// What an answer that is not a success means.
    pub(super) fn of_status(status: u16) -> Self {
        match status {
            401 | 403 | 407 | 451 => Self::Denied(status),
            404 | 410 => Self::Gone(status),
            408 | 425 | 429 | 500..=599 => Self::Down(status),
            _ => Self::Unexpected(status),
        }
    }

    /// What a failed exchange means.
    pub(super) fn of_transport(error: &reqwest::Error) -> Self {
        if is_of_tls(error) {
            return Self::Tls;
        }
        match (error.is_connect(), error.is_timeout()) {
            (true, _) => Self::Unreachable,
            (false, true) => Self::TooSlow,
            (false, false) => Self::Broken,
        }
    }

    /// Whether the same address may give a document later.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::UnknownName | Self::Unreachable | Self::Tls | Self::TooSlow | Self::Down(_) | Self::Broken)
    }
}

/// Whether the cipher is the cause. The TLS library hands its errors over inside those of the transport, several deep.
fn is_of_tls(error: &(dyn Error + 'static)) -> bool {
    let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.is::<rustls::Error>() || inside.is_some_and(|inner| is_of_tls(inner)) || error.source().is_some_and(is_of_tls)
}
