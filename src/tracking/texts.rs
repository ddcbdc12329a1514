//! The sentences of the tracking page that say what comes next.

use chrono::NaiveDate;

use super::Turn;
use crate::domain::paris::day_in_words;
use crate::domain::{Habilitation, State};

const WAIT: &str = "Vous n’avez rien à faire : nous vous écrirons à la prochaine étape.";

/// When an answer is owed.
pub fn due(due: NaiveDate) -> String {
    format!("Réponse au plus tard le {}.", day_in_words(due))
}

/// What comes next, in order.
pub fn next(habilitation: &Habilitation, turn: Turn, opened: bool) -> Vec<String> {
    let mut next = match &habilitation.state {
        State::Draft => draft(habilitation.is_reopening()),
        State::Submitted { due, .. } => submitted(*due),
        State::ChangesRequested { .. } => changes_requested(),
        State::Accepted { .. } => accepted(turn),
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

fn accepted(turn: Turn) -> Vec<String> {
    match turn {
        Turn::InService => sentences(&[
            "Présentez le formulaire aux familles : adresse, QR code, affiche et textes sont prêts ci-dessous.",
            "Dans HubEE, ajoutez les agents qui traiteront les dossiers, avec la démarche « Formulaire QF ».",
            "Gardez une solution pour les familles qui n’utilisent pas FranceConnect : l’attestation CAF ou MSA.",
        ]),
        Turn::HubeeByDemandeur => sentences(&[
            "Connectez-vous au portail HubEE avec l’adresse électronique indiquée dans votre demande. Si vous n’y aviez \
             pas de compte, HubEE vous a envoyé un lien pour choisir votre mot de passe : il est valable 48 heures. \
             Passé ce délai, utilisez « Mot de passe oublié ».",
            "Dans « Gestion des comptes », ajoutez les agents qui traiteront les dossiers : ils doivent exister avant \
             l’activation.",
            "Dans « Gestion des abonnements », ouvrez l’abonnement « Formulaire QF », choisissez le mode d’accès et les \
             notifications, puis activez-le.",
            "Votre formulaire s’ouvrira ensuite, et nous vous en enverrons l’adresse.",
        ]),
        Turn::Over => closed(),
        _ => sentences(&[
            "Nous créons l’abonnement de votre collectivité dans HubEE, le portail où vos agents recevront les dossiers.",
            WAIT,
        ]),
    }
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
