//! Lists, filters, words and places, without a database.

use uuid::Uuid;

use super::*;
use crate::domain::{Actor, State};

#[test]
fn states_have_their_labels() {
    let at = "2026-06-02T08:00:00Z".parse().unwrap();
    let by = Actor::DataPass;
    let states = [
        State::Draft,
        State::Submitted { at, due: "2026-06-05".parse().unwrap() },
        State::ChangesRequested { at, by: by.clone(), reason: None },
        State::Accepted { at, by: by.clone() },
        State::Refused { at, by: by.clone(), reason: None },
        State::Revoked { at, by: by.clone(), reason: None },
        State::Archived { at, by },
    ];
    for (state, name) in states.iter().zip(STATES) {
        assert_eq!((state.name(), state.label()), (name, state_label(name)));
    }
}

#[test]
fn checks_are_summed_up() {
    // C1 to C4 are essential, C5 to C9 are not.
    for (said, words) in [
        ([0, 0, 0, 0], "conforme"),
        ([0b1, 0b110, 0, 0], "1 bloquant, 2 à regarder"),
        ([0b11, 0, 0, 0], "2 bloquants"),
        ([0, 0b1, 0, 0], "1 à regarder"),
        ([0b111, 0b1000, 0, 0], "3 bloquants, 1 à regarder"),
        ([0, 0, 0b1_0000, 0b1], "conforme"),
        ([0, 0, 0b1_0001, 0], "1 non vérifié"),
        ([0b10, 0, 0b1101, 0], "1 bloquant, 3 non vérifiés"),
    ] {
        assert_eq!(checks_in_words(&summed(said)), words);
    }
}

#[test]
fn filters_are_read_back() {
    let pairs = [
        ("onglet", "en-service"),
        ("etat", "accepted"),
        ("qui", "personne"),
        ("departement", "2A"),
        ("controles", "conformes"),
        ("controle", "C18"),
        ("verdict", "a-regarder"),
        ("echeance", "cette-semaine"),
        ("q", "Évian & co"),
    ];
    let filter = Filter::read(pairs);
    assert_eq!(filter.pairs(), pairs);
    assert!(filter.narrows() && !filter.is_plain());
    let nonsense = Filter::read([
        ("onglet", "x"),
        ("etat", "x"),
        ("qui", "x"),
        ("departement", "73; --"),
        ("controle", "C99"),
        ("verdict", "bloquant"),
    ]);
    assert_eq!(nonsense, Filter::default());
    assert_eq!(Filter::read([("q", "boëge")]).tab, Tab::All, "words are looked for everywhere");
    assert!(Filter::read([("qui", "moi")]).is_plain());
    assert_eq!(Filter::read([("departement", "1")]).departement.as_deref(), Some("01"));
}

#[test]
fn words_are_spelt_as_the_search_column_is() {
    let terms = |q: &str| Filter::read([("q", q)]).terms();
    assert_eq!(terms(" Saint-Étienne  Mairie "), ["saint etienne", "mairie"]);
    assert_eq!(terms("c.bouchet@mairie-hauteluce.fr"), ["c bouchet mairie hauteluce fr"]);
    assert_eq!(terms("217 301 324 00018"), ["21730132400018"]);
    assert_eq!((terms("D61234"), terms("12 34")), (vec!["d61234".to_owned()], vec!["12".to_owned(), "34".to_owned()]));
    assert!(terms("--").is_empty());
}

#[test]
fn places_are_read_back() {
    for text in ["2026-06-05_61234", "61234"] {
        assert_eq!(place(text).map(write_place).as_deref(), Some(text));
    }
    for text in ["", "x", "2026-06-05_", "_1", "2026-02-30_1", "2026-06-05"] {
        assert_eq!(place(text), None, "{text}");
    }
}

#[test]
fn the_week_ends_on_sunday() {
    let row = |due: &str| FacetRow {
        datapass_id: 1,
        state: "submitted".into(),
        in_force: false,
        provisioning: String::new(),
        due_on: due.parse().ok(),
        assignee_id: None,
        departement: Some("2A".into()),
        checks_blocking: 0,
        checks_look: 1,
        checks_unverified: 0,
        checks_overridden: 0,
        checked: true,
        search: String::new(),
    };
    let today = "2026-06-04".parse().unwrap();
    let keeps = |name: &str, value: &str, due: &str| {
        Filter::read([(name, value)]).keeps(&Facets::of(&row(due)), Uuid::nil(), today)
    };
    for (due, late, on_the_day, week) in [
        ("2026-06-03", true, false, false),
        ("2026-06-04", false, true, true),
        ("2026-06-07", false, false, true),
        ("2026-06-08", false, false, false),
        ("", false, false, false),
    ] {
        let found = ["en-retard", "aujourdhui", "cette-semaine"].map(|name| keeps("echeance", name, due));
        assert_eq!(found, [late, on_the_day, week], "{due}");
    }
    assert!(keeps("departement", "2a", "") && !keeps("departement", "2B", ""));
    assert!(keeps("controles", "a-regarder", "") && !keeps("controles", "conformes", ""));
}
