//! Home, list, and everything below a collectivité.

use habilis::domain::State;
use scraper::{Html, Selector};

use super::scene::{FORM, Scene, accepted, header, request};

const PAGE: &str = "/collectivites/21730132400018";

fn texts(page: &str, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    let text = |element: scraper::ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
    Html::parse_document(page).select(&selector).map(text).collect()
}

#[tokio::test]
async fn every_page_has_a_title_of_its_own_one_heading_and_nothing_inline() {
    let (scene, hauteluce) = Scene::with_three().await;
    scene.add(&request(9, State::Draft), false).await;
    let tracking = format!("/suivi/{}", hauteluce.tracking_token);
    let parts = [format!("{PAGE}/affiche"), format!("{PAGE}/kit")];
    let mut titles = Vec::new();
    let paths =
        ["/", "/collectivites", "/collectivites?q=tallano", PAGE, &parts[0], &parts[1], "/accessibilite", &tracking];
    for path in paths {
        let (status, page) = scene.page(path).await;
        assert_eq!(status, 200, "{path}");
        assert_eq!(texts(&page, "h1").len(), 1, "{path}");
        assert!(texts(&page, "[style], script:not([src])").is_empty(), "{path}");
        assert!(
            texts(&page, "main input:not([id]):not([type=hidden]), main textarea:not([id])").is_empty(),
            "{path}: a field without label"
        );
        titles.extend(texts(&page, "title"));
    }
    let count = titles.len();
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), count, "{titles:?}");
    let (_, home) = scene.page("/").await;
    assert!(home.contains("https://datapass.example/demandes/formulaire_qf/nouveau"));
    assert_eq!(header(scene.get("/favicon.ico", &[]).await.headers(), "location"), "/static/habilis/favicon.svg");
}

#[tokio::test]
async fn the_address_of_a_gesture_opens_a_page_that_says_so() {
    let (scene, _) = Scene::with_three().await;
    let (status, page) = scene.page("/instruction/D1/accepter").await;
    assert_eq!((status, texts(&page, "h1")), (405, vec!["Geste à refaire".to_owned()]));
}

#[tokio::test]
async fn the_list_is_searched_by_name_code_and_departement() {
    let (scene, _) = Scene::with_three().await;
    for (typed, names) in [
        ("", vec!["CCAS D'HAUTELUCE", "COMMUNE D'HAUTELUCE", "COMMUNE DE SAINTE-LUCIE-DE-TALLANO"]),
        ("h%C3%A0ut%C3%A9luce", vec!["CCAS D'HAUTELUCE", "COMMUNE D'HAUTELUCE"]),
        ("ste+lucie", vec!["COMMUNE DE SAINTE-LUCIE-DE-TALLANO"]),
        ("20112", vec!["COMMUNE DE SAINTE-LUCIE-DE-TALLANO"]),
        ("2a", vec!["COMMUNE DE SAINTE-LUCIE-DE-TALLANO"]),
        ("73", vec!["CCAS D'HAUTELUCE", "COMMUNE D'HAUTELUCE"]),
    ] {
        let (status, page) = scene.page(&format!("/collectivites?q={typed}")).await;
        assert_eq!(status, 200);
        assert_eq!(texts(&page, ".habilis-results a"), names, "{typed}");
    }
    let (_, page) = scene.page("/collectivites?q=%3Cscript%3E").await;
    assert_eq!(texts(&page, "main [role=status]"), ["Aucune collectivité ne correspond à « <script> »."]);
    for odd in ["?page=999", "?page=abc", "?q=%FF", "?page=0&q=", "?page=-1"] {
        assert_eq!(scene.get(&format!("/collectivites{odd}"), &[]).await.status(), 200, "{odd}");
    }
}

#[tokio::test]
async fn an_empty_directory_says_so() {
    let (_, page) = Scene::start().await.page("/collectivites").await;
    assert!(page.contains("Aucune collectivité ne propose encore le formulaire."));
}

#[tokio::test]
async fn long_lists_come_by_fifty() {
    let scene = Scene::start().await;
    let sirets: Vec<String> = (0u64..)
        .map(|n| format!("{:014}", 21_000_000_000_000 + n))
        .filter(|s| s.parse::<siret::Siret>().is_ok())
        .take(120)
        .collect();
    let mut tx = scene.house.db.begin().await.unwrap();
    for (id, siret) in (1..).zip(&sirets) {
        let habilitation = accepted(id, &format!("COMMUNE {id:03}"), siret, "73132", "73620", "X");
        habilis::store::habilitations::insert(tx.cx(), &habilitation, super::scene::now()).await.unwrap();
        let row = habilis::publication::collectivite_of(&habilitation, super::scene::now()).unwrap();
        habilis::store::collectivites::open(tx.cx(), &row).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert!(scene.house.publication.refresh(&scene.house.db).await.unwrap());
    assert!(!scene.house.publication.refresh(&scene.house.db).await.unwrap(), "nothing moved since");
    for (page, first, shown) in
        [(1, "COMMUNE 001", 50), (2, "COMMUNE 051", 50), (3, "COMMUNE 101", 20), (7, "COMMUNE 101", 20)]
    {
        let (_, page) = scene.page(&format!("/collectivites?q=commune&page={page}")).await;
        let names = texts(&page, ".habilis-results a");
        assert_eq!((names[0].as_str(), names.len()), (first, shown));
    }
    let (_, page) = scene.page("/collectivites?q=commune&page=2").await;
    assert_eq!(texts(&page, "main [role=status]"), ["120 collectivités pour « commune », de la 51e à la 100e"]);
    assert_eq!(texts(&page, "[aria-current=page]"), ["2"]);
    assert!(page.contains("/collectivites?q=commune&amp;page=3"));
}

#[tokio::test]
async fn the_page_of_a_collectivite_gives_all_it_needs() {
    let (scene, hauteluce) = Scene::with_three().await;
    let (status, page) = scene.page(PAGE).await;
    assert_eq!(status, 200);
    let form = format!("{FORM}{PAGE}");
    assert!(page.contains(&format!("value=\"{form}\"")) && page.contains(&format!("href=\"{form}\"")));
    for part in ["qr.svg", "qr.png?telecharger=1", "qr.svg?telecharger=1", "affiche", "kit"] {
        assert!(page.contains(&format!("\"{PAGE}/{part}\"")), "{part}");
    }
    let (_, poster) = scene.page(&format!("{PAGE}/affiche")).await;
    assert!(poster.contains(&form) && poster.contains("Sans FranceConnect"));
    let (_, kit) = scene.page(&format!("{PAGE}/kit")).await;
    assert!(texts(&kit, "textarea").iter().filter(|text| text.contains(&form)).count() >= 5);

    scene.close(&hauteluce).await;
    for part in ["", "/qr.png", "/qr.svg", "/affiche", "/kit"] {
        let (status, page) = scene.page(&format!("{PAGE}{part}")).await;
        assert_eq!(status, 410, "{part}");
        assert_eq!(texts(&page, "h1"), ["COMMUNE D'HAUTELUCE ne propose plus le formulaire"], "{part}");
    }
    for path in ["/collectivites/21730132400019", "/collectivites/abc", "/collectivites/%00", "/collectivites/%FF"] {
        for part in ["", "/qr.png", "/qr.svg", "/affiche", "/kit"] {
            let (status, page) = scene.page(&format!("{path}{part}")).await;
            assert_eq!(status, 404, "{path}{part}");
            let heading = "Cette collectivité ne propose pas (ou plus) le formulaire";
            assert_eq!(texts(&page, "h1"), [heading], "{path}{part}");
        }
    }
}

#[tokio::test]
async fn qr_codes_are_pictures_that_read_back() {
    let (scene, _) = Scene::with_three().await;
    let response = scene.get(&format!("{PAGE}/qr.png"), &[]).await;
    assert_eq!(header(response.headers(), "content-type"), "image/png");
    assert!(header(response.headers(), "content-disposition").starts_with("inline"));
    assert_eq!(header(response.headers(), "cache-control"), "public, max-age=3600");
    let tag = header(response.headers(), "etag").to_owned();
    let bytes = response.bytes().await.unwrap();
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!((&bytes[16..20], &bytes[20..24]), (&480u32.to_be_bytes()[..], &480u32.to_be_bytes()[..]));
    let picture = image::load_from_memory(&bytes).unwrap().into_luma8();
    let shade = |x: usize, y: usize| picture.get_pixel(u32::try_from(x).unwrap(), u32::try_from(y).unwrap()).0[0];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(480, 480, shade);
    assert_eq!(prepared.detect_grids()[0].decode().unwrap().1, format!("{FORM}{PAGE}"));

    let known = scene.get(&format!("{PAGE}/qr.png"), &[("if-none-match", &tag)]).await;
    assert_eq!(known.status(), 304);
    for (part, mime) in [("qr.png", "image/png"), ("qr.svg", "image/svg+xml")] {
        let saved = scene.get(&format!("{PAGE}/{part}?telecharger=1"), &[]).await;
        assert_eq!(header(saved.headers(), "content-type"), mime);
        let extension = part.trim_start_matches("qr.");
        let disposition = format!("attachment; filename=\"qr-21730132400018.{extension}\"");
        assert_eq!(header(saved.headers(), "content-disposition"), disposition);
    }
}
