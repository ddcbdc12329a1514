//! Every state × gesture × actor against a table written by hand, then what the table can't say: versions, deadlines,
//! reports to DataPass, late and missed events.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use uuid::Uuid;

use super::table::TABLE;
use super::*;
use crate::domain::Upkeep;
use crate::domain::datapass::{Mirror, Moment};
use crate::domain::dossier::{Contact, Dossier};

/// The columns of the table: seven states, then the three where a habilitation is in force meanwhile.
const COLUMNS: [&str; 10] =
    ["draft", "submitted", "changes", "accepted", "refused", "revoked", "archived", "draft+", "submitted+", "changes+"];

fn at() -> DateTime<Utc> {
    "2026-09-10T08:00:00Z".parse().unwrap()
}

fn ada() -> Actor {
    Actor::Instructeur { id: Uuid::from_u128(1), name: "Ada".into() }
}

fn actors() -> [(&'static str, Actor); 4] {
    [
        ("instructeur", ada()),
        ("datapass", Actor::DataPass),
        ("habilis", Actor::Habilis),
        ("demandeur", Actor::Demandeur),
    ]
}

fn gestures() -> [What; 26] {
    let text = || String::from("x");
    [
        What::Save,
        What::Submit,
        What::Accept { comment: None },
        What::AcceptConforming,
        What::Refuse { reason: None },
        What::AskChanges { reason: None },
        What::Reopen,
        What::CancelReopening,
        What::Revoke { reason: None },
        What::RevokeOne { remaining: true },
        What::Archive,
        What::Transfer,
        What::DelayService { why: "HubEE".into(), activation: false },
        What::OpenService,
        What::Relaunch,
        What::Correct { field: "nom".into(), before: "a".into(), after: "b".into() },
        What::Upkeep(Upkeep::Paused { reason: "Travaux".into() }),
        What::Upkeep(Upkeep::Stopped { siret: "21730132400018".into(), how: "relu".into() }),
        What::Adjust { changes: Vec::new() },
        What::DecideService { decision: "rattacher".into(), resume: true },
        What::DeclareActivation,
        What::ConfirmAccount,
        What::OpenByHand { reason: "vu avec HubEE".into() },
        What::OverrideCheck { code: "C17".into(), sentence: text(), fingerprint: text(), reason: text() },
        What::RestoreCheck { code: "C17".into() },
        What::AskSources,
    ]
}

fn dossier(recipients: &str) -> Dossier {
    let demandeur = Contact { email: "claire@hauteluce.fr".into(), ..Contact::default() };
    Dossier { demandeur, destinataires: Some(recipients.into()), ..Dossier::default() }
}

fn habilitation(column: &str) -> Habilitation {
    let (before, by) = (at() - Duration::days(1), Actor::DataPass);
    let (state, mirror) = match column.trim_end_matches('+') {
        "draft" => (State::Draft, DatapassState::Draft),
        "submitted" => (
            State::Submitted { at: before, due: NaiveDate::from_ymd_opt(2026, 9, 14).unwrap() },
            DatapassState::Submitted,
        ),
        "changes" => (State::ChangesRequested { at: before, by, reason: None }, DatapassState::ChangesRequested),
        "accepted" => (State::Accepted { at: before, by }, DatapassState::Validated),
        "refused" => (State::Refused { at: before, by, reason: None }, DatapassState::Refused),
        "revoked" => (State::Revoked { at: before, by, reason: None }, DatapassState::Revoked),
        _ => (State::Archived { at: before, by }, DatapassState::Archived),
    };
    let in_force = column == "accepted" || column.ends_with('+');
    let granted = InForce { since: before, by: Actor::DataPass, dossier: dossier("Agents") };
    Habilitation {
        id: Uuid::nil(),
        datapass_id: 61_234,
        version: 4,
        state,
        dossier: dossier(if column.ends_with('+') { "Agents et élus" } else { "Agents" }),
        in_force: in_force.then_some(granted),
        unreported: None,
        assignee: None,
        datapass: Mirror {
            state: mirror,
            moment: Moment { fired_at: before, rank: 3 },
            public_id: None,
            authorisations: Vec::new(),
        },
        submitted_at: None,
        tracking_token: "jeton".into(),
        created_at: before,
    }
}

/// What DataPass sends with a gesture: the rejected answers too, when a reopening is given up.
fn snapshot(before: &Habilitation, what: &What) -> Snapshot {
    let reopening = before.in_force.is_some();
    let state = match what {
        What::Submit => DatapassState::Submitted,
        What::Accept { .. } | What::AcceptConforming | What::CancelReopening => DatapassState::Validated,
        What::Refuse { .. } if reopening => DatapassState::Validated,
        What::Refuse { .. } => DatapassState::Refused,
        What::AskChanges { .. } => DatapassState::ChangesRequested,
        What::Reopen => DatapassState::Draft,
        What::Revoke { .. } => DatapassState::Revoked,
        What::Archive => DatapassState::Archived,
        _ => before.datapass.state,
    };
    let revoked = matches!(what, What::Revoke { .. } | What::RevokeOne { remaining: false });
    Snapshot {
        datapass_id: before.datapass_id,
        event: what.name().into(),
        mirror: Mirror {
            state,
            moment: Moment { fired_at: at(), rank: 0 },
            public_id: None,
            authorisations: Vec::new(),
        },
        dossier: before.dossier.clone(),
        submitted_at: None,
        authorised: before.in_force.as_ref().filter(|_| !revoked).map(|granted| granted.dossier.clone()),
    }
}

fn play(before: &Habilitation, by: &Actor, what: &What) -> Result<(Habilitation, Vec<Event>), Refusal> {
    let said = (*by == Actor::DataPass).then(|| snapshot(before, what));
    let action = Action { at: at(), by: by.clone(), what: what.clone() };
    transition(before.clone(), &action, said.as_ref(), &WorkingDays::default())
}

/// A request on which gestures follow each other.
fn after(mut habilitation: Habilitation, gestures: &[(Actor, What)]) -> (Habilitation, Vec<Event>) {
    let mut last = Vec::new();
    for (by, what) in gestures {
        (habilitation, last) = play(&habilitation, by, what).unwrap();
    }
    (habilitation, last)
}

fn cell(outcome: &Result<(Habilitation, Vec<Event>), Refusal>) -> String {
    let Ok((after, events)) = outcome else { return "-".into() };
    let letter = match after.state.name() {
        "revoked" => "v",
        "archived" => "x",
        other => &other[..1],
    };
    let lines: Vec<&str> = events.iter().map(Event::name).collect();
    format!("{letter}:{}", lines.join("+"))
}

#[test]
fn every_state_gesture_and_actor() {
    let mut rows = TABLE.iter();
    for (who, by) in actors() {
        for what in gestures() {
            let (expected_who, expected_what, cells) = rows.next().unwrap();
            assert_eq!((*expected_who, *expected_what), (who, what.name()));
            let found = COLUMNS.map(|column| cell(&play(&habilitation(column), &by, &what)));
            assert_eq!(found, *cells, "{who} {}", what.name());
        }
    }
}

#[test]
fn what_is_done_counts_one_version_and_what_is_refused_none() {
    for (_, by) in actors() {
        for what in gestures() {
            for column in COLUMNS {
                let before = habilitation(column);
                match play(&before, &by, &what) {
                    Ok((after, events)) => {
                        assert_eq!(after.version, before.version + 1, "{column} {}", what.name());
                        assert!(!events.is_empty(), "{column} {}", what.name());
                    }
                    Err(refusal) => {
                        assert_eq!(refusal, Refusal { state: before.state.label(), what: what.name() });
                        assert!(!allowed(&before.state, before.in_force.is_some(), &by, &what));
                    }
                }
            }
        }
    }
}

#[test]
fn a_submission_is_owed_an_answer_three_working_days_later() {
    let (submitted, events) = after(habilitation("draft"), &[(Actor::DataPass, What::Submit)]);
    // A Thursday: Friday, Monday, Tuesday.
    assert_eq!(submitted.state, State::Submitted { at: at(), due: NaiveDate::from_ymd_opt(2026, 9, 15).unwrap() });
    assert_eq!(events, [Event::Submitted { again: false, reopening: false, changes: None }]);
    let mut earlier = habilitation("changes+");
    earlier.submitted_at = Some(at() - Duration::days(2));
    let (_, events) = after(earlier, &[(Actor::DataPass, What::Submit)]);
    assert_eq!(events, [Event::Submitted { again: true, reopening: true, changes: None }]);
}

#[test]
fn a_decision_taken_here_is_to_report_until_datapass_takes_it() {
    let (accept, refuse) = (What::Accept { comment: None }, What::Refuse { reason: None });
    let ask = What::AskChanges { reason: None };
    let (revoke, archive) = (What::Revoke { reason: None }, What::Archive);
    for (column, decision, expected) in [
        ("submitted", &accept, DatapassState::Validated),
        ("submitted", &refuse, DatapassState::Refused),
        ("submitted", &ask, DatapassState::ChangesRequested),
        ("submitted+", &accept, DatapassState::Validated),
        ("submitted+", &refuse, DatapassState::Refused),
        ("submitted+", &ask, DatapassState::ChangesRequested),
        ("accepted", &revoke, DatapassState::Revoked),
        ("draft", &archive, DatapassState::Archived),
        ("refused", &archive, DatapassState::Archived),
        ("revoked", &archive, DatapassState::Archived),
    ] {
        let (decided, _) = after(habilitation(column), &[(ada(), decision.clone())]);
        assert_eq!(decided.to_report(), Some(expected), "{column} {}", decision.name());
        let (transferred, _) = after(decided.clone(), &[(Actor::DataPass, What::Transfer)]);
        assert_eq!(transferred.to_report(), Some(expected));
        let (told, events) = after(decided.clone(), &[(Actor::DataPass, decision.clone())]);
        assert_eq!((told.to_report(), events), (None, vec![Event::Confirmed]), "{column} {}", decision.name());
        assert_eq!((&told.state, &told.in_force), (&decided.state, &decided.in_force));
    }
}

#[test]
fn datapass_saying_no_to_what_was_accepted_here_changes_nothing_and_stays_to_report() {
    for column in ["submitted", "submitted+"] {
        for (no, theirs) in [
            (What::Refuse { reason: None }, "refusée"),
            (What::AskChanges { reason: None }, "modifications demandées"),
            (What::CancelReopening, "réouverture annulée"),
            (What::Archive, "archivée"),
        ] {
            let (accepted, _) = after(habilitation(column), &[(ada(), What::Accept { comment: None })]);
            let (still, events) = after(accepted.clone(), &[(Actor::DataPass, no)]);
            assert_eq!(events, [Event::Contradicted { ours: "acceptée".into(), theirs: theirs.into() }]);
            assert_eq!((&still.state, &still.in_force), (&accepted.state, &accepted.in_force));
            assert_eq!(still.dossier, accepted.dossier);
            assert_eq!(still.to_report(), Some(DatapassState::Validated));
            assert_eq!(still.unreported.unwrap().contradicted.as_deref(), Some(theirs));
        }
    }
}

#[test]
fn an_event_that_moves_nothing_reveals_the_one_that_never_came() {
    for (column, state, what, expected) in [
        ("draft", DatapassState::Submitted, What::Transfer, "s:submitted+transferred"),
        ("submitted", DatapassState::ChangesRequested, What::Save, "c:changes_requested+saved"),
        ("submitted", DatapassState::Validated, What::Transfer, "a:accepted+transferred"),
        ("submitted", DatapassState::Refused, What::Transfer, "r:refused+transferred"),
        ("accepted", DatapassState::Draft, What::Save, "d:reopened+saved"),
        ("accepted", DatapassState::Draft, What::RevokeOne { remaining: false }, "d:reopened+revoked"),
        ("accepted", DatapassState::Revoked, What::Transfer, "v:revoked+transferred"),
    ] {
        let before = habilitation(column);
        let mut said = snapshot(&before, &what);
        said.mirror.state = state;
        let action = Action { at: at(), by: Actor::DataPass, what };
        let outcome = transition(before, &action, Some(&said), &WorkingDays::default());
        assert_eq!(cell(&outcome), expected);
    }
}

#[test]
fn a_habilitation_never_heard_of_is_in_force_once_datapass_shows_it() {
    let before = habilitation("draft");
    let mut said = snapshot(&before, &What::Submit);
    said.authorised = Some(dossier("Agents"));
    let action = Action { at: at(), by: Actor::DataPass, what: What::Submit };
    let (after, events) = transition(before, &action, Some(&said), &WorkingDays::default()).unwrap();
    assert_eq!(
        events,
        [Event::Accepted { comment: None }, Event::Submitted { again: false, reopening: true, changes: None }]
    );
    assert_eq!(after.in_force.unwrap().dossier, dossier("Agents"));
}

#[test]
fn an_older_event_is_written_down_and_moves_nothing() {
    let before = habilitation("accepted");
    let mut late = snapshot(&before, &What::Submit);
    late.mirror.moment.fired_at = at() - Duration::days(3);
    late.dossier = dossier("Personne");
    let action = Action { at: at(), by: Actor::DataPass, what: What::Submit };
    let (after, events) = transition(before.clone(), &action, Some(&late), &WorkingDays::default()).unwrap();
    assert_eq!(events, [Event::ReceivedLate { event: "submit".into(), fired_at: late.mirror.moment.fired_at }]);
    assert_eq!(after, Habilitation { version: before.version + 1, ..before });
}

#[test]
fn what_is_revoked_here_stays_revoked_until_datapass_revokes() {
    let revoke = What::Revoke { reason: Some("Usage non conforme.".into()) };
    let (revoked, events) = after(habilitation("accepted"), &[(ada(), revoke)]);
    assert_eq!(events, [Event::Revoked { reason: Some("Usage non conforme.".into()) }]);
    let before = habilitation("accepted");
    let authorised = before.in_force.as_ref().map(|granted| granted.dossier.clone());
    let said = |state, what: What, known: Habilitation| {
        let mut said = snapshot(&before, &what);
        (said.mirror.state, said.authorised) = (state, authorised.clone());
        let action = Action { at: at(), by: Actor::DataPass, what };
        transition(known, &action, Some(&said), &WorkingDays::default()).unwrap()
    };
    for (what, state, theirs, expected) in [
        (What::Reopen, DatapassState::Draft, "rouverte", DatapassState::Revoked),
        (What::Submit, DatapassState::Submitted, "soumise", DatapassState::Refused),
        (What::Accept { comment: None }, DatapassState::Validated, "validée", DatapassState::Revoked),
        (What::CancelReopening, DatapassState::Validated, "réouverture annulée", DatapassState::Revoked),
    ] {
        let (still, events) = said(state, what, revoked.clone());
        assert_eq!(events, [Event::Contradicted { ours: "révoquée".into(), theirs: theirs.into() }]);
        assert_eq!((&still.state, &still.in_force), (&revoked.state, &None), "{theirs}");
        assert_eq!(still.to_report(), Some(expected), "{theirs}");
    }
    // A transfer shows the habilitation that DataPass still holds: it does not come back.
    let (moved, _) = said(DatapassState::Validated, What::Transfer, revoked.clone());
    assert_eq!((&moved.in_force, moved.to_report()), (&None, Some(DatapassState::Revoked)));
    // The reopening is refused there: the habilitation it was about is still to be revoked.
    let (submitted, _) = said(DatapassState::Submitted, What::Submit, revoked.clone());
    let (refused, _) = said(DatapassState::Validated, What::Refuse { reason: None }, submitted);
    assert_eq!((refused.state.name(), refused.to_report()), ("revoked", Some(DatapassState::Revoked)));
    let mut told = said(DatapassState::Revoked, What::Revoke { reason: None }, refused).0;
    assert_eq!((told.state.clone(), told.to_report()), (revoked.state.clone(), None));
    told.unreported = None;
    assert!(may(&told, &ada(), &What::Archive) && !may(&revoked, &ada(), &What::Archive));
}

#[test]
fn what_datapass_never_validated_is_not_revoked_there() {
    let revoke = What::Revoke { reason: None };
    let (accepted, _) = after(habilitation("submitted"), &[(ada(), What::AcceptConforming)]);
    let (revoked, _) = after(accepted.clone(), &[(ada(), revoke.clone())]);
    assert_eq!(revoked.to_report(), Some(DatapassState::Refused));
    let (told, events) = after(revoked, &[(Actor::DataPass, What::Refuse { reason: None })]);
    assert_eq!((told.state.name(), told.to_report(), events), ("revoked", None, vec![Event::Confirmed]));
    // Refused there meanwhile: revoking here settles the disagreement.
    let no = What::Refuse { reason: None };
    let mut said = snapshot(&accepted, &no);
    (said.mirror.state, said.authorised) = (DatapassState::Refused, None);
    let action = Action { at: at(), by: Actor::DataPass, what: no };
    let (contradicted, _) = transition(accepted, &action, Some(&said), &WorkingDays::default()).unwrap();
    let (settled, _) = after(contradicted, &[(ada(), revoke)]);
    assert_eq!((settled.state.name(), settled.unreported), ("revoked", None));
}
