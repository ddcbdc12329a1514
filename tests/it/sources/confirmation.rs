//! The demandeur confirms their address: by a gesture, since mail filters open every link.

use habilis::instruction::Verdict;

use crate::support::house::{House, hauteluce};

#[tokio::test]
async fn opening_the_link_confirms_nothing_and_the_button_does() {
    let house = House::with_sources().await;
    let number = house.submitted(hauteluce()).await;
    let path = format!("/suivi/{}", house.habilitation(number).await.tracking_token);
    let mut demandeur = house.anyone();
    let page = demandeur.get(&path).await;
    assert!(page.main().contains("Je confirme que cette adresse est la mienne"));
    assert!(!page.text.contains("c.bouchet@"), "the page shows nobody's address");
    assert_eq!(demandeur.get(&format!("{path}/adresse")).await.status, 303);
    house.run_jobs().await;
    assert_eq!(house.verdict(number, "C10").await, Verdict::Info);

    for _ in 0..2 {
        assert_eq!(demandeur.post(&format!("{path}/adresse"), &[]).await.status, 303);
    }
    house.run_jobs().await;
    let check = house.check(number, "C10").await;
    assert_eq!(check.verdict, Verdict::Fine);
    assert!(check.evidence.iter().any(|one| one.source == "Page de suivi" && one.at.is_some()));
    assert!(demandeur.get(&path).await.main().contains("Vous avez confirmé votre adresse"));
    assert_eq!(demandeur.post("/suivi/autre-lien/adresse", &[]).await.status, 404);
}

#[tokio::test]
async fn nothing_more_is_asked_once_the_answer_was_given() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let path = format!("/suivi/{}", house.habilitation(number).await.tracking_token);
    assert_eq!(house.instructeur("Ada").await.accepts(number).await.status, 303);
    assert!(!house.anyone().get(&path).await.main().contains("Votre adresse électronique"));
}
