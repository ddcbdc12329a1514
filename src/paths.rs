//! Every address of the service, as values: pages and mails never spell one by hand.

use crate::config::Config;

pub const HOME: &str = "/";
pub const LOGIN: &str = "/connexion";
pub const LOGOUT: &str = "/deconnexion";
pub const QUEUE: &str = "/instruction";
/// Texts that answers start from.
pub const REASONS: &str = "/instruction/modeles";
/// A text to write; the gesture it serves in its query.
pub const REASON_NEW: &str = "/instruction/modeles/nouveau";
/// The automatic checks: what each reads, how serious it is, how often it finds something.
pub const CHECKS: &str = "/instruction/controles";
/// Decisions taken here that DataPass doesn't know of.
pub const TO_REPORT: &str = "/instruction/a-reporter";
pub const OPERATION: &str = "/instruction/exploitation";
pub const OPERATION_RETRY: &str = "/instruction/exploitation/relancer";
/// Every parked job of a sort is tried again.
pub const OPERATION_RETRY_ALL: &str = "/instruction/exploitation/relancer-tout";
/// HubEE is tried again now.
pub const OPERATION_TRY: &str = "/instruction/exploitation/essayer";
pub const COLLECTIVITES: &str = "/collectivites";
pub const ACCESSIBILITY: &str = "/accessibilite";
pub const WEBHOOK: &str = "/api/datapass/webhook";
pub const API_COLLECTIVITES: &str = "/api/collectivites";
pub const HEALTH: &str = "/healthz";
pub const READY: &str = "/readyz";

/// Which mails somebody logged in receives.
pub const PREFERENCES: &str = "/instruction/preferences";

/// The queue, on one of its tabs.
pub fn queue_tab(name: &str) -> String {
    format!("{QUEUE}?etat={name}")
}

/// The link that stops one sort of mail.
pub fn unsubscribe(token: &str) -> String {
    format!("/desabonnement/{token}")
}

/// Below a request: its mise en service, live.
pub const SERVICE: &str = "mise-en-service";
/// Below a request: set right what is sent to HubEE.
pub const SERVICE_CORRECT: &str = "mise-en-service/corriger";
/// Below a request: start its mise en service again.
pub const SERVICE_RELAUNCH: &str = "mise-en-service/relancer";

/// Below a request: pause its form, open it again, hand it to the commune that its own became part of.
pub const PAUSE: &str = "formulaire/pause";
pub const RESUME: &str = "formulaire/reprise";
pub const MERGE: &str = "formulaire/fusion";
/// Below a request: say that an abonnement was suspended by hand, or have it suspended again.
pub const STOP_CONFIRM: &str = "abonnement/suspendu";
pub const STOP_AGAIN: &str = "abonnement/suspendre";
/// What HubEE or Sirene shows and we don't.
pub const DRIFTS: &str = "/instruction/ecarts";
/// Below a difference: apply the fix that is proposed, or leave it alone.
pub const DRIFT_FIX: &str = "traiter";
pub const DRIFT_IGNORE: &str = "ignorer";

/// The page of a difference.
pub fn difference(id: &str) -> String {
    format!("{DRIFTS}/{id}")
}

/// Where a gesture on a difference is posted.
pub fn difference_gesture(id: &str, gesture: &str) -> String {
    format!("{DRIFTS}/{id}/{gesture}")
}

/// Below a request: choose about an abonnement that HubEE has already.
pub const SERVICE_ADOPT: &str = "mise-en-service/rattacher";
/// Below a request: confirm the éditeur that HubEE will be told.
pub const SERVICE_EDITEUR: &str = "mise-en-service/editeur";
/// Below a request: open the form without HubEE's proof.
pub const SERVICE_OPEN: &str = "mise-en-service/ouvrir";
/// Below a request: put its mise en service aside.
pub const SERVICE_PARK: &str = "mise-en-service/mettre-de-cote";
/// Below a request: take a step of its mise en service upon oneself.
pub const SERVICE_SKIP: &str = "mise-en-service/passer";
/// Below a request: every call to HubEE.
pub const SERVICE_JOURNAL: &str = "mise-en-service/journal";
/// Every mise en service, by state, class and age.
pub const SERVICES: &str = "/instruction/mises-en-service";
/// Those of one class, parked, are all started again.
pub const SERVICES_RELAUNCH: &str = "/instruction/mises-en-service/relancer";
/// Below a request: the demandeur's account at HubEE works.
pub const SERVICE_ACCOUNT: &str = "mise-en-service/compte";
/// Below a tracking page: the demandeur says that the abonnement is active.
pub const ACTIVATION: &str = "activation";
/// Below a tracking page: the demandeur says that their account at HubEE works. Also its anchor on the page.
pub const ACCOUNT: &str = "compte";

/// Below a request or its tracking page: the conversation. Also its anchor on the page.
pub const MESSAGES: &str = "messages";
/// Below a request or its tracking page: say that the messages were read.
pub const MESSAGES_READ: &str = "messages/lus";
/// Below a tracking page: say that the address it was sent to is one's own. Also its anchor on the page.
pub const ADDRESS: &str = "adresse";
/// Below a request: notes between colleagues. Also their anchor on the page.
pub const NOTES: &str = "notes";

/// Below a request: strike one of its notes.
pub fn note_strike(note: &str) -> String {
    format!("{NOTES}/{note}/rayer")
}
/// Anchor of the délibération, on a request's page and on its tracking page.
pub const DELIBERATION: &str = "deliberation";
/// Below a request or its tracking page: its documents.
pub const DOCUMENTS: &str = "documents";
/// Below a request: fetch its délibération again.
pub const FETCH_AGAIN: &str = "deliberation/recuperer";
/// Below a document.
pub const DOWNLOAD: &str = "telecharger";
/// Below a document: read it again.
pub const READ_AGAIN: &str = "relire";

/// Below a request or its tracking page: one document.
pub fn document(id: &str) -> String {
    format!("{DOCUMENTS}/{id}")
}

/// Below a request: something of one document.
pub fn document_part(id: &str, part: &str) -> String {
    format!("{DOCUMENTS}/{id}/{part}")
}

/// The filtered list as a file: `csv` or `xlsx`.
pub const QUEUE_EXPORT: &str = "/instruction/export/{format}";
/// Where a gesture on several requests is posted.
pub const QUEUE_BATCH: &str = "/instruction/lot";
/// Below a request: who is in charge of it.
pub const ASSIGN: &str = "attribuer";

/// Below a request: make its checks again. Also their anchor on the page.
pub const REQUEST_CHECKS: &str = "controles";

/// Below a request: have its sources asked again.
pub const REQUEST_SOURCES: &str = "sources";

/// How serious one check is to be.
pub fn check(code: &str) -> String {
    format!("{CHECKS}/{code}")
}

/// Where one check of a request is set aside.
pub fn request_check(number: &str, code: &str) -> String {
    format!("{QUEUE}/{number}/{REQUEST_CHECKS}/{code}")
}

/// Where it is let count again.
pub fn request_check_restore(number: &str, code: &str) -> String {
    format!("{QUEUE}/{number}/{REQUEST_CHECKS}/{code}/retablir")
}

/// The page of a request: `/instruction/D61234`.
pub fn request(number: &str) -> String {
    format!("{QUEUE}/{number}")
}

/// Where a gesture on a request is posted: `/instruction/D61234/accepter`.
pub fn request_gesture(number: &str, gesture: &str) -> String {
    format!("{QUEUE}/{number}/{gesture}")
}

/// A text that answers start from.
pub fn reason(id: &str) -> String {
    format!("{REASONS}/{id}")
}

/// Where the removal of such a text is asked and confirmed.
pub fn reason_delete(id: &str) -> String {
    format!("{REASONS}/{id}/supprimer")
}

/// The public page of a collectivité.
pub fn collectivite(siret: &str) -> String {
    format!("{COLLECTIVITES}/{siret}")
}

/// Something below the public page of a collectivité: `qr.png`, `qr.svg`, `affiche`, `kit`.
pub fn collectivite_part(siret: &str, part: &str) -> String {
    format!("{COLLECTIVITES}/{siret}/{part}")
}

/// The demandeur's tracking page.
pub fn tracking(token: &str) -> String {
    format!("/suivi/{token}")
}

/// Where the demandeur posts, below their tracking page.
pub fn tracking_part(token: &str, part: &str) -> String {
    format!("/suivi/{token}/{part}")
}

/// A request in DataPass, as its instructeurs see it.
pub fn datapass_instruction(config: &Config, datapass_id: i64) -> String {
    format!("{}/instruction/demandes/{datapass_id}", config.datapass_url.as_str().trim_end_matches('/'))
}

/// A request in DataPass, as its demandeur sees it.
pub fn datapass_request(config: &Config, datapass_id: i64) -> String {
    format!("{}/demandes/{datapass_id}", config.datapass_url.as_str().trim_end_matches('/'))
}
