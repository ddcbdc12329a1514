//! What a new submission, or a transfer, changes: on the page, under its line.

use habilis::sandbox::datapass::Applicant;
use scraper::Selector;

use super::{completed, completed_request, in_datapass};
use crate::support::browser::Page;
use crate::support::house::{House, hauteluce};

/// The lines of history as read: sentence, then the cells of the table below it, or what stands for it.
fn history(page: &Page) -> Vec<(String, Vec<Vec<String>>, bool)> {
    let html = page.html();
    let words =
        |e: scraper::ElementRef<'_>| e.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    let all = |selector: &str| Selector::parse(selector).unwrap();
    let line = |li: scraper::ElementRef<'_>| {
        let sentence = li.select(&all("strong")).next().map(words).unwrap_or_default();
        let (row, cell) = (all("tbody tr"), all("th, td"));
        let rows = li.select(&row).map(|row| row.select(&cell).map(words).collect()).collect();
        (sentence, rows, words(li).contains("Aucun changement dans les réponses."))
    };
    html.select(&all("ol.habilis-history > li")).map(line).collect()
}

#[tokio::test]
async fn a_new_submission_shows_what_it_changes_field_by_field() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let number = completed_request(&house, &mut ada).await;
    let page = ada.get(&format!("/instruction/D{number}")).await;
    let lines = history(&page);
    let (sentence, rows, same) = &lines[0];
    assert_eq!((sentence.as_str(), *same), ("Demande complétée et soumise à nouveau", false));
    let before = hauteluce();
    assert_eq!(
        rows,
        &[
            vec!["DPD : adresse".to_owned(), before.dpd.email.clone(), "dpd@cdg73.fr".to_owned()],
            vec!["Délibération".into(), "vide".into(), "https://www.hauteluce.fr/deliberation-2026-12.pdf".into()],
        ],
        "saved before it was submitted, and told all the same"
    );
    assert_eq!(page.words("[id^=changements-]"), "2 réponses modifiées");
    let first = lines.iter().find(|line| line.0 == "Demande soumise").expect("the first submission");
    assert!(first.1.is_empty() && !first.2, "nothing to compare with: {first:?}");

    // Sent back, and submitted again as it is.
    let asked = ada.decides(number, "modifications", "La délibération est illisible.").await;
    assert!(asked.status.is_redirection());
    in_datapass(&house, || house.datapass().request_changes(number).unwrap()).await;
    in_datapass(&house, || house.datapass().submit(number).unwrap()).await;
    let lines = history(&ada.get(&format!("/instruction/D{number}")).await);
    assert!(lines[0].2 && lines[0].1.is_empty(), "{:?}", lines[0]);
}

#[tokio::test]
async fn a_transfer_shows_who_follows_whom() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let number = completed_request(&house, &mut ada).await;
    let to = Applicant {
        email: "n.perret@mairie-hauteluce.fr".into(),
        given: Some("Nadia".into()),
        family: Some("Perret".into()),
        ..completed().applicant
    };
    in_datapass(&house, || house.datapass().transfer(number, &to, None).unwrap()).await;
    let page = ada.get(&format!("/instruction/D{number}")).await;
    let lines = history(&page);
    let (sentence, rows, _) = &lines[0];
    assert!(sentence.starts_with("Demande transférée"), "{sentence}");
    let fields: Vec<(&str, &str)> = rows.iter().map(|row| (row[0].as_str(), row[2].as_str())).collect();
    assert_eq!(fields, [("Demandeur", "Nadia Perret"), ("Demandeur : adresse", "n.perret@mairie-hauteluce.fr")]);
    let html = page.html();
    let regions: Vec<_> = html.select(&Selector::parse("[role=region]").unwrap()).collect();
    let named = |id: &str| html.select(&Selector::parse(&format!("[id='{id}']")).unwrap()).count();
    for region in regions {
        assert_eq!(named(region.value().attr("aria-labelledby").unwrap()), 1, "each table has a name of its own");
    }
}
