//! A pause by hand: families are told, the list leaves it out, the abonnement stays; and it ends as it began.

use reqwest::StatusCode;

use super::scene::{gesture, opened, revoke, subscription};
use crate::service::scene::{SIRET, mails, public_page, published, quiet, relaunched, tracking};
use crate::support::house::House;

const REASON: &str = "Changement de logiciel.";

async fn paused(house: &House, number: i64) -> crate::support::browser::Browser {
    let mut ada = house.instructeur("Ada").await;
    let done = gesture(house, &mut ada, number, "formulaire/pause", &[("motif-pause", REASON)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    ada
}

#[tokio::test]
async fn a_pause_is_told_to_families_programs_and_the_demandeur_then_ends() {
    let house = House::open().await;
    let number = opened(&house).await;
    let mut ada = house.instructeur("Ada").await;
    let blank = gesture(&house, &mut ada, number, "formulaire/pause", &[("motif-pause", "  ")]).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(blank.main().contains("Motif de la pause"), "{}", blank.main());
    assert_eq!(published(&house).await, 1);
    gesture(&house, &mut ada, number, "formulaire/pause", &[("motif-pause", REASON)]).await;

    let page = house.anyone().get(&format!("/collectivites/{SIRET}")).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.main().contains("service momentanément suspendu"), "{}", page.main());
    assert!(!page.main().contains(REASON), "the reason is not for families");
    assert_eq!(published(&house).await, 0);
    assert_eq!(subscription(&house).status, "Actif");
    assert_eq!(mails(&house, "momentanément suspendu").len(), 1);
    let told = tracking(&house, number).await.main();
    assert!(told.contains("Votre formulaire est momentanément suspendu"), "{told}");
    let request = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(request.contains("Formulaire en pause") && request.contains(REASON), "{request}");

    // A mise en service that runs again meanwhile ends no pause.
    relaunched(&house, number).await;
    quiet(&house, number).await;
    assert_eq!(public_page(&house).await, StatusCode::SERVICE_UNAVAILABLE);

    let done = gesture(&house, &mut ada, number, "formulaire/reprise", &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!((public_page(&house).await, published(&house).await), (StatusCode::OK, 1));
    assert_eq!(mails(&house, "de nouveau ouvert").len(), 1);
}

#[tokio::test]
async fn two_instructeurs_pause_once_and_roles_are_kept() {
    let house = House::open().await;
    let number = opened(&house).await;
    let (mut ada, mut bruno) = (house.instructeur("Ada").await, house.instructeur("Bruno").await);
    let version = house.habilitation(number).await.version.to_string();
    let form = [("version", version.as_str()), ("motif-pause", REASON)];
    let path = format!("/instruction/D{number}/formulaire/pause");
    let mut lise = house.logged_in("Lise", habilis::accounts::Role::Lecteur).await;
    assert_eq!(lise.post(&path, &form).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ada.post(&path, &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(bruno.post(&path, &form).await.status, StatusCode::CONFLICT);
    let again = gesture(&house, &mut bruno, number, "formulaire/pause", &[("motif-pause", REASON)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "paused already");
    let history = crate::service::scene::history(&house, number).await;
    assert_eq!(history.iter().filter(|event| format!("{event:?}").contains("Paused")).count(), 1);
}

#[tokio::test]
async fn a_revocation_ends_the_pause() {
    let house = House::open().await;
    let number = opened(&house).await;
    let _ada = paused(&house, number).await;
    revoke(&house, number).await;
    assert_eq!(public_page(&house).await, StatusCode::GONE);
}
