//! The sentences of the tracking page that say what comes next.

use chrono::NaiveDate;

use super::{Entry, Portal, Turn};
use crate::domain::paris::day_in_words;
use crate::domain::{Habilitation, State};

const WAIT: &str = "Vous n’avez rien à faire : nous vous écrirons à la prochaine étape.";

/// When an answer is owed.
pub fn due(due: NaiveDate) -> String {
    format!("Réponse au plus tard le {}.", day_in_words(due))
}

/// What comes next, in order.
pub fn next(habilitation: &Habilitation, turn: Turn, opened: bool, portal: Portal) -> Vec<String> {
    let mut next = match &habilitation.state {
        State::Draft => draft(habilitation.is_reopening()),
        State::Submitted { due, .. } => submitted(*due),
        State::ChangesRequested { .. } => changes_requested(),
        State::Accepted { .. } => accepted(turn, portal),
        State::Refused { .. } => refused(),
        State::Revoked { .. } => closed(),
        State::Archived { .. } => {
            sentences(&["Nous n’y donnerons pas d’autre suite. Pour en déposer une nouvelle, passez par DataPass."])
        }
    };
    if habilitation.is_reopening() {
        next.push(match opened {
            true => "En attendant, votre formulaire reste ouvert aux familles.".to_owned(),
            false => "En attendant, votre habilitation actuelle reste valable.".to_owned(),
        });
    }
    next
}

fn sentences(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn draft(reopening: bool) -> Vec<String> {
    if reopening {
        return sentences(&["Terminez vos modifications dans DataPass, puis soumettez la demande à nouveau."]);
    }
    sentences(&[
        "Complétez la demande dans DataPass, puis soumettez-la : nous ne pouvons pas l’instruire avant.",
        "Munissez-vous de la délibération qui mentionne le quotient familial et des coordonnées de votre délégué à la \
         protection des données. Il ne peut être ni vous-même, ni le maire ou le président.",
    ])
}

fn submitted(due: NaiveDate) -> Vec<String> {
    vec![
        format!("Un instructeur vous répond au plus tard le {} (trois jours ouvrés).", day_in_words(due)),
        WAIT.to_owned(),
    ]
}

fn changes_requested() -> Vec<String> {
    sentences(&[
        "Modifiez votre demande dans DataPass en tenant compte du message de l’instructeur.",
        "Soumettez-la à nouveau : nous vous répondrons dans les trois jours ouvrés qui suivent.",
    ])
}

fn accepted(turn: Turn, portal: Portal) -> Vec<String> {
    match turn {
        Turn::InService => in_service(portal),
        Turn::HubeeByDemandeur => to_activate(portal),
        Turn::Over => closed(),
        _ => sentences(&[
            "Nous créons l’abonnement de votre collectivité dans HubEE, le portail où vos agents recevront les dossiers.",
            WAIT,
        ]),
    }
}

fn in_service(portal: Portal) -> Vec<String> {
    let mut next = sentences(&[
        "Présentez le formulaire aux familles : adresse, QR code, affiche et textes sont prêts ci-dessous.",
    ]);
    if portal.first_steps {
        next.extend([login(portal), PASSWORD.to_owned()]);
    }
    next.extend(sentences(&[AGENTS, OWN_ROLE]));
    next.push(
        "Gardez une solution pour les familles qui n’utilisent pas FranceConnect : l’attestation CAF ou MSA."
            .to_owned(),
    );
    next
}

fn to_activate(portal: Portal) -> Vec<String> {
    let activation = match portal.entry {
        Entry::Elsewhere => {
            "Cet administrateur, ou vous une fois votre compte ouvert, active l’abonnement « Formulaire QF » dans \
             « Gestion des abonnements », quand les agents existent : mode d’accès, notifications, puis « Activer »."
        }
        _ => {
            "Dans « Gestion des abonnements », ouvrez l’abonnement « Formulaire QF », choisissez le mode d’accès et les \
             notifications, puis activez-le."
        }
    };
    let mut next = vec![login(portal)];
    if portal.first_steps {
        next.push(PASSWORD.to_owned());
    }
    next.extend(sentences(&[
        AGENTS,
        "Les agents doivent exister avant l’activation : un dossier reçu avant eux n’a personne pour le prendre.",
        OWN_ROLE,
        activation,
        "Votre formulaire s’ouvrira ensuite, et nous vous en enverrons l’adresse.",
    ]));
    next
}

const PASSWORD: &str = "Le mot de passe a huit caractères au moins, dont un chiffre, une majuscule et un signe. Aux \
                        administrateurs locaux, HubEE demande aussi un code à usage unique à chaque connexion.";

const AGENTS: &str = "Dans « Gestion des comptes », ajoutez un second administrateur local et les agents qui traiteront \
                      les dossiers, avec la démarche « Formulaire QF ». Un compte \
                      ne vaut que pour une organisation, et son adresse ne change plus.";

const OWN_ROLE: &str = "Pour traiter vous-même des dossiers, renseignez votre civilité dans votre fiche, puis ajoutez-y le \
                        rôle « Gestion des télédossiers » ; si HubEE ne vous laisse pas modifier vos droits, le second \
                        administrateur local le fait pour vous.";

/// How to log in. Whoever holds the link reads it: the address is not named.
fn login(portal: Portal) -> String {
    let address = match portal.agreed {
        true => "l’adresse convenue avec l’instructeur",
        false => "l’adresse électronique indiquée dans votre demande",
    };
    let account = match portal.entry {
        Entry::Elsewhere => {
            return "Votre organisation a déjà un administrateur dans HubEE, et HubEE n’y crée pas de compte pour vous. \
                    Demandez à cet administrateur de vous ajouter dans « Gestion des comptes » ; si vous ne savez pas \
                    qui c’est, demandez-le au support HubEE."
                .to_owned();
        }
        Entry::Existing => "Votre compte habituel convient.",
        Entry::Created => {
            "HubEE crée votre compte avec l’abonnement, et vous envoie en général un lien pour choisir votre mot de \
             passe : il est valable 48 heures. Passé ce délai, ou sans message, utilisez « Mot de passe oublié »."
        }
        Entry::Unknown => {
            "Si vous n’y aviez pas de compte, HubEE a pu vous envoyer un lien pour choisir votre mot de passe, valable \
             48 heures. Passé ce délai, ou sans message, utilisez « Mot de passe oublié »."
        }
    };
    format!("Connectez-vous au portail HubEE avec {address}. {account}")
}

fn refused() -> Vec<String> {
    sentences(&["Vous pouvez déposer une nouvelle demande dans DataPass en tenant compte de ce motif."])
}

fn closed() -> Vec<String> {
    sentences(&[
        "Le formulaire n’est plus proposé aux familles de votre collectivité.",
        "Elles peuvent vous remettre l’attestation de quotient familial de leur CAF ou de leur MSA.",
        "Pour toute question, répondez au courriel que vous avez reçu ou écrivez-nous par la messagerie de DataPass.",
    ])
}
