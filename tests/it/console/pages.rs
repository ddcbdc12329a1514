use habilis::sandbox::datapass::Filing;
use scraper::{Html, Selector};

use super::{HABILIS, Served};

/// Pages that need no data.
const PAGES: [&str; 11] = [
    "/",
    "/hubee-console",
    "/hubee-console/appels",
    "/hubee-console/reglages",
    "/hubee-console/passe",
    "/pannes",
    "/datapass",
    "/datapass/demandes/nouvelle",
    "/datapass/demandes/formulaire_qf/nouveau",
    "/datapass/formulaires/formulaire-qf/demande/nouveau",
    "/courriels",
];

#[tokio::test]
async fn every_page_is_whole_and_guarded() {
    let served = Served::new().await;
    for path in PAGES {
        let response = served.web.get(format!("{}{path}", served.root)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}");
        let text = response.text().await.unwrap();
        assert!(!text.contains(" style=") && !text.contains(" onclick="), "{path}");
        let page = Html::parse_document(&text);
        let count = |selector: &str| page.select(&Selector::parse(selector).unwrap()).count();
        assert_eq!(count("html[lang=fr]"), 1, "{path}");
        assert_eq!(
            (count("header[role=banner]"), count("main"), count("footer[role=contentinfo]")),
            (1, 1, 1),
            "{path}"
        );
        assert_eq!((count("h1"), count("nav[id=navigation]")), (1, 1), "{path}");
        for field in page.select(&Selector::parse("input:not([type=hidden]), select, textarea").unwrap()) {
            let id = field.attr("id").unwrap();
            assert_eq!(count(&format!("label[for='{id}']")), 1, "{path} #{id}");
        }
    }
}

#[tokio::test]
async fn the_navigation_leads_everywhere() {
    let served = Served::new().await;
    let page = Html::parse_document(&served.get("/").await.1);
    let links: Vec<String> = page
        .select(&Selector::parse("nav#navigation a, main a").unwrap())
        .map(|link| link.attr("href").unwrap().to_owned())
        .collect();
    assert!(links.contains(&format!("{HABILIS}/")));
    for link in links.iter().filter(|link| link.starts_with('/')) {
        // The form asks Habilis, which is not there.
        let expected = if link == "/formulaire" { 502 } else { 200 };
        assert_eq!(served.get(link).await.0, expected, "{link}");
    }
}

#[tokio::test]
async fn a_final_slash_leads_to_the_page_and_nowhere_else() {
    let served = Served::new().await;
    for path in ["/datapass/", "/courriels/", "/formulaire/", "/hubee-console/", "/pannes/"] {
        let response = served.web.get(format!("{}{path}?etat=draft", served.root)).send().await.unwrap();
        assert_eq!(response.status(), 307, "{path}");
        assert_eq!(response.headers()["location"], format!("{}?etat=draft", path.trim_end_matches('/')));
    }
    assert_eq!(served.get("//elsewhere.example/").await.0, 404);
    let (status, text) = served.get("/nulle-part").await;
    assert!(status == 404 && text.contains("Page introuvable"));
}

#[tokio::test]
async fn the_deep_links_of_datapass_exist() {
    let served = Served::new().await;
    let filing = Filing::example();
    let id = served.sandbox.datapass.create(filing.clone());
    for path in [format!("/datapass/instruction/demandes/{id}"), format!("/datapass/demandes/{id}")] {
        let (status, text) = served.get(&path).await;
        assert!(status == 200 && text.contains(&filing.applicant.email), "{path}");
    }
    let public_id = served.sandbox.datapass.request(id).unwrap().public_id;
    let (status, text) = served.get(&format!("/datapass/public/demandes/{public_id}")).await;
    assert!(status == 200 && text.contains(&filing.siret) && text.contains("Article L114-8"));
    for person in [&filing.applicant.email, &filing.contact_metier.family, &filing.dpd.email] {
        assert!(!text.contains(person), "{person}");
    }
    assert_eq!(served.get("/datapass/public/demandes/rien").await.0, 404);
}

#[tokio::test]
async fn forms_are_refused_from_elsewhere_and_apis_are_not_browsers() {
    let served = Served::new().await;
    let from_elsewhere =
        |path: &str| served.web.post(format!("{}{path}", served.root)).header("Sec-Fetch-Site", "cross-site").send();
    for path in [
        "/pannes/retablir",
        "/hubee-console/activer",
        "/hubee-console/reglages",
        "/hubee-console/passe",
        "/horloge",
        "/courriels/vider",
        "/datapass/ping",
    ] {
        assert_eq!(from_elsewhere(path).await.unwrap().status(), 403, "{path}");
    }
    // 401: HubEE itself answers.
    assert_eq!(from_elsewhere("/hubee/oauth2/token").await.unwrap().status(), 401);
}
