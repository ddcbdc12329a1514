//! Before anything is asked of HubEE: what it would refuse prevents the acceptance, with the reason and the remedy, and
//! what an instructeur sets right goes with their acceptance.

use habilis::sandbox::datapass::Filing;
use reqwest::StatusCode;

use super::scene::{assert_open, history, journal, quiet, status};
use crate::support::browser::{Browser, Page};
use crate::support::house::{House, hauteluce};

/// Filed; the page of the request, read by an instructeur.
async fn filed(house: &House, change: impl FnOnce(&mut Filing)) -> (i64, Browser, Page) {
    let mut filing = hauteluce();
    change(&mut filing);
    let number = house.submitted(filing).await;
    let mut browser = house.instructeur("Ada").await;
    let page = browser.get(&format!("/instruction/D{number}")).await;
    (number, browser, page)
}

async fn accept(browser: &mut Browser, number: i64, page: &Page, own: &[(&str, &str)]) -> Page {
    let version = page.value("input[name=version]").unwrap_or_else(|| "1".into());
    let form: Vec<(&str, &str)> =
        [("version", version.as_str()), ("text", "")].into_iter().chain(own.iter().copied()).collect();
    browser.post(&format!("/instruction/D{number}/accepter"), &form).await
}

/// What nobody here can mend: the demandeur is asked.
#[tokio::test]
async fn what_the_demandeur_must_mend_prevents_the_acceptance() {
    for (change, why, remedy) in [
        (
            (|f: &mut Filing| f.applicant.email = "c.bouchet@ville.alsace".into()) as fn(&mut Filing),
            "plus de quatre lettres (« .alsace »)",
            "Demandez une autre adresse professionnelle",
        ),
        (|f| f.applicant.given = None, "HubEE ne créerait aucun compte", "compléter son identité"),
        (|f| f.siret = "21730132400019".into(), "SIRET", ""),
    ] {
        let house = House::open().await;
        let (number, mut browser, page) = filed(&house, change).await;
        let shown = page.main();
        assert!(shown.contains("ne peut pas être acceptée en l’état"), "{shown}");
        assert!(shown.contains(why) && shown.contains(remedy), "{why}: {shown}");
        let answer = accept(&mut browser, number, &page, &[("confirme", "oui"), ("name", "Hauteluce")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.main().contains(why), "{}", answer.main());
        assert_eq!((status(&house, number).await.as_str(), house.hubee().calls().len()), ("none", 0));
    }
}

/// What an instructeur can: the acceptance is refused without it, and goes through with it.
#[tokio::test]
async fn what_an_instructeur_sets_right_goes_with_the_acceptance() {
    let house = House::open().await;
    let long = format!("SYNDICAT INTERCOMMUNAL {}", "DES VALLÉES ".repeat(9));
    let (number, mut browser, page) = filed(&house, |filing| filing.organisation.clone_from(&long)).await;
    let shown = page.main();
    assert!(
        shown.contains("dépasse 100 caractères") && shown.contains("par exemple « SYNDICAT INTERCOMMUNAL"),
        "{shown}"
    );
    let refused = accept(&mut browser, number, &page, &[("confirme", "oui")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(status(&house, number).await, "none");

    let mistyped = accept(&mut browser, number, &page, &[("name", &"x".repeat(101)), ("notified", "enfance")]).await;
    assert_eq!(mistyped.status, StatusCode::UNPROCESSABLE_ENTITY);
    let shown = mistyped.main();
    assert!(
        shown.contains("Nom dans HubEE : 100 caractères au plus") && shown.contains("Adresse des notifications :"),
        "{shown}"
    );
    assert_eq!(mistyped.value("input[name=notified]").as_deref(), Some("enfance"));

    let own = [("name", "SYNDICAT DES VALLÉES"), ("notified", "Enfance@Mairie-Hauteluce.fr")];
    let asked = accept(&mut browser, number, &page, &own).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(asked.main().contains("Nom de l’organisation : SYNDICAT DES VALLÉES"), "{}", asked.main());
    let hidden =
        ["name", "notified", "confirme"].map(|name| asked.value(&format!("input[type=hidden][name={name}]")).unwrap());
    let confirmed: Vec<(&str, &str)> =
        ["name", "notified", "confirme"].into_iter().zip(hidden.iter().map(String::as_str)).collect();
    let done = accept(&mut browser, number, &page, &confirmed).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    quiet(&house, number).await;
    assert_open(&house, number, "with a shorter name").await;
    assert_eq!(house.hubee().organisations()[0].name, "SYNDICAT DES VALLÉES");
    assert_eq!(house.hubee().subscriptions()[0].email.as_deref(), Some("enfance@mairie-hauteluce.fr"));
    let told = serde_json::to_string(&history(&house, number).await).unwrap();
    assert!(told.contains("nom dans HubEE") && told.contains("adresse des notifications"), "{told}");
    let journal = serde_json::to_string(&journal(&house, number).await[0].request).unwrap();
    assert!(!journal.contains("enfance@"), "{journal}");
}

/// Nobody knows where it is: the code of the commune and the postal code.
#[tokio::test]
async fn an_unknown_commune_is_given_with_the_acceptance() {
    let house = House::open().await;
    let (number, mut browser, page) =
        filed(&house, |filing| (filing.cog, filing.postal_code) = Default::default()).await;
    assert!(page.main().contains("le code INSEE de la commune manque"), "{}", page.main());
    let refused = accept(&mut browser, number, &page, &[("confirme", "oui"), ("code_cog", "73132")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("le code postal manque"), "{}", refused.main());
    let own = [("confirme", "oui"), ("code_cog", "73132"), ("postal_code", "73620")];
    assert_eq!(accept(&mut browser, number, &page, &own).await.status, StatusCode::SEE_OTHER);
    quiet(&house, number).await;
    assert_open(&house, number, "with its commune").await;
}

/// Closed between the request and an acceptance that came from DataPass: HubEE is told nothing of it.
#[tokio::test]
async fn an_establishment_that_closed_stops_before_hubee() {
    let house = House::open().await;
    let filing = crate::support::house::hauteluce();
    let open = filing.establishment();
    house.sandbox.sirene.add(habilis::sandbox::sirene::Establishment { open: false, ..open.clone() });
    let number = house.submitted(filing).await;
    house.clock.advance(chrono::Duration::minutes(1));
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    assert_eq!(status(&house, number).await, "held");
    let page = house.instructeur("Zoe").await.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("L’établissement est fermé selon Sirene"), "{page}");
    assert!(house.hubee().organisations().is_empty() && house.hubee().subscriptions().is_empty());
}
