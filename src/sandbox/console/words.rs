//! The words of faults: for each, the name that forms send and the label that people read. Tables, and nothing else.

use std::time::Duration;

use crate::sandbox::{
    hubee::{FaultKind, Route},
    registers::Outage,
    sirene,
};

const SLOW: Duration = Duration::from_secs(5);
/// Longer than a reasonable client waits.
const TOO_SLOW: Duration = Duration::from_secs(45);

/// HubEE's routes, in the order of [`Route::ALL`].
pub(super) const ROUTES: [(Route, &str, &str); 26] = [
    (Route::Any, "toutes", "Tous les appels"),
    (Route::Token, "jeton", "Demander un jeton"),
    (Route::GetOrganisation, "lire-organisation", "Lire une organisation"),
    (Route::ListOrganisations, "lister-organisations", "Lister les organisations"),
    (Route::PostOrganisation, "creer-organisation", "Créer une organisation"),
    (Route::PutOrganisation, "modifier-organisation", "Modifier une organisation"),
    (Route::ListSubscriptions, "lister-abonnements", "Lister les abonnements"),
    (Route::GetSubscription, "lire-abonnement", "Lire un abonnement"),
    (Route::PostSubscription, "creer-abonnement", "Créer un abonnement"),
    (Route::PutSubscription, "modifier-abonnement", "Modifier ou activer un abonnement"),
    (Route::ListProcesses, "lister-demarches", "Lister les démarches"),
    (Route::GetProcess, "lire-demarche", "Lire une démarche"),
    (Route::PostFolder, "envoyer-teledossier", "Envoyer un télédossier"),
    (Route::GetFolder, "lire-teledossier", "Lire un télédossier"),
    (Route::PatchFolder, "modifier-teledossier", "Compléter ou clore un télédossier"),
    (Route::DeleteFolder, "supprimer-teledossier", "Supprimer un télédossier"),
    (Route::PutFolderAttachment, "deposer-piece", "Déposer une pièce d’un télédossier"),
    (Route::GetCase, "lire-dossier", "Lire un dossier (« case »)"),
    (Route::PatchCase, "modifier-dossier", "Changer le statut d’un dossier"),
    (Route::PostEvent, "creer-evenement", "Créer un événement"),
    (Route::GetEvent, "lire-evenement", "Lire un événement"),
    (Route::PatchEvent, "modifier-evenement", "Changer le statut d’un événement"),
    (Route::DeleteEvent, "supprimer-evenement", "Supprimer un événement"),
    (Route::PutEventAttachment, "deposer-piece-evenement", "Déposer une pièce d’un événement"),
    (Route::ListNotifications, "lister-notifications", "Lister les notifications"),
    (Route::DeleteNotification, "supprimer-notification", "Supprimer une notification"),
];

pub(super) const KINDS: [(FaultKind, &str, &str); 14] = [
    (FaultKind::Slow(SLOW), "lent", "Lent : bonne réponse après 5 secondes"),
    (FaultKind::Slow(TOO_SLOW), "tres-lent", "Très lent : bonne réponse après 45 secondes"),
    (FaultKind::Silent(TOO_SLOW), "silence", "Silence : rien n’est fait, pas de réponse pendant 45 secondes"),
    (FaultKind::Error500Before, "500-avant", "Erreur 500 avant écriture : rien n’est fait"),
    (FaultKind::Error500After, "500-apres", "Erreur 500 après écriture : c’est fait, mais la réponse dit le contraire"),
    (FaultKind::Unauthorized401, "401", "Erreur 401 : jeton ou identifiants refusés"),
    (FaultKind::Forbidden403, "403", "Erreur 403 : droits insuffisants"),
    (FaultKind::Refused400, "400", "Erreur 400 : données refusées, rien n’est fait"),
    (FaultKind::LostAnswer, "reponse-perdue", "Réponse perdue : c’est fait, la connexion est coupée"),
    (FaultKind::LostRequest, "requete-perdue", "Requête perdue : rien n’est fait, la connexion est coupée"),
    (FaultKind::Html502, "html-502", "Page HTML 502 d’un serveur mandataire"),
    (FaultKind::TooMany429, "429", "Erreur 429 : trop d’appels"),
    (FaultKind::EmptyBody201, "corps-vide", "Corps vide : c’est fait, réponse 201 sans contenu"),
    (FaultKind::InvalidJson, "json-invalide", "JSON invalide : c’est fait, réponse coupée en son milieu"),
];

pub(super) const SIRENE: [(Option<sirene::Fault>, &str, &str); 10] = [
    (None, "aucune", "Aucune : Sirene répond"),
    (Some(sirene::Fault::Down503), "503", "Erreur 503 : service indisponible"),
    (Some(sirene::Fault::TooMany429), "429", "Erreur 429 : quota dépassé"),
    (Some(sirene::Fault::Slow(SLOW)), "lent", "Lent : bonne réponse après 5 secondes"),
    (Some(sirene::Fault::Html), "html", "Page HTML de maintenance à la place des données"),
    (Some(sirene::Fault::Error500), "500", "Erreur 500"),
    (Some(sirene::Fault::Huge), "enorme", "Réponse de 50 Mo"),
    (Some(sirene::Fault::Duplicate301), "doublon", "Erreur 301 : unité fermée pour cause de doublon"),
    (Some(sirene::Fault::Withheld403), "non-diffuse", "Erreur 403 : établissement non diffusé"),
    (Some(sirene::Fault::NotFound), "inconnu", "Établissement inconnu : toujours 404"),
];

/// The outages of the other registers.
pub(super) const OUTAGES: [(Option<Outage>, &str, &str); 6] = [
    (None, "aucune", "Aucune : elle répond"),
    (Some(Outage::Slow(TOO_SLOW)), "lent", "Lente : bonne réponse après 45 secondes"),
    (Some(Outage::TooMany429), "429", "Erreur 429 : trop d’appels, à rappeler dans 90 secondes"),
    (Some(Outage::Error500), "500", "Erreur 500"),
    (Some(Outage::Html), "html", "Page HTML de maintenance à la place des données"),
    (Some(Outage::Huge), "enorme", "Réponse de 50 Mo"),
];

/// The other registers: the name that forms send, and their own.
pub(super) const REGISTERS: [(&str, &str); 4] = [
    ("recherche", "Recherche d’entreprises"),
    ("geo", "API Géo"),
    ("annuaire", "Annuaire de l’administration"),
    ("dns", "DNS"),
];

/// The label of an outage; delays that the form does not propose share theirs.
pub(super) fn of_outage(outage: Outage) -> &'static str {
    let found = OUTAGES.iter().find(|(known, ..)| *known == Some(outage));
    found.map_or("réponses en retard", |(_, _, label)| *label)
}

/// Name and label of a route.
pub(super) fn of_route(route: Route) -> (&'static str, &'static str) {
    ROUTES.iter().find(|(known, ..)| *known == route).map_or(("", ""), |(_, name, label)| (*name, *label))
}

/// Name and label of a fault; delays that the form does not propose share theirs.
pub(super) fn of_kind(kind: FaultKind) -> (&'static str, &'static str) {
    let found = KINDS.iter().find(|(known, ..)| *known == kind);
    found.map_or(("autre-delai", "Lent : bonne réponse, en retard"), |(_, name, label)| (*name, *label))
}

/// The label of a fault without its explanation.
pub(super) fn in_short(kind: FaultKind) -> &'static str {
    let (_, label) = of_kind(kind);
    label.split(" : ").next().unwrap_or(label)
}
