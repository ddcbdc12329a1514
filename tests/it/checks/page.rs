//! The page of a request opens on the verdict.

use habilis::accounts::Role;

use super::{sets_aside, shown};
use crate::support::house::{House, hauteluce};

#[tokio::test]
async fn a_file_is_not_called_green_when_its_essential_points_were_not_verified() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;
    let page = shown(&mut ada, number).await;
    assert!(page.words(".fr-alert").contains("n’ont pas été vérifiés automatiquement"), "{}", page.main());
    assert!(!page.main().contains("Dossier conforme"), "{}", page.main());
    assert!(page.words("#controle-C10").contains("Source non configurée"), "{}", page.main());
    assert!(page.words("#controle-C10").contains("non vérifié"), "{}", page.main());
    // What is fine is there, folded.
    assert!(page.words("details #controle-C1").contains("217 301 324 00018"), "{}", page.main());
    // It is accepted all the same, by who confirms.
    assert_eq!(ada.accepts(number).await.status, 303);
}

#[tokio::test]
async fn a_green_file_says_so_and_is_accepted_in_one_click() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    house.verified_by_hand(number).await;
    let mut ada = house.instructeur("Ada").await;
    let page = shown(&mut ada, number).await;
    assert_eq!(page.words(".fr-alert--success h2"), "Dossier conforme : rien à regarder");
    assert!(page.main().contains("points écartés par un instructeur"), "{}", page.main());
    assert!(page.main().contains("Dossier conforme : accepter"), "{}", page.main());
}

#[tokio::test]
async fn what_is_not_fine_is_shown_first_with_what_was_read() {
    let house = House::open().await;
    let mut filing = hauteluce();
    filing.applicant.email = "mairie@hauteluce.alsace".into();
    filing.recipients = "Berger-Levrault".into();
    let number = house.submitted(filing).await;
    let mut ada = house.instructeur("Ada").await;
    let page = shown(&mut ada, number).await;
    let title = page.words(".fr-alert--error h2");
    assert_eq!(title, "1 point bloque l’acceptation, 3 autres sont à regarder");
    let order: Vec<String> = ["C24", "C11", "C29"].iter().map(|code| format!("id=\"controle-{code}\"")).collect();
    let places: Vec<usize> = order.iter().map(|id| page.text.find(id).expect("the point")).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(page.words("#controle-C24 details").contains("mairie@hauteluce.alsace"), "{}", page.main());
    assert!(page.words("#controle-C24").contains("ne peut pas être écarté"), "{}", page.main());
    assert!(page.text.contains(&format!("/instruction/D{number}/controles/C11")));
    // Each on its own, one point is lifted and the title follows.
    assert_eq!(sets_aside(&mut ada, number, "C11", "La mairie n’a que cette adresse.").await.status, 303);
    let page = shown(&mut ada, number).await;
    assert_eq!(page.words(".fr-alert--error h2"), "1 point bloque l’acceptation, 2 autres sont à regarder");
}

#[tokio::test]
async fn checks_are_made_again_when_somebody_asks() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;
    let again = format!("/instruction/D{number}/controles");
    let done = ada.post(&again, &[]).await;
    assert_eq!(done.location, Some(format!("/instruction/D{number}?fait=controles#controles")));
    assert!(ada.get(&done.location.unwrap()).await.words("[role=status]").contains("refaits"));
    let mut lea = house.logged_in("Lea", Role::Lecteur).await;
    assert_eq!(lea.post(&again, &[]).await.status, 403);
    let page = shown(&mut lea, number).await;
    assert!(!page.main().contains("Écarter ce point") && !page.main().contains("Refaire"), "{}", page.main());
}

#[tokio::test]
async fn a_request_that_is_decided_keeps_its_checks_to_read() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;
    assert_eq!(ada.accepts(number).await.status, 303);
    house.run_jobs().await;
    let page = shown(&mut ada, number).await;
    assert!(page.main().contains("Contrôles"), "{}", page.main());
    assert!(!page.main().contains("Écarter ce point"), "{}", page.main());
    assert_eq!(ada.get(&format!("/instruction/D{number}/controles/C99")).await.status, 404);
}
