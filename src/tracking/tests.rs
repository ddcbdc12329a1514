//! What a demandeur reads at each moment of a request.

use chrono::{NaiveDate, TimeZone};

use super::*;

fn portal(entry: Entry) -> Portal {
    Portal { entry, agreed: false, first_steps: true }
}
use crate::domain::datapass::Moment;
use crate::domain::{Actor, DatapassState, Dossier, InForce, Mirror};

fn at() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap()
}

fn habilitation(state: State, in_force: bool) -> Habilitation {
    let in_force = in_force.then(|| InForce { since: at(), by: Actor::DataPass, dossier: Dossier::default() });
    Habilitation {
        id: uuid::Uuid::nil(),
        datapass_id: 61234,
        version: 1,
        state,
        dossier: Dossier::default(),
        in_force,
        datapass: Mirror {
            state: DatapassState::Draft,
            moment: Moment { fired_at: at(), rank: 0 },
            public_id: None,
            authorisations: Vec::new(),
        },
        submitted_at: Some(at()),
        unreported: None,
        assignee: None,
        tracking_token: String::new(),
        created_at: at(),
    }
}

fn row(status: &str) -> ProvisioningRow {
    let row = ProvisioningRow::new(uuid::Uuid::nil(), 61234, "", status, at());
    ProvisioningRow { last_error: Some("secret".into()), opened_at: (status == "open").then(at), ..row }
}

fn submitted() -> State {
    State::Submitted { at: at(), due: NaiveDate::from_ymd_opt(2026, 11, 26).unwrap() }
}

fn changes() -> State {
    State::ChangesRequested { at: at(), by: Actor::DataPass, reason: Some(" Joignez la délibération. ".into()) }
}

fn accepted() -> State {
    State::Accepted { at: at(), by: Actor::DataPass }
}

fn statuses(progress: &Progress) -> Vec<Status> {
    progress.steps.iter().map(|step| step.status).collect()
}

#[test]
fn each_state_says_whose_turn_it_is() {
    use Status::{Current, Done, Todo};
    let revoked = State::Revoked { at: at(), by: Actor::DataPass, reason: None };
    let archived = State::Archived { at: at(), by: Actor::DataPass };
    let refused = State::Refused { at: at(), by: Actor::DataPass, reason: Some("Pas de base légale.".into()) };
    let table = [
        (State::Draft, false, None, false, Turn::DatapassByDemandeur, vec![Current, Todo, Todo, Todo]),
        (submitted(), false, None, false, Turn::Ours, vec![Done, Current, Todo, Todo]),
        (changes(), false, None, false, Turn::DatapassByDemandeur, vec![Done, Current, Todo, Todo]),
        (accepted(), true, None, false, Turn::Ours, vec![Done, Done, Current, Todo]),
        (accepted(), true, Some("running"), false, Turn::Ours, vec![Done, Done, Current, Todo]),
        (accepted(), true, Some("retrying"), false, Turn::Ours, vec![Done, Done, Current, Todo]),
        (accepted(), true, Some("held"), false, Turn::Ours, vec![Done, Done, Current, Todo]),
        (accepted(), true, Some("parked"), false, Turn::Ours, vec![Done, Done, Current, Todo]),
        (accepted(), true, Some("awaiting_activation"), false, Turn::HubeeByDemandeur, vec![Done, Done, Current, Todo]),
        (accepted(), true, Some("open"), true, Turn::InService, vec![Done, Done, Done, Done]),
        (accepted(), false, Some("open"), false, Turn::Over, vec![Done, Done]),
        (refused, false, None, false, Turn::Over, vec![Done, Done]),
        (revoked, false, Some("open"), false, Turn::Over, vec![Done, Done]),
        (archived, false, None, false, Turn::Over, vec![Done, Done]),
        (State::Draft, true, Some("open"), true, Turn::DatapassByDemandeur, vec![Current, Todo, Done, Done]),
        (submitted(), true, Some("open"), true, Turn::Ours, vec![Done, Current, Done, Done]),
    ];
    for (state, in_force, status, opened, turn, expected) in table {
        let what = format!("{state:?} {status:?}");
        let row = status.map(row);
        let progress = progress(&habilitation(state, in_force), row.as_ref(), opened, portal(Entry::Created));
        assert_eq!(progress.turn, turn, "{what}");
        assert_eq!(statuses(&progress), expected, "{what}");
        assert!(!progress.next.is_empty() && !progress.headline.is_empty(), "{what}");
    }
}

#[test]
fn the_deadline_is_in_words() {
    let progress = progress(&habilitation(submitted(), false), None, false, portal(Entry::Created));
    assert!(progress.next[0].contains("26 novembre 2026"), "{:?}", progress.next);
    assert_eq!(progress.steps[1].detail.as_deref(), Some("Réponse au plus tard le 26 novembre 2026."));
}

#[test]
fn the_instructeur_s_message_is_shown_as_written() {
    let progress = progress(&habilitation(changes(), false), None, false, portal(Entry::Created));
    assert_eq!(progress.reason.as_deref(), Some("Joignez la délibération."));
}

#[test]
fn a_reopening_says_that_the_form_stays_open() {
    for (opened, words) in [(true, "reste ouvert aux familles"), (false, "reste valable")] {
        let progress = progress(&habilitation(changes(), true), None, opened, portal(Entry::Created));
        assert!(progress.next.last().unwrap().contains(words), "{:?}", progress.next);
    }
}

#[test]
fn our_own_errors_stay_ours() {
    let progress = progress(&habilitation(accepted(), true), Some(&row("parked")), false, portal(Entry::Created));
    assert!(!format!("{progress:?}").contains("secret"));
}
