//! A service that goes elsewhere: another demandeur, another SIRET, a commune that is part of another one.

use chrono::Duration;
use habilis::sandbox::datapass::Applicant;
use habilis::sandbox::hubee::{Organisation, Subscription};
use habilis::sandbox::sirene::Establishment;
use reqwest::StatusCode;

use super::scene::{gesture, opened, opened_there, suspension, suspensions};
use crate::service::scene::{SIRET, accepted_as, published, quiet, status, tracking};
use crate::support::house::{House, commune};

/// A real commune, so that its SIRET can be verified.
fn beaufort() -> Establishment {
    Establishment {
        siret: "21750001600019".into(),
        name: "COMMUNE DE BEAUFORT".into(),
        legal_category: "7210".into(),
        cog: "73034".into(),
        postal_code: "73270".into(),
        town: "BEAUFORT".into(),
        open: true,
    }
}

fn somebody() -> Applicant {
    Applicant {
        email: "j.martin@mairie-hauteluce.fr".into(),
        given: Some("Jeanne".into()),
        family: Some("Martin".into()),
        ..habilis::sandbox::datapass::Filing::example().applicant
    }
}

async fn status_of(house: &House, siret: &str) -> (StatusCode, String) {
    let page = house.anyone().get(&format!("/collectivites/{siret}")).await;
    (page.status, page.words("main"))
}

fn at_hubee(house: &House, siret: &str) -> String {
    let all = house.hubee().subscriptions();
    all.into_iter().find(|one| one.subscriber.company_register == siret).map_or("none".into(), |one| one.status)
}

#[tokio::test]
async fn another_demandeur_is_not_hubee_s_administrator_and_a_person_is_told() {
    let house = House::open().await;
    let number = opened(&house).await;
    house.clock.advance(Duration::minutes(5));
    house.datapass().transfer(number, &somebody(), None).unwrap();
    house.deliver().await;
    assert_eq!(house.hubee().subscriptions().len(), 1);
    assert_eq!(at_hubee(&house, SIRET), "Actif", "nothing silent");
    assert_eq!(status_of(&house, SIRET).await.0, StatusCode::OK, "families see no difference");
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await;
    assert!(page.main().contains("Administrateur différent"), "{}", page.main());
    let support = page.words("textarea");
    assert!(support.contains("j.martin@mairie-hauteluce.fr") && support.contains("c.bouchet@"), "{support}");
    let told = tracking(&house, number).await.main();
    assert!(told.contains("encore celui du demandeur précédent"), "{told}");
    assert!(!told.contains("c.bouchet"), "nobody's address on a page behind a link: {told}");
}

#[tokio::test]
async fn another_siret_closes_the_old_page_provisions_the_new_body_then_suspends_the_old_abonnement() {
    let house = House::open().await;
    let number = opened(&house).await;
    house.sandbox.sirene.add(beaufort());
    house.clock.advance(Duration::minutes(5));
    house.datapass().transfer(number, &somebody(), Some(&beaufort())).unwrap();
    house.datapass().deliver_pending().await;
    // One job alone: the delivery. HubEE was not called yet.
    let mut first = true;
    while first {
        first = false;
        house.run_jobs().await;
    }
    quiet(&house, number).await;
    house.run_jobs().await;
    assert_eq!(status(&house, number).await, "open");
    let (code, words) = status_of(&house, SIRET).await;
    assert_eq!(code, StatusCode::GONE);
    assert!(words.contains("maintenant proposé par COMMUNE DE BEAUFORT"), "{words}");
    assert_eq!(status_of(&house, &beaufort().siret).await.0, StatusCode::OK);
    assert_eq!(published(&house).await, 1);
    assert_eq!((at_hubee(&house, SIRET), at_hubee(&house, &beaufort().siret)), ("Suspendu".into(), "Actif".into()));
    let row = suspension(&house, number).await;
    assert_eq!((row.siret.as_str(), row.cause.as_str(), row.status.as_str()), (SIRET, "transferred", "suspended"));
    let kit = house.anyone().get(&format!("/collectivites/{SIRET}/qr.png")).await;
    assert_eq!(kit.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(kit.location, Some(format!("/collectivites/{}/qr.png", beaufort().siret)));
}

#[tokio::test]
async fn a_transfer_whose_new_body_waits_says_so_and_keeps_the_old_abonnement_a_while() {
    let house = House::with(&[("HUBEE_ACTIVATION", "manual")]).await;
    let number = crate::service::scene::accepted(&house).await;
    house.run_jobs().await;
    house.hubee().agent_activates(SIRET);
    house.later(Duration::hours(2)).await;
    assert_eq!(status(&house, number).await, "open");
    house.sandbox.sirene.add(beaufort());
    house.datapass().transfer(number, &somebody(), Some(&beaufort())).unwrap();
    house.deliver().await;
    let (code, words) = status_of(&house, SIRET).await;
    assert_eq!(code, StatusCode::GONE);
    assert!(words.contains("pas encore ouvert"), "{words}");
    assert_eq!(
        (at_hubee(&house, SIRET), suspension(&house, number).await.status.as_str()),
        ("Actif".into(), "waiting")
    );
    // Never activated: the old one does not wait for ever.
    crate::service::scene::wait(&house, Duration::days(8), Duration::hours(12)).await;
    assert_eq!(at_hubee(&house, SIRET), "Suspendu");
}

#[tokio::test]
async fn a_merger_is_opened_by_a_person_and_said_on_the_old_page() {
    let house = House::open().await;
    let number = opened_there(&house).await;
    let mut ada = house.instructeur("Ada").await;
    house.sandbox.sirene.add(Establishment { open: false, ..beaufort() });
    let siret = beaufort().siret;
    for (typed, sentence) in [
        ("123", "quatorze chiffres"),
        (SIRET, "déjà celui de la collectivité"),
        ("21690123100011", "ne connaît pas ce SIRET"),
        (siret.as_str(), "fermé"),
    ] {
        let page = gesture(&house, &mut ada, number, "formulaire/fusion", &[("siret-fusion", typed)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(page.main().contains(sentence), "{typed}: {}", page.main());
        assert_eq!(page.value("#siret-fusion").as_deref(), Some(typed), "what was typed is kept");
    }
    house.sandbox.sirene.add(beaufort());
    let done = gesture(&house, &mut ada, number, "formulaire/fusion", &[("siret-fusion", &siret)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    quiet(&house, number).await;
    house.run_jobs().await;
    assert_eq!(status(&house, number).await, "open");
    let (code, words) = status_of(&house, SIRET).await;
    assert_eq!(code, StatusCode::GONE);
    assert!(words.contains("COMMUNE DE HAUTELUCE fait désormais partie de COMMUNE DE BEAUFORT"), "{words}");
    let list = house.anyone().get("/api/collectivites").await.text;
    assert_eq!(list, r#"[{"name":"COMMUNE DE BEAUFORT","siret":"21750001600019","code_cog":"73034"}]"#);
    assert_eq!((at_hubee(&house, SIRET), at_hubee(&house, &siret)), ("Suspendu".into(), "Actif".into()));
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("Fusion de communes"), "{page}");

    // DataPass still says the old commune: the merger stands.
    house.clock.advance(Duration::minutes(5));
    house.datapass().reopen(number).unwrap();
    house.clock.advance(Duration::minutes(1));
    house.datapass().submit(number).unwrap();
    house.clock.advance(Duration::minutes(1));
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    quiet(&house, number).await;
    assert_eq!(status_of(&house, SIRET).await.0, StatusCode::GONE);
    assert_eq!(status_of(&house, &siret).await.0, StatusCode::OK);
    assert_eq!((at_hubee(&house, SIRET), at_hubee(&house, &siret)), ("Suspendu".into(), "Actif".into()));
    assert_eq!(suspensions(&house, number).await.len(), 1);

    // Revoked in the end: what is served stops.
    house.clock.advance(Duration::minutes(5));
    super::scene::revoke(&house, number).await;
    house.run_jobs().await;
    assert_eq!(status_of(&house, &siret).await.0, StatusCode::GONE);
    assert_eq!(at_hubee(&house, &siret), "Suspendu");
}

#[tokio::test]
async fn two_instructeurs_open_one_merger() {
    let house = House::open().await;
    let number = opened(&house).await;
    house.sandbox.sirene.add(beaufort());
    let (mut ada, mut bruno) = (house.instructeur("Ada").await, house.instructeur("Bruno").await);
    let version = house.habilitation(number).await.version.to_string();
    let form = [("version", version.as_str()), ("siret-fusion", "21750001600019")];
    let path = format!("/instruction/D{number}/formulaire/fusion");
    assert_eq!(ada.post(&path, &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(bruno.post(&path, &form).await.status, StatusCode::CONFLICT);
}

/// The new commune has its own habilitation and its form is open: the old page leads there, and nothing of it is touched.
#[tokio::test]
async fn a_merger_into_a_commune_already_open_under_another_request() {
    let house = House::open().await;
    let number = opened(&house).await;
    let siret = beaufort().siret;
    let there = accepted_as(&house, commune("Beaufort", &siret, "73034", "73270")).await;
    quiet(&house, there).await;
    assert_eq!(status(&house, there).await, "open");
    house.sandbox.sirene.add(beaufort());
    let before = house.hubee().subscriptions().into_iter().find(|one| one.subscriber.company_register == siret);
    let mut ada = house.instructeur("Ada").await;
    let done = gesture(&house, &mut ada, number, "formulaire/fusion", &[("siret-fusion", &siret)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    house.run_jobs().await;
    let (code, words) = status_of(&house, SIRET).await;
    assert_eq!(code, StatusCode::GONE);
    assert!(words.contains("fait désormais partie de COMMUNE DE BEAUFORT"), "{words}");
    assert_eq!(status_of(&house, &siret).await.0, StatusCode::OK);
    assert_eq!(at_hubee(&house, SIRET), "Suspendu", "it waits for no form: that one is open");
    let relaunch = gesture(&house, &mut ada, number, "mise-en-service/relancer", &[]).await;
    assert_eq!(relaunch.status, StatusCode::SEE_OTHER, "{}", relaunch.text);
    let after = house.hubee().subscriptions().into_iter().find(|one| one.subscriber.company_register == siret);
    assert_eq!(after, before, "another request's");
    assert_eq!((status(&house, there).await.as_str(), published(&house).await), ("open", 1));

    // Revoked, the old request closes nothing of the other's.
    house.clock.advance(Duration::minutes(5));
    super::scene::revoke(&house, number).await;
    house.run_jobs().await;
    assert_eq!(status_of(&house, &siret).await.0, StatusCode::OK);
    assert_eq!(at_hubee(&house, &siret), "Actif");
}

/// The new commune has an abonnement that somebody else made: it is taken, as it stands, for the new body.
#[tokio::test]
async fn a_merger_into_a_commune_that_hubee_knows_adopts_its_abonnement() {
    let house = House::open().await;
    let number = opened(&house).await;
    let (siret, now) = (beaufort().siret, house.clock.now());
    house.hubee().seed_organisation(Organisation::collectivite(&siret, "73034", "BEAUFORT", now));
    let known = Subscription::made_by_hand(&siret, "73034", "ancien@mairie-beaufort.fr", now);
    house.hubee().seed_subscription(known.clone());
    house.sandbox.sirene.add(beaufort());
    let mut ada = house.instructeur("Ada").await;
    gesture(&house, &mut ada, number, "formulaire/fusion", &[("siret-fusion", &siret)]).await;
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "held");
    assert_eq!(at_hubee(&house, SIRET), "Actif", "kept until the new form is open");
    let id = known.id.to_string();
    let own = [("choix", "adopter"), ("montre", id.as_str())];
    let done = gesture(&house, &mut ada, number, "mise-en-service/rattacher", &own).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    quiet(&house, number).await;
    house.run_jobs().await;
    assert_eq!(status(&house, number).await, "open");
    assert_eq!(status_of(&house, &siret).await.0, StatusCode::OK);
    assert!(house.hubee().subscriptions().contains(&known), "it is taken as it stands");
    assert_eq!(at_hubee(&house, SIRET), "Suspendu");
}
