//! A check is set aside on one request: with a reason, by somebody else than who filed it, until it says something else.

use habilis::accounts::Role;

use super::{WHY, restores, sets_aside, shown};
use crate::queue::numbers;
use crate::support::browser::Browser;
use crate::support::house::{House, hauteluce};

/// Two requests of one SIRET: the first is in force, so that the second is blocked.
async fn blocked() -> (House, Browser, i64) {
    let house = House::open().await;
    let first = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;
    assert_eq!(ada.accepts(first).await.status, 303);
    house.run_jobs().await;
    let second = house.submitted(hauteluce()).await;
    (house, ada, second)
}

#[tokio::test]
async fn what_is_set_aside_no_longer_blocks_and_can_be_let_count_again() {
    let (house, mut ada, number) = blocked().await;
    let version = ada.version(number).await;
    let refused = ada.decides_on(number, &version, "accepter", "").await;
    assert_eq!(refused.status, 422);
    assert!(refused.main().contains("déjà une habilitation en vigueur"), "{}", refused.main());

    let mistyped = sets_aside(&mut ada, number, "C23", "ok <b>").await;
    assert_eq!(mistyped.status, 422);
    assert!(mistyped.words("[role=alert]").contains("trop court"), "{}", mistyped.main());
    assert_eq!(mistyped.words("textarea"), "ok <b>", "what was typed is kept");

    let done = sets_aside(&mut ada, number, "C23", WHY).await;
    assert_eq!(done.location, Some(format!("/instruction/D{number}?fait=ecarte#controles")));
    let page = shown(&mut ada, number).await;
    assert!(page.words("#controle-C23").contains("Écarté par Ada"), "{}", page.main());
    assert!(page.words("#controle-C23").contains(WHY), "{}", page.main());
    assert!(page.words(".habilis-history").contains("Contrôle C23 écarté"), "{}", page.main());
    assert_eq!(page.words(".fr-alert--error"), "", "{}", page.main());

    // It stays when the checks are made again.
    ada.post(&format!("/instruction/D{number}/controles"), &[]).await;
    house.run_jobs().await;
    assert!(shown(&mut ada, number).await.words("#controle-C23").contains("Écarté par Ada"));

    let done = restores(&mut ada, number, "C23").await;
    assert_eq!(done.location, Some(format!("/instruction/D{number}?fait=retabli#controles")));
    let page = shown(&mut ada, number).await;
    assert!(page.words(".fr-alert--error h2").contains("1 point bloque"), "{}", page.main());
    assert!(page.words(".habilis-history").contains("Contrôle C23 rétabli"), "{}", page.main());
    assert_eq!(restores(&mut ada, number, "C23").await.status, 409, "twice is nothing");

    sets_aside(&mut ada, number, "C23", WHY).await;
    assert_eq!(ada.accepts(number).await.status, 303);
}

#[tokio::test]
async fn a_judgement_is_stale_when_the_check_says_something_else() {
    let house = House::open().await;
    let first = house.submitted(hauteluce()).await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;
    sets_aside(&mut ada, number, "C23", WHY).await;
    let asked = "/instruction?controle=C23";
    assert_eq!(numbers(&ada.get(asked).await), [first]);
    assert_eq!(numbers(&ada.get(&format!("{asked}&verdict=ecarte")).await), [number]);

    // A third request comes: nobody judged that.
    let third = house.submitted(hauteluce()).await;
    assert_eq!(numbers(&ada.get(asked).await), [first, number, third]);
    let page = shown(&mut ada, number).await;
    assert!(page.words("#controle-C23").contains("Jugement périmé"), "{}", page.main());
    assert!(page.words("#controle-C23").contains(WHY), "{}", page.main());
    assert!(page.words(".fr-alert--warning h2").contains("à regarder"), "{}", page.main());
    // It is judged again.
    assert_eq!(sets_aside(&mut ada, number, "C23", WHY).await.status, 303);
    assert!(!shown(&mut ada, number).await.main().contains("périmé"));
}

#[tokio::test]
async fn what_can_not_work_is_not_set_aside() {
    let house = House::open().await;
    let mut filing = hauteluce();
    filing.applicant.email = "dgs@ville.alsace".into();
    let number = house.submitted(filing).await;
    let mut ada = house.instructeur("Ada").await;
    let path = format!("/instruction/D{number}/controles/C24");
    let asked = ada.get(&path).await;
    assert_eq!(asked.status, 409);
    assert!(asked.main().contains("HubEE refuserait l’envoi"), "{}", asked.main());
    let known = house.habilitation(number).await;
    let checks = habilis::workflow::checks_of(&house.service, &known).await.unwrap();
    let read = checks.iter().find(|check| check.code == "C24").unwrap().fingerprint();
    let version = known.version.to_string();
    let posted = ada.post(&path, &[("version", &version), ("lu", &read), ("motif", WHY)]).await;
    assert_eq!(posted.status, 409);
    assert!(posted.main().contains(WHY), "what was typed can be copied: {}", posted.main());
    assert_eq!(house.habilitation(number).await, known);
    // Nor what is fine.
    assert_eq!(ada.get(&format!("/instruction/D{number}/controles/C1")).await.status, 409);
}

#[tokio::test]
async fn only_somebody_else_who_may_decide_sets_aside() {
    let house = House::open().await;
    let mut filing = hauteluce();
    filing.applicant.email = "ada@habilis.test".into();
    let number = house.submitted(filing).await;
    let mut ada = house.instructeur("Ada").await;
    let known = house.habilitation(number).await;
    let path = format!("/instruction/D{number}/controles/C12");
    let checks = habilis::workflow::checks_of(&house.service, &known).await.unwrap();
    let read = checks.iter().find(|check| check.code == "C12").unwrap().fingerprint();
    let version = known.version.to_string();
    let form = [("version", version.as_str()), ("lu", read.as_str()), ("motif", WHY)];
    let refused = ada.post(&path, &form).await;
    assert_eq!((refused.status.as_u16(), ada.get(&path).await.status.as_u16()), (403, 403));
    assert!(refused.main().contains("Vous avez déposé cette demande"), "{}", refused.main());
    for (name, role) in [("Lea", Role::Lecteur), ("Oscar", Role::Operateur)] {
        let mut other = house.logged_in(name, role).await;
        assert_eq!(other.post(&path, &form).await.status, 403, "{name}");
        assert_eq!(other.get(&path).await.status, 403, "{name}");
    }
    let stranger = house.anyone().post(&path, &form).await;
    assert!(stranger.status == 401 || stranger.location.is_some_and(|to| to.starts_with("/connexion")));
    assert_eq!(house.habilitation(number).await, known, "nothing was written");

    let mut bruno = house.instructeur("Bruno").await;
    assert_eq!(bruno.post(&path, &form).await.status, 303);
    let late = bruno.post(&path, &form).await;
    assert_eq!(late.status, 409, "the version that was read is not the last");
    assert!(late.main().contains(WHY), "{}", late.main());
    let changed = house.habilitation(number).await.version.to_string();
    let other = [("version", changed.as_str()), ("lu", "autre chose"), ("motif", WHY)];
    assert_eq!(bruno.post(&format!("/instruction/D{number}/controles/C10"), &other).await.status, 409);
}

#[tokio::test]
async fn two_instructeurs_do_not_both_judge() {
    let (house, mut ada, number) = blocked().await;
    let mut bruno = house.instructeur("Bruno").await;
    let path = format!("/instruction/D{number}/controles/C23");
    let read = bruno.get(&path).await;
    assert_eq!(sets_aside(&mut ada, number, "C23", WHY).await.status, 303);
    let form = |name| read.value(&format!("input[name={name}]")).unwrap();
    let (version, lu) = (form("version"), form("lu"));
    let late = bruno.post(&path, &[("version", &version), ("lu", &lu), ("motif", "Je ne suis pas de cet avis.")]).await;
    assert_eq!(late.status, 409);
    assert!(late.main().contains("Ada") && late.main().contains("Je ne suis pas de cet avis."), "{}", late.main());
}
