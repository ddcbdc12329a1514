//! Lists, filters, words and places, without a database.

use uuid::Uuid;

use super::held::Held;
use super::*;
use crate::domain::{Actor, State};
use crate::store::queue::LineRow;

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
        assert_eq!(checks_in_words(&line::summed(said)), words);
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
    assert!(filter.narrows());
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

fn row(number: i64, due: &str) -> LineRow {
    LineRow {
        datapass_id: number,
        version: 1,
        name: format!("COMMUNE {number}"),
        siret: None,
        code_cog: None,
        departement: Some("2A".into()),
        state: "submitted".into(),
        due_on: due.parse().ok(),
        submitted_at: None,
        in_force: false,
        to_report: false,
        provisioning: String::new(),
        assignee_id: None,
        checks_blocking: 0,
        checks_look: 1,
        checks_unverified: 0,
        checks_overridden: 0,
        checked: true,
        unread: 0,
        search: format!("d{number} commune {number} saint etienne de cuines"),
    }
}

fn held(rows: &[LineRow]) -> Held {
    let mut held = Held::default();
    rows.iter().for_each(|row| held.put(row));
    held
}

fn found(held: &Held, pairs: &[(&str, &str)], from: From, limit: usize) -> Vec<i64> {
    let today = "2026-06-04".parse().unwrap();
    let filter = Filter::read(pairs.iter().copied());
    let found = held.find(&filter, Uuid::nil(), today, from, limit);
    found.lines.iter().map(|line| line.datapass_id).collect()
}

#[test]
fn the_week_ends_on_sunday() {
    for (due, late, on_the_day, week) in [
        ("2026-06-03", true, false, false),
        ("2026-06-04", false, true, true),
        ("2026-06-07", false, false, true),
        ("2026-06-08", false, false, false),
        ("", false, false, false),
    ] {
        let held = held(&[row(1, due)]);
        let keeps = |name| !found(&held, &[("onglet", "toutes"), ("echeance", name)], From::Start, 5).is_empty();
        assert_eq!(["en-retard", "aujourdhui", "cette-semaine"].map(keeps), [late, on_the_day, week], "{due}");
    }
}

#[test]
fn facets_of_one_kind_add_up_and_kinds_narrow() {
    let mut rows = [row(1, "2026-06-05"), row(2, "2026-06-05"), row(3, "2026-06-05")];
    rows[0].checks_blocking = 0b10;
    rows[1].assignee_id = Some(Uuid::nil());
    (rows[2].checked, rows[2].state) = (false, "draft".into());
    let mut held = held(&rows);
    for (asked, numbers) in [
        (&[("departement", "2a")][..], &[3, 2, 1][..]),
        (&[("departement", "2B")], &[]),
        (&[("controles", "a-regarder")], &[2, 1]),
        (&[("controles", "conformes")], &[]),
        (&[("controle", "C1")], &[2, 1]),
        (&[("controle", "C2")], &[1]),
        (&[("controle", "C2"), ("verdict", "a-regarder")], &[]),
        (&[("controle", "C1"), ("qui", "moi")], &[2]),
        (&[("qui", "personne")], &[3, 1]),
        (&[("qui", "quelqu-un"), ("etat", "draft")], &[]),
        (&[("etat", "draft")], &[3]),
        (&[("q", "cuines 2")], &[2]),
        (&[("q", "cuines"), ("etat", "submitted")], &[2, 1]),
        (&[("q", "tienne de cui")], &[3, 2, 1]),
        (&[("q", "cuines de")], &[3, 2, 1]),
        (&[("q", "etienne saint"), ("q", "cuines-de")], &[]),
    ] {
        let asked: Vec<_> = [&[("onglet", "toutes")], asked].concat();
        assert_eq!(found(&held, &asked, From::Start, 9), numbers, "{asked:?}");
    }
    rows[0].checks_blocking = 0;
    held.put(&rows[0]);
    assert!(found(&held, &[("onglet", "toutes"), ("controle", "C2")], From::Start, 9).is_empty(), "it follows");
}

#[test]
fn pages_follow_each_other_both_ways() {
    let days = ["2026-06-05", "2026-06-02", "2026-06-05", "2026-06-02", "2026-06-09"];
    let rows: Vec<LineRow> = (1..).zip(days).map(|(number, due)| row(number, due)).collect();
    let held = held(&rows);
    for (tab, order) in [("a-instruire", [2, 4, 1, 3, 5]), ("toutes", [5, 4, 3, 2, 1])] {
        let deadlines = tab == "a-instruire";
        for (at, number) in order.iter().enumerate() {
            let due_on = rows[usize::try_from(*number).unwrap() - 1].due_on.filter(|_| deadlines);
            let place = Place { due_on, datapass_id: *number };
            let page = |from| found(&held, &[("onglet", tab)], from, 2);
            assert_eq!(page(From::After(place)), order[at + 1..(at + 3).min(5)], "{tab} after {number}");
            assert_eq!(page(From::Before(place)), order[at.saturating_sub(2)..at], "{tab} before {number}");
        }
    }
    assert_eq!(found(&held, &[("onglet", "en-retard")], From::Start, 9), [2, 4]);
}

proptest::proptest! {
    /// Words find what reading every line would, through changes too.
    #[test]
    fn words_find_what_reading_each_line_would(
        texts in proptest::collection::vec("[ab]{1,3}( [ab]{1,3}){0,4}", 1..12),
        again in proptest::collection::vec("[ab]{1,3}( [ab]{1,3}){0,4}", 0..12),
        words in "[ab]{1,3}([ -][ab]{1,3}){0,3}",
    ) {
        let line = |(number, text): (i64, &String)| LineRow { search: text.clone(), ..row(number, "2026-06-05") };
        let rows: Vec<LineRow> = (1..).zip(&texts).map(line).collect();
        let changed: Vec<LineRow> = (1..).zip(again.iter().take(texts.len())).map(line).collect();
        let mut held = held(&rows);
        changed.iter().for_each(|row| held.put(row));
        let terms = Filter::read([("q", words.as_str())]).terms();
        let now = changed.iter().chain(rows.iter().skip(changed.len()));
        let fits = |row: &&LineRow| terms.iter().all(|term| row.search.contains(term.as_str()));
        let mut expected: Vec<i64> = now.filter(fits).map(|row| row.datapass_id).collect();
        expected.reverse();
        proptest::prop_assert_eq!(found(&held, &[("q", &words)], From::Start, 20), expected);
    }
}
