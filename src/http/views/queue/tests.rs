//! What the list says, read as a page.

use scraper::{Html, Selector};

use super::*;
use crate::store::queue::LineRow;

fn row(datapass_id: i64, name: &str, due: &str) -> LineRow {
    LineRow {
        datapass_id,
        version: 3,
        name: name.into(),
        siret: None,
        code_cog: None,
        departement: Some("73".into()),
        state: "submitted".into(),
        due_on: due.parse().ok(),
        submitted_at: "2026-06-02T08:00:00Z".parse().ok(),
        in_force: false,
        to_report: false,
        provisioning: String::new(),
        assignee_id: None,
        checks_blocking: 0,
        checks_look: 0,
        checks_unverified: 0,
        checks_overridden: 0,
        checked: false,
        unread: 0,
        search: String::new(),
    }
}

fn shown(filter: &Filter, rows: &[LineRow], more: (bool, bool)) -> (Html, String) {
    let lines = rows.iter().map(|row| Arc::new(Line::from(row))).collect();
    let listing = Listing { lines, totals: [2, 1, 0, 0, 4, 3, 9], more };
    let colleague = |id, name: &str, may_take| Colleague { id: Uuid::from_u128(id), name: name.into(), may_take };
    let html = list(&Queue {
        to_report: None,
        viewer: "Inès Perrin",
        me: Uuid::from_u128(1),
        may_act: true,
        filter,
        listing: &listing,
        colleagues: &[colleague(1, "Inès Perrin", true), colleague(2, "Bruno Caron", false)],
        days: WorkingDays::default(),
        today: "2026-06-04".parse().unwrap(),
        done: "",
    })
    .into_string();
    (Html::parse_document(&html), html)
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    let words =
        |e: scraper::ElementRef<'_>| e.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    page.select(&Selector::parse(selector).unwrap()).map(words).collect()
}

#[test]
fn tabs_count_and_say_where_one_is() {
    let (page, _) = shown(&Filter::default(), &[], (false, false));
    let expected = [
        "À instruire (2)",
        "En retard (1)",
        "En attente du demandeur (0)",
        "À mettre en service (0)",
        "En service (4)",
        "Terminées (3)",
        "Toutes (9)",
    ];
    assert_eq!(texts(&page, ".habilis-tabs a"), expected);
    assert_eq!(texts(&page, ".habilis-tabs a[aria-current=page]"), ["À instruire (2)"]);
    assert_eq!((texts(&page, "h1"), texts(&page, "table").len()), (vec!["Demandes".to_owned()], 0));
    assert!(texts(&page, "main p.fr-text--lead")[0].contains("Aucune demande n’attend"));
}

#[test]
fn lines_say_everything_in_words() {
    let mut rows = vec![row(61_234, "HAUTELUCE", "2026-06-02"), row(61_235, "<b>", "2026-06-05")];
    rows[0].checked = true;
    (rows[0].checks_blocking, rows[0].checks_look, rows[0].unread) = (1, 0b110, 1);
    // Who no longer may is still named where they are in charge, and offered nowhere.
    rows[0].assignee_id = Some(Uuid::from_u128(2));
    (rows[1].in_force, rows[1].provisioning) = (true, "open".into());
    let (page, html) = shown(&Filter::default(), &rows, (false, true));
    assert_eq!(texts(&page, "tbody th a"), ["D61234", "D61235"]);
    let badges = ["en retard de 2 j", "1 bloquant, 2 à regarder", "1 non lu", "échéance demain", "en service"];
    assert_eq!(texts(&page, "tbody td .fr-badge"), badges);
    assert_eq!(texts(&page, "thead th[scope=col]").len(), 9);
    assert_eq!(texts(&page, "tbody td span.fr-text--sm").iter().filter(|t| *t == "réouverture").count(), 1);
    assert_eq!(texts(&page, "tbody form button"), ["Prendre : demande D61235"]);
    assert!(!html.contains("<b>"));
    assert_eq!(html.matches("Bruno Caron").count(), 1);
    let next = Selector::parse("a[href='/instruction?onglet=a-instruire&apres=2026-06-05_61235']").unwrap();
    assert_eq!(page.select(&next).count(), 1);
}

#[test]
fn what_is_asked_stays_in_every_address() {
    let filter = Filter::read([("onglet", "toutes"), ("qui", "moi"), ("q", "é & co")]);
    let (page, _) = shown(&filter, &[row(5, "A", "")], (true, true));
    let hrefs: Vec<String> = page
        .select(&Selector::parse("nav[aria-label='Pages de la liste'] a, .habilis-tabs a").unwrap())
        .map(|a| a.value().attr("href").unwrap().to_owned())
        .collect();
    assert!(hrefs.iter().all(|href| href.contains("qui=moi&q=%C3%A9+%26+co")), "{hrefs:?}");
    assert!(hrefs.iter().any(|href| href.ends_with("&avant=5")) && hrefs.iter().any(|href| href.ends_with("&apres=5")));
}
