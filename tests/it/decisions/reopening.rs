use chrono::Duration;

use super::{REASON, assert_shown, decides, verbatim};
use crate::support::browser::Browser;
use crate::support::house::{House, hauteluce};

/// A habilitation in force, its form open, whose demandeur submits changes.
async fn reopened(house: &House, ada: &mut Browser) -> i64 {
    let number = house.submitted(hauteluce()).await;
    decides(house, ada, number, "accepter", "").await;
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    house.later(Duration::hours(1)).await;
    house.datapass().reopen(number).unwrap();
    house.clock.advance(Duration::minutes(5));
    let mut changed = hauteluce();
    changed.recipients = "Agents et élus".into();
    house.datapass().update(number, &changed).unwrap();
    house.clock.advance(Duration::minutes(5));
    house.datapass().submit(number).unwrap();
    house.deliver().await;
    house.sandbox.mailbox.clear();
    number
}

#[tokio::test]
async fn refusing_changes_leaves_what_is_in_force() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let number = reopened(&house, &mut ada).await;
    let asked = decides(&house, &mut ada, number, "refuser", REASON).await;
    let mails = house.mails();
    assert_eq!(mails.len(), 1);
    assert_shown(&asked, &mails[0]);
    assert!(mails[0].subject.contains("de modification est refusée"), "{}", mails[0].subject);
    assert!(verbatim(&asked, "#apercu-texte").contains("Votre habilitation actuelle reste valable"));
    assert_eq!(house.anyone().get("/collectivites/21730132400018").await.status, 200);
}

#[tokio::test]
async fn accepting_changes_is_told_as_such() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let number = reopened(&house, &mut ada).await;
    let asked = decides(&house, &mut ada, number, "accepter", "").await;
    let mails = house.mails();
    assert_eq!(mails.len(), 1, "{:?}", mails.iter().map(|mail| &mail.subject).collect::<Vec<_>>());
    assert_shown(&asked, &mails[0]);
    assert!(verbatim(&asked, "#apercu-texte").contains("Les modifications de l’habilitation"));
    assert_eq!(house.hubee().subscriptions().len(), 1);
}
