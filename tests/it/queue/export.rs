//! What leaves as a file: the filtered list, whole, in order, and harmless to a spreadsheet.

use std::io::Read;

use reqwest::StatusCode;

use super::scene::{at, put, submitted};
use crate::support::browser::Browser;
use crate::support::house::House;

async fn csv(browser: &mut Browser, query: &str) -> Vec<Vec<String>> {
    let (status, bytes) = browser.download(&format!("/instruction/export/csv?{query}")).await;
    assert_eq!(status, StatusCode::OK);
    let text = String::from_utf8(bytes).unwrap();
    read(text.strip_prefix('\u{feff}').expect("a byte order mark"))
}

/// Reads semicolons and quotes.
fn read(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.push(chars.next().unwrap()),
            '"' => quoted = !quoted,
            ';' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    assert!(cell.is_empty() && row.is_empty() && !quoted);
    rows
}

async fn xlsx(browser: &mut Browser, query: &str) -> Vec<Vec<String>> {
    let (status, bytes) = browser.download(&format!("/instruction/export/xlsx?{query}")).await;
    assert_eq!(status, StatusCode::OK);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    for part in ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"] {
        archive.by_name(part).unwrap();
    }
    let mut sheet = String::new();
    archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
    let cells = |row: &str| {
        let texts = row.split("<t xml:space=\"preserve\">").skip(1);
        let plain = |text: &str| text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        texts.map(|text| plain(text.split("</t>").next().unwrap())).collect()
    };
    assert!(sheet.ends_with("</sheetData></worksheet>"));
    sheet.split("<row>").skip(1).map(cells).collect()
}

#[tokio::test]
async fn both_files_say_the_same_and_hold_no_formula() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    for (number, name) in [(1, "=HYPERLINK(\"x\")"), (2, "Saint-Étienne; \"le\" <Haut> & Bas\nannexe"), (3, "@mairie")]
    {
        let mut one = submitted(number, "2026-09-10");
        one.dossier.organisation.name = name.into();
        put(&house.db, &one).await;
    }
    put(&house.db, &submitted(4, "2026-09-03")).await;
    let (rows, sheet) = (csv(&mut ada, "onglet=a-instruire").await, xlsx(&mut ada, "onglet=a-instruire").await);
    assert_eq!(rows[0][..3], ["Numéro", "Collectivité", "SIRET"]);
    let column = |rows: &[Vec<String>], at: usize| rows[1..].iter().map(|row| row[at].clone()).collect::<Vec<_>>();
    assert_eq!(column(&rows, 0), ["D4", "D1", "D2", "D3"]);
    assert_eq!(column(&rows, 1)[1..], ["'=HYPERLINK(\"x\")", "Saint-Étienne; \"le\" <Haut> & Bas\nannexe", "'@mairie"]);
    assert_eq!(column(&sheet, 1)[1..], ["=HYPERLINK(\"x\")", "Saint-Étienne; \"le\" <Haut> & Bas\nannexe", "@mairie"]);
    assert_eq!((column(&rows, 2), &rows[1][8]), (column(&sheet, 2), &"03/09/2026".to_owned()));
    assert!(rows.iter().chain(&sheet).all(|row| row.len() == 15));
    assert_eq!(column(&csv(&mut ada, "onglet=en-retard").await, 0), ["D4"]);
    assert_eq!(column(&csv(&mut ada, "q=mairie2%40").await, 0), ["D2"]);
    assert_eq!(column(&xlsx(&mut ada, "choisies=oui&choix=3.1&choix=1.1").await, 0), ["D3", "D1"]);
    assert_eq!(csv(&mut ada, "choisies=oui").await.len(), 1);
}

#[tokio::test]
async fn a_long_list_leaves_whole() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let mut tx = house.db.begin().await.unwrap();
    for number in 1..=1_203 {
        let one = submitted(number, "2026-09-10");
        assert!(habilis::store::habilitations::insert(tx.cx(), &one, at()).await.unwrap());
    }
    tx.commit().await.unwrap();
    for query in ["onglet=a-instruire", "onglet=toutes", "onglet=toutes&q=commune"] {
        let rows = csv(&mut ada, query).await;
        let mut numbers: Vec<i64> = rows[1..].iter().map(|row| row[0][1..].parse().unwrap()).collect();
        if query.contains("toutes") {
            numbers.reverse();
        }
        assert_eq!(numbers, (1..=1_203).collect::<Vec<_>>(), "{query}");
        assert_eq!(xlsx(&mut ada, query).await.len(), 1_204, "{query}");
    }
}

#[tokio::test]
async fn nobody_else_gets_a_file() {
    let house = House::open().await;
    let (status, bytes) = house.anyone().download("/instruction/export/csv").await;
    assert_eq!((status, bytes.len()), (StatusCode::SEE_OTHER, 0));
    let mut ada = house.instructeur("Ada").await;
    assert_eq!(ada.get("/instruction/export/ods").await.status, StatusCode::NOT_FOUND);
}
