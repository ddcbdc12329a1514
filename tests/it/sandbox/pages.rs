use axum::Router;
use habilis::sandbox::{
    datapass::{Datapass, RequestState},
    page::{self, Frame, Link},
};
use reqwest::{Client, Response};
use scraper::{Html, Selector};

use super::{browser, datapass_posting_to, serve};

/// DataPass mounted under a prefix, as the demonstration does.
async fn mounted() -> (Datapass, String, Client) {
    let (datapass, _) = datapass_posting_to("http://127.0.0.1:1/");
    let frame = Frame::new("/datapass", vec![Link::new("DataPass", "/datapass"), Link::new("HubEE", "/hubee")]);
    let datapass = datapass.framed(frame);
    let router = Router::new().nest("/datapass", datapass.router()).merge(page::static_files());
    (datapass, serve(router).await, browser())
}

/// The fields of the page's form, as a browser would send them.
fn filled(page: &str, form: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(page);
    let all = Selector::parse(&format!("{form} input, {form} textarea")).unwrap();
    let mut values = Vec::new();
    for field in page.select(&all) {
        let name = field.attr("name").unwrap().to_owned();
        let value = match field.value().name() {
            "textarea" => field.text().collect(),
            _ => field.attr("value").unwrap_or_default().to_owned(),
        };
        if field.attr("type") != Some("checkbox") || field.attr("checked").is_some() {
            values.push((name, value));
        }
    }
    values
}

fn location(response: &Response) -> String {
    assert_eq!(response.status(), 303);
    response.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_demandeur_files_and_an_instructor_decides() {
    let (datapass, root, web) = mounted().await;
    let form = format!("{root}/datapass/demandes/nouvelle");
    let blank = web.get(&form).send().await.unwrap();
    assert_eq!(blank.status(), 200);
    assert!(blank.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    let mut values = filled(&blank.text().await.unwrap(), "form");

    let unticked = web.post(&form).form(&values).send().await.unwrap();
    assert_eq!(unticked.status(), 422);
    let text = unticked.text().await.unwrap();
    assert!(text.contains("Acceptez les conditions générales d’utilisation.") && text.contains("COMMUNE DE HAUTELUCE"));
    assert!(datapass.requests().is_empty());

    values.extend([("terms".into(), "oui".into()), ("informed".into(), "oui".into())]);
    let filed = web.post(&form).form(&values).send().await.unwrap();
    assert_eq!(location(&filed), "/datapass/demandes/61234");
    assert_eq!(datapass.requests()[0].state, RequestState::Submitted);
    let events: Vec<String> = datapass.deliveries().into_iter().map(|one| one.event).collect();
    assert_eq!(events, ["create", "submit"]);

    for path in ["/datapass", "/datapass/demandes/61234", "/datapass/instruction/demandes/61234"] {
        let page = web.get(format!("{root}{path}")).send().await.unwrap();
        assert_eq!(page.status(), 200);
        let text = page.text().await.unwrap();
        assert!(text.contains("COMMUNE DE HAUTELUCE") && !text.contains("style="));
        let page = Html::parse_document(&text);
        assert_eq!(page.select(&Selector::parse("h1").unwrap()).count(), 1);
        for link in page.select(&Selector::parse("form[action], main a").unwrap()) {
            let target = link.attr("action").or(link.attr("href")).unwrap();
            assert!(target.starts_with("/datapass"), "{target}");
        }
    }
    let post = |tail: &str| web.post(format!("{root}/datapass/demandes/61234{tail}"));
    assert_eq!(location(&post("/gestes/approve").send().await.unwrap()), "/datapass/demandes/61234");
    let twice = post("/gestes/approve").send().await.unwrap();
    assert_eq!(twice.status(), 409);
    assert!(twice.text().await.unwrap().contains("« Approuver » est impossible"));
    assert_eq!(post("/gestes/inconnu").send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_request_is_modified_transferred_and_replayed_by_forms() {
    let (datapass, root, web) = mounted().await;
    let id = datapass.create(habilis::sandbox::datapass::Filing::example());
    let base = format!("{root}/datapass/demandes/{id}");
    let page = web.get(format!("{base}/modifier")).send().await.unwrap().text().await.unwrap();
    let mut values = filled(&page, "form");
    let retention = values.iter_mut().find(|(name, _)| name == "duree_conservation_donnees_caractere_personnel");
    retention.unwrap().1 = "48".into();
    let wrong = web.post(format!("{base}/modifier")).form(&values).send().await.unwrap();
    assert_eq!(wrong.status(), 422);
    assert!(wrong.text().await.unwrap().contains("Justifiez une conservation de plus de 36 mois."));
    values.retain(|(name, _)| name != "duree_conservation_donnees_caractere_personnel_justification");
    values.push(("duree_conservation_donnees_caractere_personnel_justification".into(), "<b>Audit</b>".into()));
    location(&web.post(format!("{base}/modifier")).form(&values).send().await.unwrap());
    let answers = datapass.request(id).unwrap().answers;
    assert_eq!(answers["duree_conservation_donnees_caractere_personnel_justification"].as_deref(), Some("Audit"));

    let transfer = |form: Vec<(&'static str, &'static str)>| web.post(format!("{base}/transferer")).form(&form).send();
    assert_eq!(transfer(vec![("email", "personne")]).await.unwrap().status(), 409);
    let half = vec![("email", "a@b.example"), ("siret", "21290042700015")];
    assert_eq!(transfer(half).await.unwrap().status(), 409);
    location(&transfer(vec![("email", "a@b.example"), ("given_name", "<script>")]).await.unwrap());
    assert_eq!(datapass.request(id).unwrap().applicant.email, "a@b.example");

    let delivery = datapass.deliveries()[0].id;
    let replay = web.post(format!("{root}/datapass/livraisons/{delivery}/rejouer"));
    location(&replay.form(&[("cles", "reordonnees")]).send().await.unwrap());
    assert_eq!(datapass.deliveries().last().unwrap().replay_of, Some(delivery));
    let ping = web.post(format!("{root}/datapass/ping?signature=fausse")).send().await.unwrap();
    assert_eq!(location(&ping), "/datapass");
}

#[tokio::test]
async fn another_site_cannot_post_and_what_people_type_is_escaped() {
    let (datapass, root, web) = mounted().await;
    let filing = habilis::sandbox::datapass::Filing {
        organisation: "<script>alert(1)</script>".into(),
        ..habilis::sandbox::datapass::Filing::example()
    };
    let id = datapass.create(filing);
    let page = web.get(format!("{root}/datapass/demandes/{id}")).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert"));
    let forged = web.post(format!("{root}/datapass/demandes/{id}/gestes/archive"));
    let forged = forged.header("origin", "http://ailleurs.example").send().await.unwrap();
    assert_eq!(forged.status(), 403);
    assert_eq!(web.get(format!("{root}/datapass/demandes/7")).send().await.unwrap().status(), 404);
    assert_eq!(web.get(format!("{root}/datapass?etat=draft&page=9")).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn static_files_are_revalidated() {
    let (_, root, web) = mounted().await;
    let css = web.get(format!("{root}/static/habilis/habilis.css")).send().await.unwrap();
    assert_eq!(css.status(), 200);
    assert!(css.headers()["content-type"].to_str().unwrap().starts_with("text/css"));
    let etag = css.headers()["etag"].clone();
    let again = web.get(format!("{root}/static/habilis/habilis.css")).header("if-none-match", etag).send().await;
    assert_eq!(again.unwrap().status(), 304);
    assert_eq!(web.get(format!("{root}/static/absent.css")).send().await.unwrap().status(), 404);
}
