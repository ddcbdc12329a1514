//! What HubEE already has of a collectivité, read before anybody accepts: never written, and nothing said where it can't be.

use chrono::Duration;
use habilis::instruction::Verdict;
use habilis::sandbox::hubee::{Fault, FaultKind, Organisation, Route, Subscription, When};
use reqwest::StatusCode;

use crate::service::scene::journal;
use crate::support::house::{House, hauteluce};

const SIRET: &str = "21730132400018";

fn fails(house: &House, kind: FaultKind) {
    house.hubee().script(Fault { route: Route::Any, kind, when: When::Always, siret: None });
}

#[tokio::test]
async fn what_is_there_already_is_shown_before_an_acceptance() {
    let house = House::with_sources().await;
    let number = house.submitted(hauteluce()).await;
    let check = house.check(number, "C27").await;
    assert_eq!(check.verdict, Verdict::Fine, "{}", check.sentence);
    let now = house.clock.now();
    house.hubee().seed_organisation(Organisation::collectivite(SIRET, "00000", "MAIRIE", now));
    house.hubee().seed_subscription(Subscription::made_by_hand(SIRET, "00000", "ancien@mairie-hauteluce.fr", now));
    house.later(Duration::days(2)).await;
    let mut ada = house.instructeur("Ada").await;
    ada.post(&format!("/instruction/D{number}/sources"), &[]).await;
    house.run_jobs().await;
    let check = house.check(number, "C27").await;
    assert_eq!(check.verdict, Verdict::Blocking, "{}", check.sentence);
    for words in ["code guichet 00000, et non 73132", "administré par une autre personne"] {
        assert!(check.sentence.contains(words), "{}", check.sentence);
    }
    assert!(check.evidence.iter().any(|one| one.text.contains("ancien@mairie-hauteluce.fr")));
    let writes =
        house.hubee().calls().into_iter().filter(|call| call.method != "GET" && call.route != Some(Route::Token));
    assert_eq!(writes.count(), 0, "looking writes nothing");

    // Nobody accepts until they said which code to use; HubEE would keep a second organisation for ever.
    let version = ada.version(number).await;
    let accept = [("version", version.as_str()), ("text", ""), ("confirme", "oui")];
    let refused = ada.post(&format!("/instruction/D{number}/accepter"), &accept).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.main().contains("sous le code guichet 00000, et non 73132"), "{}", refused.main());
    let chosen = [accept.as_slice(), &[("code_cog", "00000")]].concat();
    let done = ada.post(&format!("/instruction/D{number}/accepter"), &chosen).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.main());
    house.run_jobs().await;
    assert_eq!(house.hubee().organisations().len(), 1);
}

#[tokio::test]
async fn hubee_failing_in_every_way() {
    for kind in [FaultKind::Error500Before, FaultKind::Html502, FaultKind::TooMany429, FaultKind::Unauthorized401] {
        let house = House::with_sources().await;
        fails(&house, kind);
        let number = house.submitted(hauteluce()).await;
        let check = house.check(number, "C27").await;
        assert_eq!(check.verdict, Verdict::Unverified, "{kind:?}: {}", check.sentence);
        assert!(check.sentence.contains("ne répond pas depuis"), "{kind:?}: {}", check.sentence);
        house.hubee().clear_faults();
        house.later(Duration::minutes(2)).await;
        assert_eq!(house.verdict(number, "C27").await, Verdict::Fine, "{kind:?}");
    }
}

#[tokio::test]
async fn refused_credentials_stop_every_call_and_are_told_once() {
    let house = House::with_sources().await;
    house.logged_in("Olga", habilis::accounts::Role::Operateur).await;
    fails(&house, FaultKind::Unauthorized401);
    house.submitted(hauteluce()).await;
    let calls = house.hubee().calls().len();
    assert!(calls > 0);
    house.submitted(crate::support::house::commune("Beaufort", "21730034200017", "73034", "73270")).await;
    assert_eq!(house.hubee().calls().len(), calls, "nobody insists");
    let told = house.mails().into_iter().filter(|mail| mail.subject.contains("HubEE")).count();
    assert_eq!(told, 1, "{:?}", house.mails());
}

/// Each call is on the journal of the request; of an answer that is no JSON, its type and its length alone.
#[tokio::test]
async fn what_was_asked_and_answered_is_on_the_journal_of_the_request() {
    let house = House::with_sources().await;
    let html = Fault { route: Route::ListOrganisations, kind: FaultKind::Html502, when: When::Next(1), siret: None };
    house.hubee().script(html);
    let number = house.submitted(hauteluce()).await;
    house.later(Duration::minutes(2)).await;
    let calls = journal(&house, number).await;
    assert!(calls.iter().all(|call| call.step == "checks" && call.method == "GET"), "{calls:?}");
    let failed = calls.iter().find(|call| call.http_status == Some(502)).expect("the failure is kept");
    let kept = failed.response.as_ref().unwrap().0.to_string();
    assert!(kept.starts_with(r#"{"réponse non lue":"text/html, "#) && kept.ends_with(r#" octets"}"#), "{kept}");
    let paths: Vec<&str> =
        calls.iter().filter(|call| call.http_status == Some(200)).map(|call| call.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/organizations?type=SI&companyRegister=21730132400018",
            "/subscriptions?companyRegister=21730132400018&processCode=FormulaireQF"
        ]
    );
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}/mise-en-service/journal")).await.main();
    assert!(page.contains("Contrôles de la demande") && page.contains("HTTP 502"), "{page}");
}
