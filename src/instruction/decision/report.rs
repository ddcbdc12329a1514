//! What a person must still do in DataPass after a decision taken here, in words; and when DataPass says the contrary,
//! who says what and the two ways out. Knows no address.

use crate::domain::{DatapassState, Habilitation, State};

/// What is left to do in DataPass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// One gesture there, as an order: « validez la demande ».
    pub todo: &'static str,
    /// DataPass says the contrary of what was decided here.
    pub contradiction: Option<Contradiction>,
}

/// Two answers to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// What was decided here: « acceptée ».
    pub ours: String,
    /// What DataPass says: « refusée ».
    pub theirs: String,
    /// How to make DataPass say the same.
    pub keep: &'static str,
    /// How to follow DataPass.
    pub follow: &'static str,
}

/// What is left to do in DataPass of the last decision taken here; `None` when nothing is.
pub fn report(habilitation: &Habilitation) -> Option<Report> {
    let unreported = habilitation.unreported.as_ref()?;
    let there = habilitation.datapass.state;
    let contradiction = unreported.contradicted.as_ref().map(|theirs| Contradiction {
        ours: habilitation.state.label().to_lowercase(),
        theirs: theirs.clone(),
        keep: keep(&habilitation.state, there),
        follow: follow(&habilitation.state, there),
    });
    Some(Report { todo: todo(&habilitation.state, unreported.expected), contradiction })
}

fn todo(state: &State, expected: DatapassState) -> &'static str {
    match (state, expected) {
        (State::Revoked { .. }, DatapassState::Refused) => {
            "refusez la demande, avec le motif de la révocation : elle n’y est pas encore validée"
        }
        (_, DatapassState::Validated) => "validez la demande",
        (_, DatapassState::Refused) => "refusez la demande, avec le même motif",
        (_, DatapassState::ChangesRequested) => "demandez les mêmes modifications",
        (_, DatapassState::Revoked) => "révoquez l’habilitation, avec le même motif",
        (_, DatapassState::Archived) => "archivez la demande (bouton « Supprimer »)",
        (_, DatapassState::Draft | DatapassState::Submitted) => "ouvrez la demande et prenez la même décision",
    }
}

/// `there`: the state in DataPass since it said the contrary.
fn keep(state: &State, there: DatapassState) -> &'static str {
    match (state, there) {
        (State::Revoked { .. }, DatapassState::Validated) => "dans DataPass, révoquez l’habilitation.",
        (State::Revoked { .. }, DatapassState::Draft) => {
            "dans DataPass, la demande est entre les mains du demandeur : dès qu’il l’aura soumise, refusez-la, puis \
             révoquez l’habilitation."
        }
        (State::Revoked { .. }, _) => {
            "dans DataPass, refusez la demande, puis révoquez l’habilitation s’il en reste une."
        }
        (_, DatapassState::ChangesRequested | DatapassState::Submitted) => "dans DataPass, validez la demande.",
        // A reopening that was refused or cancelled: the answers accepted here are dropped there.
        (_, DatapassState::Validated) => {
            "demandez au demandeur de rouvrir sa demande dans DataPass et d’y remettre les mêmes réponses, puis \
             validez-la des deux côtés."
        }
        _ => {
            "DataPass ne permet pas de revenir sur cette décision : demandez à son équipe de rétablir la demande, puis \
             validez-la."
        }
    }
}

fn follow(state: &State, there: DatapassState) -> &'static str {
    match (state, there) {
        (State::Revoked { .. }, _) => {
            "une révocation ne se défait pas ici : le demandeur doit déposer une nouvelle demande, que vous accepterez."
        }
        (_, DatapassState::Validated) => {
            "demandez au demandeur de rouvrir sa demande dans DataPass : sa nouvelle réponse remplacera celle qui est \
             acceptée ici."
        }
        _ => "révoquez ici l’habilitation : le formulaire sera aussitôt fermé aux familles et le demandeur prévenu.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Actor, Unreported};
    use crate::instruction::checks::samples::{at, habilitation};

    fn decided(
        state: State,
        expected: DatapassState,
        there: DatapassState,
        contradicted: Option<&str>,
    ) -> Habilitation {
        let mut request = habilitation();
        let contradicted = contradicted.map(str::to_owned);
        request.state = state;
        request.unreported =
            Some(Unreported { expected, at: at("2026-06-03T08:00:00Z"), by: Actor::Habilis, contradicted });
        request.datapass.state = there;
        request
    }

    fn accepted() -> State {
        State::Accepted { at: at("2026-06-03T08:00:00Z"), by: Actor::Habilis }
    }

    fn revoked() -> State {
        State::Revoked { at: at("2026-06-03T08:00:00Z"), by: Actor::Habilis, reason: None }
    }

    #[test]
    fn every_decision_has_its_gesture_in_datapass() {
        assert_eq!(report(&habilitation()), None);
        for (state, expected, words) in [
            (accepted(), DatapassState::Validated, "validez"),
            (accepted(), DatapassState::Refused, "refusez la demande, avec le même motif"),
            (accepted(), DatapassState::ChangesRequested, "demandez les mêmes modifications"),
            (revoked(), DatapassState::Revoked, "révoquez"),
            (revoked(), DatapassState::Refused, "motif de la révocation"),
            (revoked(), DatapassState::Archived, "archivez"),
        ] {
            let report = report(&decided(state, expected, DatapassState::Submitted, None)).unwrap();
            assert!(report.todo.contains(words) && report.contradiction.is_none(), "{}", report.todo);
        }
    }

    #[test]
    fn a_contradiction_says_who_says_what_and_both_ways_out() {
        for (state, there, theirs, keep, follow) in [
            (accepted(), DatapassState::Refused, "refusée", "demandez à son équipe", "révoquez ici"),
            (accepted(), DatapassState::ChangesRequested, "modifications demandées", "validez", "révoquez ici"),
            (accepted(), DatapassState::Validated, "réouverture annulée", "rouvrir", "rouvrir"),
            (revoked(), DatapassState::Draft, "rouverte", "dès qu’il l’aura soumise", "nouvelle demande"),
            (revoked(), DatapassState::Submitted, "soumise", "refusez la demande, puis", "nouvelle demande"),
            (revoked(), DatapassState::Validated, "validée", "révoquez l’habilitation", "nouvelle demande"),
        ] {
            let ours = state.label().to_lowercase();
            let request = decided(state, DatapassState::Validated, there, Some(theirs));
            let said = report(&request).unwrap().contradiction.unwrap();
            assert_eq!((said.ours, said.theirs.as_str()), (ours, theirs));
            assert!(said.keep.contains(keep) && said.keep.ends_with('.'), "{}", said.keep);
            assert!(said.follow.contains(follow) && said.follow.ends_with('.'), "{}", said.follow);
        }
    }
}
