//! What the console lets one do of HubEE before a demonstration: its switches, a past, and the time.

use habilis::{
    clock::Clock,
    sandbox::{
        Sandbox,
        hubee::{DatapassRights, Hubee, Switches},
    },
};
use reqwest::Method;
use scraper::{Html, Selector};
use serde_json::{Value, json};

use super::{HABILIS, Served};

const SIRET: &str = "21730132400018";

/// Names and values of the fields of a page's form, as a browser would send them.
fn fields(page: &str, form: &str) -> Vec<(String, String)> {
    let page = Html::parse_document(page);
    let selector = format!("form[action='{form}'] input[type=text], form[action='{form}'] input[checked]");
    let inputs = Selector::parse(&selector).unwrap();
    let pair =
        |name: Option<&str>, value: Option<&str>| (name.unwrap().to_owned(), value.unwrap_or_default().to_owned());
    page.select(&inputs).map(|input| pair(input.attr("name"), input.attr("value"))).collect()
}

async fn sent(served: &Served, path: &str, fields: &[(String, String)]) -> (u16, String) {
    let request = served.web.post(format!("{}{path}", served.root)).form(fields);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn switches_are_set_by_a_form_that_shows_them() {
    const PATH: &str = "/hubee-console/reglages";
    let served = Served::new().await;
    let shown = fields(&served.get(PATH).await.1, PATH);
    assert_eq!(sent(&served, PATH, &shown).await.0, 303);
    assert_eq!(served.sandbox.hubee.switches(), Switches::default(), "what is shown is what is");

    let mut changed: Vec<_> =
        shown.iter().filter(|(name, _)| name != "gzip" && name != "demarche-ouverte").cloned().collect();
    for name in ["lister-abonnements", "lire-abonnement", "premier-compte", "suspension-immediate"] {
        changed.push((name.to_owned(), "oui".to_owned()));
    }
    changed.iter_mut().filter(|(name, _)| name == "retard").for_each(|(_, value)| "90".clone_into(value));
    assert_eq!(sent(&served, PATH, &changed).await.0, 303);
    let rights = DatapassRights { list_subscriptions: true, get_subscription: true, ..DatapassRights::default() };
    let expected = Switches {
        datapass: rights,
        gzip: false,
        process_active: false,
        mail_only_first_account: true,
        suspends_at_once: true,
        list_lag_seconds: 90,
        ..Switches::default()
    };
    assert_eq!(served.sandbox.hubee.switches(), expected);
    let again = fields(&served.get(PATH).await.1, PATH);
    let sorted = |mut all: Vec<(String, String)>| {
        all.sort();
        all
    };
    assert_eq!(sorted(again), sorted(changed.clone()), "the page shows what was set");

    changed.iter_mut().filter(|(name, _)| name == "jeton").for_each(|(_, value)| "une heure".clone_into(value));
    changed.push(("mixed".to_owned(), "oui".to_owned()));
    let (status, page) = sent(&served, PATH, &changed).await;
    assert_eq!(status, 422);
    assert!(page.contains("Indiquez un nombre de secondes entre 1 et 86400.") && page.contains("<title>Erreur"));
    assert!(page.contains("value=\"une heure\"") && page.contains("value=\"90\""), "what was typed stays");
    assert_eq!(served.sandbox.hubee.switches(), expected);

    assert_eq!(served.post(PATH, &[("retablir", "oui")]).await, 303);
    assert_eq!(served.sandbox.hubee.switches(), Switches::default());
}

#[tokio::test]
async fn every_switch_has_its_box() {
    const PATH: &str = "/hubee-console/reglages";
    let served = Served::new().await;
    let page = Html::parse_document(&served.get(PATH).await.1);
    let boxes = Selector::parse("input[type=checkbox]").unwrap();
    let names: Vec<String> = page.select(&boxes).map(|one| one.attr("name").unwrap().to_owned()).collect();
    let mut seen = Vec::new();
    for name in &names {
        let fields = [(name.as_str(), "oui"), ("jeton", "3600"), ("retard", "0")];
        assert_eq!(served.post(PATH, &fields).await, 303);
        let switches = served.sandbox.hubee.switches();
        assert!(!seen.contains(&switches), "{name} changes something of its own");
        seen.push(switches);
    }
    assert_eq!(names.len(), 12);
}

#[tokio::test]
async fn a_past_is_put_there_by_a_form() {
    const PATH: &str = "/hubee-console/passe";
    let served = Served::new().await;
    let typed = [
        ("siret", "217 301 324 00018"),
        ("nom", "Commune de Hauteluce"),
        ("guichet", "00000"),
        ("etat", "Suspendu"),
        ("mode", "API"),
        ("administrateur", "ancien@hauteluce.fr"),
    ];
    assert_eq!(served.post(PATH, &typed).await, 303);
    let organisation = served.sandbox.hubee.organisations().remove(0);
    assert_eq!(
        (organisation.triple.key().as_str(), organisation.name.as_str()),
        ("SI-21730132400018-00000", "Commune de Hauteluce")
    );
    let subscription = served.sandbox.hubee.subscriptions().remove(0);
    assert_eq!((subscription.status.as_str(), subscription.access_mode.as_deref()), ("Suspendu", Some("API")));
    assert_eq!((subscription.local_administrator.as_str(), subscription.datapass_id), ("ancien@hauteluce.fr", 0));
    let (_, page) = served.get("/hubee-console").await;
    assert!(
        page.contains("SI-21730132400018-00000") && page.contains("ancien@hauteluce.fr") && page.contains("Suspendu")
    );

    assert!(page.contains("tabindex=\"0\" role=\"region\" aria-label=\"Organisations\""), "tables scroll by keyboard");

    let alone =
        [("siret", SIRET), ("nom", "Hauteluce"), ("guichet", "73132"), ("etat", "aucun"), ("administrateur", "")];
    assert_eq!(served.post(PATH, &alone).await, 303);
    assert_eq!((served.sandbox.hubee.organisations().len(), served.sandbox.hubee.subscriptions().len()), (2, 1));
    let inactive = [
        ("siret", SIRET),
        ("nom", "Hauteluce"),
        ("guichet", "73132"),
        ("etat", "Inactif"),
        ("mode", "aucun"),
        ("administrateur", "a@b.fr"),
    ];
    assert_eq!(served.post(PATH, &inactive).await, 303);
    let last = served.sandbox.hubee.subscriptions().pop().unwrap();
    assert_eq!((last.status.as_str(), last.access_mode), ("Inactif", None));
    assert!(served.sandbox.hubee.accounts().is_empty() && served.sandbox.hubee.mails().is_empty());
}

#[tokio::test]
async fn a_past_is_typed_with_care() {
    const PATH: &str = "/hubee-console/passe";
    let served = Served::new().await;
    let wrong = [("siret", "123"), ("nom", " "), ("guichet", "73-132"), ("etat", "Actif"), ("administrateur", "ada")];
    let wrong: Vec<_> = wrong.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let (status, page) = sent(&served, PATH, &wrong).await;
    assert_eq!(status, 422);
    for sentence in ["Un SIRET a 14 chiffres.", "Indiquez un nom", "Indiquez 1 à 10 lettres", "Indiquez une adresse"] {
        assert!(page.contains(sentence), "{sentence}");
    }
    assert!(page.contains("value=\"73-132\"") && page.contains("<title>Erreur"));
    assert!(served.sandbox.hubee.organisations().is_empty());
}

#[tokio::test]
async fn the_time_of_the_demonstration_is_pushed_forward_and_stays_ahead() {
    let folder = tempfile::tempdir().unwrap();
    let held = || Sandbox::persisted(Clock::held(), HABILIS, folder.path()).unwrap();
    let served = Served::of(held()).await;
    let (before, machine) = (served.sandbox.time.now(), Clock::System.now());
    assert!((before - machine).num_seconds().abs() < 60);
    assert!(served.get("/").await.1.contains("Avancer d’un jour"));
    for step in ["jour", "heure", "heure", "annee"] {
        assert_eq!(served.post("/horloge", &[("duree", step)]).await, 303);
    }
    assert!(served.get("/").await.1.contains("soit 1 jour et 2 heures d’avance sur cette machine"));
    let passed = served.sandbox.time.now() - before;
    assert!(passed.num_hours() == 26, "{passed}");
    served.end().await;
    let again = held();
    assert_eq!(again.time.ahead().num_hours(), 26);
    assert_eq!((again.time.now() - Clock::System.now() + chrono::Duration::minutes(1)).num_hours(), 26);

    std::fs::write(folder.path().join("horloge.json"), i64::MAX.to_string()).unwrap();
    let far = held();
    let furthest = far.time.ahead();
    far.time.advance(chrono::Duration::days(1));
    assert_eq!((furthest.num_days(), far.time.ahead()), (3650, furthest), "ten years, no more");

    let machine = Served::new().await;
    assert!(machine.get("/").await.1.contains("elle ne s’avance pas"));
    assert_eq!(machine.post("/horloge", &[("duree", "jour")]).await, 303);
    assert_eq!(machine.sandbox.time.ahead().num_hours(), 0);
}

async fn token(served: &Served) -> String {
    let (id, secret) = Hubee::credentials();
    let form = [("grant_type", "client_credentials"), ("scope", "ADMIN")];
    let request =
        served.web.post(format!("{}/hubee/oauth2/token", served.root)).basic_auth(id, Some(secret)).form(&form);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// What the API answers to an administrator's call.
async fn call(served: &Served, token: &str, method: Method, path: &str, body: Value) -> Value {
    let request = served.web.request(method, format!("{}/hubee{path}", served.root)).bearer_auth(token).json(&body);
    serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap_or_default()
}

#[tokio::test]
async fn accounts_are_shown_whole_and_cases_treated_as_agents_do() {
    let clock = Clock::fixed("2026-09-01T07:00:00Z".parse().unwrap());
    let served = Served::of(Sandbox::new(clock, HABILIS)).await;
    let token = &token(&served).await;
    let past = [("siret", SIRET), ("nom", "Hauteluce"), ("guichet", "73132"), ("etat", "aucun")];
    assert_eq!(served.post("/hubee-console/passe", &past).await, 303);
    let key = json!({"type": "SI", "companyRegister": SIRET, "branchCode": "73132"});
    let subscription = json!({"datapassId": 1, "processCode": "FormulaireQF", "subscriber": key, "status": "Actif",
        "accessMode": "PORTAIL", "notificationFrequency": "Unitaire", "email": "accueil@hauteluce.fr",
        "localAdministrator": {"email": "ada@hauteluce.fr", "firstName": "Ada", "lastName": "Martin"}});
    call(&served, token, Method::POST, "/referential/v1/subscriptions", subscription).await;
    let (_, page) = served.get("/hubee-console").await;
    assert!(page.contains("Administrateur local, compte DataPass"));
    assert!(page.contains("Gestion des abonnements, Gestion des utilisateurs"));

    let file = json!({"fileName": "a.json", "type": "FormulaireQF", "size": 2, "mimeType": "application/json",
        "recipients": ["QF-1-01"]});
    let folder = json!({"externalId": "QF-1", "processCode": "FormulaireQF",
        "applicant": {"firstName": "Zoé", "lastName": "Quidam"}, "attachments": [file],
        "cases": [{"externalId": "QF-1-01", "recipient": key}]});
    let folder = call(&served, token, Method::POST, "/teledossiers/v1/folders", folder).await;
    let (_, page) = served.get("/hubee-console").await;
    assert!(page.contains("QF-1-01") && page.contains("HUBEE_RECEIVED"));
    assert!(!page.contains("Quidam") && !page.contains("comme l’agent"), "{page}");
    let path = format!("/teledossiers/v1/folders/{}", folder["id"].as_str().unwrap());
    let attachment =
        format!("{}/hubee{path}/attachments/{}", served.root, folder["attachments"][0]["id"].as_str().unwrap());
    let deposit = served.web.put(attachment).bearer_auth(token).header("content-type", "application/octet-stream");
    assert_eq!(deposit.body("{}").send().await.unwrap().status(), 204);
    call(&served, token, Method::PATCH, &path, json!({"globalStatus": "HUBEE_COMPLETED"})).await;
    assert_eq!(served.post("/horloge", &[("duree", "heure")]).await, 303);
    let mail = served.sandbox.mailbox.mails().pop().unwrap();
    assert_eq!(
        (mail.subject.as_str(), mail.to),
        ("HubEE : un télédossier vous attend", vec!["accueil@hauteluce.fr".into()])
    );
    // An hour later, the former one expired.
    let token = &self::token(&served).await;
    let case = folder["cases"][0]["id"].as_str().unwrap();
    for (button, status) in [("Ouvrir", "SI_RECEIVED"), ("Prendre en charge", "IN_PROGRESS"), ("Traiter", "DONE")] {
        assert!(served.get("/hubee-console").await.1.contains(&format!("{button} comme l’agent")), "{button}");
        assert_eq!(served.post("/hubee-console/traiter", &[("dossier", case), ("statut", status)]).await, 303);
        let read = call(&served, token, Method::GET, &path, Value::Null).await;
        assert_eq!(read["cases"][0]["status"], status);
    }
    assert!(!served.get("/hubee-console").await.1.contains("comme l’agent"));
}
