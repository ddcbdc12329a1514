use habilis::{
    clients::{Answer, hubee, sirene},
    clock::Clock,
    sandbox::{
        datapass::Filing,
        hubee::{FaultKind, Route, Subscription, When},
        sirene::Fault,
    },
};

use super::Served;

const SIRET: &str = "21730132400018";

#[tokio::test]
async fn a_fault_added_by_the_form_hurts_until_it_is_removed() {
    let served = Served::new().await;
    let client = hubee::Client::new(&served.config().hubee, Clock::System).unwrap();
    let key = hubee::Organisation::key(SIRET, "73132");
    assert!(client.organisation(&key).await.is_ok());

    let fields = [("route", "lire-organisation"), ("panne", "500-avant"), ("combien", ""), ("siret", "")];
    assert_eq!(served.post("/pannes/hubee", &fields).await, 303);
    let failed = client.organisation(&key).await.unwrap_err();
    assert_eq!(failed.trace.status, Some(500));
    let (_, page) = served.get("/pannes").await;
    assert!(page.contains("Lire une organisation") && page.contains("Retirer") && page.contains("Tout rétablir"));
    assert!(served.get("/").await.1.contains("Des pannes sont en cours"));
    assert!(served.get("/hubee-console/appels").await.1.contains("Erreur 500 avant écriture"));

    let chosen = [("route", "lire-organisation"), ("panne", "500-avant"), ("siret", "")];
    assert_eq!(served.post("/pannes/hubee/retirer", &chosen).await, 303);
    assert!(client.organisation(&key).await.is_ok());
    assert!(served.get("/pannes").await.1.contains("Aucune : tout fonctionne."));
}

#[tokio::test]
async fn a_fault_is_typed_with_care() {
    let served = Served::new().await;
    let fields = |count, siret| [("route", "jeton"), ("panne", "reponse-perdue"), ("combien", count), ("siret", siret)];
    for (count, siret, sentence) in [
        ("0", "", "Indiquez un nombre entre 1 et 1000"),
        ("beaucoup", "", "Indiquez un nombre entre 1 et 1000"),
        ("1", "2173013240001", "Un SIRET a 14 chiffres."),
    ] {
        let response = served.web.post(format!("{}/pannes/hubee", served.root)).form(&fields(count, siret)).send();
        let response = response.await.unwrap();
        assert_eq!(response.status(), 422);
        let page = response.text().await.unwrap();
        assert!(page.contains(sentence) && page.contains("<title>Erreur"), "{count} {siret}");
    }
    assert!(served.sandbox.hubee.faults().is_empty());

    assert_eq!(served.post("/pannes/hubee", &fields("3", "217 301 324 00018")).await, 303);
    let faults = served.sandbox.hubee.faults();
    let fault = &faults[0];
    assert_eq!((fault.route, fault.kind, fault.when), (Route::Token, FaultKind::LostAnswer, When::Next(3)));
    assert_eq!(fault.siret.as_deref(), Some(SIRET));
    assert!(served.get("/pannes").await.1.contains("les 3 prochains"));
}

#[tokio::test]
async fn a_fault_may_start_at_a_later_call() {
    let served = Served::new().await;
    for (rank, count, when, words) in [
        ("3", "1", When::Nth(3), "seulement le 3e"),
        ("3", "2", When::From { first: 3, count: Some(2) }, "2 à partir du 3e"),
        ("2", "", When::From { first: 2, count: None }, "tous, à partir du 2e"),
        ("1", "1", When::Next(1), "le prochain"),
        ("", "", When::Always, "tous"),
    ] {
        let fields = [("route", "jeton"), ("panne", "429"), ("rang", rank), ("combien", count), ("siret", "")];
        assert_eq!(served.post("/pannes/hubee", &fields).await, 303);
        assert_eq!(served.sandbox.hubee.faults()[0].when, when);
        assert!(served.get("/pannes").await.1.contains(words), "{words}");
        assert_eq!(served.post("/pannes/hubee/retirer", &fields[..2]).await, 303);
    }
    let fields = [("route", "jeton"), ("panne", "429"), ("rang", "premier"), ("combien", "1"), ("siret", "")];
    let response = served.web.post(format!("{}/pannes/hubee", served.root)).form(&fields).send().await.unwrap();
    assert_eq!(response.status(), 422);
    let page = response.text().await.unwrap();
    assert!(page.contains("Indiquez un rang entre 1 et 1000") && page.contains("value=\"premier\""));
}

#[tokio::test]
async fn every_proposed_fault_is_understood() {
    let served = Served::new().await;
    let page = scraper::Html::parse_document(&served.get("/pannes").await.1);
    let values = |select: &str| -> Vec<String> {
        let options = scraper::Selector::parse(&format!("select#{select} option")).unwrap();
        page.select(&options).map(|option| option.attr("value").unwrap().to_owned()).collect()
    };
    assert_eq!(values("route").len(), Route::ALL.len());
    for kind in values("panne") {
        let fields = [("route", "toutes"), ("panne", kind.as_str()), ("combien", "1"), ("siret", "")];
        assert_eq!(served.post("/pannes/hubee", &fields).await, 303);
        assert_eq!(served.sandbox.hubee.faults().len(), 1, "{kind}");
        assert_eq!(served.post("/pannes/hubee/retirer", &fields[..2]).await, 303);
        assert!(served.sandbox.hubee.faults().is_empty(), "{kind}");
    }
    for fault in values("sirene") {
        assert_eq!(served.post("/pannes/sirene", &[("sirene", &fault)]).await, 303);
        assert_eq!(served.sandbox.sirene.switch.get().is_none(), fault == "aucune");
    }
}

#[tokio::test]
async fn one_button_repairs_everything() {
    let served = Served::new().await;
    served.sandbox.datapass.create(Filing::example());
    let config = served.config();
    let client = sirene::Client::new(&config.sirene.unwrap(), config.sources.patience, Clock::System).unwrap();
    let fields = [("route", "toutes"), ("panne", "401"), ("combien", ""), ("siret", "")];
    assert_eq!(served.post("/pannes/hubee", &fields).await, 303);
    assert_eq!(served.post("/pannes/sirene", &[("sirene", "503")]).await, 303);
    assert_eq!(served.post("/pannes/courriels", &[("refuser", "2"), ("perdre", "1")]).await, 303);
    assert_eq!(served.sandbox.sirene.switch.get(), Some(Fault::Down503));
    assert_eq!(served.sandbox.mailbox.faults(), (2, 1));
    let siret = SIRET.parse().unwrap();
    assert!(matches!(client.establishment(&siret).await, Answer::Unavailable(_)));

    assert_eq!(served.post("/pannes/retablir", &[]).await, 303);
    assert!(served.sandbox.hubee.faults().is_empty());
    assert_eq!(served.sandbox.mailbox.faults(), (0, 0));
    assert!(matches!(client.establishment(&siret).await, Answer::Found(_)));
}

#[tokio::test]
async fn the_console_activates_as_the_collectivite_does() {
    let served = Served::new().await;
    let at = Clock::System.now();
    let mut inactive = Subscription::made_by_hand(SIRET, "73132", "maire@hauteluce.fr", at);
    inactive.status = "Inactif".to_owned();
    inactive.access_mode = None;
    served.sandbox.hubee.seed_subscription(inactive);
    let (_, page) = served.get("/hubee-console").await;
    assert!(page.contains("Inactif") && page.contains("maire@hauteluce.fr"));
    assert!(page.contains("Activer comme la collectivité"));

    assert_eq!(served.post("/hubee-console/activer", &[("siret", SIRET)]).await, 303);
    assert_eq!(served.sandbox.hubee.subscriptions()[0].status, "Actif");
    let (_, page) = served.get("/hubee-console").await;
    assert!(page.contains("PORTAIL") && !page.contains("Activer comme la collectivité"));
    for (gesture, button, status) in [
        ("suspendre", "Suspendre comme la collectivité", "Suspendu"),
        ("reactiver", "Réactiver comme la collectivité", "Actif"),
    ] {
        assert!(served.get("/hubee-console").await.1.contains(button), "{button}");
        assert_eq!(served.post(&format!("/hubee-console/{gesture}"), &[("siret", SIRET)]).await, 303);
        assert_eq!(served.sandbox.hubee.subscriptions()[0].status, status);
    }
}
