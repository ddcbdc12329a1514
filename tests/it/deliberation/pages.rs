//! What the request's page says of each sort of délibération, fetched over HTTP from a town hall's site.

use chrono::Duration;
use reqwest::StatusCode;

use super::{shipped, with_address};
use crate::support::browser::Page;
use crate::support::house::{House, hauteluce};

async fn read(address: &str) -> (House, i64, Page) {
    let house = House::open().await;
    let number = house.submitted(with_address(address)).await;
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await;
    (house, number, page)
}

/// Each check that is not fine, by code.
fn says(page: &Page, words: &[&str]) {
    let main = page.main().replace(['\u{a0}', '\u{202f}'], " ");
    for words in words {
        assert!(main.contains(words), "« {words} » is not in: {main}");
    }
}

#[tokio::test]
async fn a_text() {
    let (_house, number, page) = read("https://mairie-hauteluce.test/deliberations/tarifs.pdf").await;
    says(
        &page,
        &[
            "Rien n’est à redire à ce qui a été vérifié",
            "Conseil municipal",
            "12 mars 2026",
            "Tranche 2 de 401 à 700 2,10 € 1,40 €",
            "Le quotient familial est mentionné",
            "Des tarifs ou des tranches sont fixés",
        ],
    );
    let html = page.html();
    let pages = scraper::Selector::parse("a[target=lecteur]").unwrap();
    let links: Vec<&str> = html.select(&pages).filter_map(|a| a.value().attr("href")).collect();
    assert!(links.iter().any(|link| link.ends_with("#page=2")) && links.iter().any(|link| link.ends_with("#page=1")));
    let frame = html.select(&scraper::Selector::parse("iframe[name=lecteur]").unwrap()).next().unwrap();
    assert!(frame.value().attr("src").unwrap().starts_with(&format!("/instruction/D{number}/documents/")));
}

#[tokio::test]
async fn columns_are_read_one_after_the_other() {
    let (_house, _, page) = read("mairie-rodez.test/deliberations/colonnes.pdf").await;
    says(&page, &["quotient familial mensuel de la CAF", "451 à 800 : 2,40 €", "4 décembre 2025"]);
    // Rodez's, for Hauteluce.
    says(&page, &["Le nom de la collectivité n’y a pas été trouvé"]);
}

#[tokio::test]
async fn a_scan_is_recognised() {
    let (_house, _, page) = read("https://mairie.test/deliberations/numerisee.pdf").await;
    says(&page, &["numérisée", "Texte reconnu sur l’image", "23 juin 2025", "quotient familial", "Conseil municipal"]);
}

#[tokio::test]
async fn a_password_is_said_plainly() {
    let (_house, _, page) = read("https://mairie.test/deliberations/protegee.pdf").await;
    says(
        &page,
        &["Le texte n’a pas pu être lu", "protégé par un mot de passe", "demandez au demandeur un PDF lisible"],
    );
}

#[tokio::test]
async fn only_deciding_to_use_the_api_is_not_enough() {
    let (_house, _, page) = read("https://mairie.test/deliberations/api-seule.pdf").await;
    says(
        &page,
        &["semble seulement décider d’utiliser API Particulier", "L’acte parle d’API Particulier sans fixer de tarif"],
    );
}

#[tokio::test]
async fn a_web_page_shows_its_text_and_its_link() {
    let (house, number, page) = read("https://mairie-valence.test/tarifs").await;
    says(&page, &["Page web", "https://mairie-valence.test/deliberations/tarifs.pdf", "De 401 à 700 2,10 €"]);
    assert!(page.words("iframe").is_empty() && !page.text.contains("<iframe"), "a stranger's page is never framed");
    let mut ada = house.instructeur("Bruno").await;
    let html = page.html();
    let link = html.select(&scraper::Selector::parse("a[download]").unwrap()).next().unwrap();
    let file = link.value().attr("href").unwrap().trim_end_matches("/telecharger").to_owned();
    let response = ada.response(&file).await;
    assert_eq!(response.headers()["content-type"], "application/octet-stream");
    assert!(response.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"), "D{number}");
}

#[tokio::test]
async fn a_dead_link_is_said_then_mended() {
    let (house, number, page) = read("https://mairie.test/parti.pdf").await;
    says(&page, &["n’a pas pu être récupérée", "le document n’est plus à cette adresse (réponse 404 du site)"]);
    house.sandbox.town_halls.publish("/parti.pdf", shipped("tarifs.pdf"));
    let mut ada = house.instructeur("Bruno").await;
    let path = format!("/instruction/D{number}");
    assert_eq!(ada.post(&format!("{path}/deliberation/recuperer"), &[]).await.status, StatusCode::SEE_OTHER);
    house.run_jobs().await;
    says(&ada.get(&path).await, &["La délibération est là et se lit"]);
}

#[tokio::test]
async fn a_site_that_is_down_is_asked_again() {
    let house = House::open().await;
    let number = house.submitted(with_address("https://site-inconnu.invalid/deliberation.pdf")).await;
    let mut ada = house.instructeur("Ada").await;
    let path = format!("/instruction/D{number}");
    says(&ada.get(&path).await, &["le nom du site est inconnu"]);
    for _ in 0..12 {
        house.later(Duration::hours(1)).await;
    }
    let operation =
        house.logged_in("Olga", habilis::accounts::Role::Operateur).await.get("/instruction/exploitation").await;
    assert!(
        !operation.main().contains("Délibération"),
        "a dead site is not an operator's trouble: {}",
        operation.main()
    );
}

#[tokio::test]
async fn nothing_but_datapass_has_it() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await;
    says(&page, &["À lire sur la page publique de DataPass", "Rien ne bloque l’acceptation, 1 point est à regarder"]);
    assert_eq!(ada.accepts(number).await.status, StatusCode::SEE_OTHER, "it is looked at, not forbidden");
}

#[tokio::test]
async fn words_of_a_document_are_never_markup() {
    let house = House::open().await;
    let page = "<!doctype html><title>x</title><p>Le quotient familial &lt;script&gt;alert(1)&lt;/script&gt; \
        <a href=\"javascript:alert(2)//.pdf\">d</a><a href=\"data:text/html,x.pdf\">e</a>";
    house.sandbox.town_halls.publish("/piege", page);
    let number = house.submitted(with_address("https://mairie.test/piege")).await;
    let mut ada = house.instructeur("Ada").await;
    let shown = ada.get(&format!("/instruction/D{number}")).await;
    assert!(shown.text.contains("&lt;script&gt;alert(1)") && !shown.text.contains("<script>alert"), "{}", shown.text);
    assert!(!shown.text.contains("href=\"javascript") && !shown.text.contains("href=\"data:text"));
}
