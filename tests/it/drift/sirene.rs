//! What Sirene shows and we don't, within its quota.

use habilis::sandbox::sirene::{Establishment, Fault};
use habilis::store::{collectivites, provisioning};
use reqwest::StatusCode;

use super::scene::{difference, kinds, night, settle, standing};
use crate::service::scene::{SIRET, public_page, quiet, status};
use crate::stopping::scene::{opened, subscription, suspension};
use crate::support::house::House;

fn hauteluce(change: impl FnOnce(&mut Establishment)) -> Establishment {
    let mut establishment = Establishment::example();
    change(&mut establishment);
    establishment
}

#[tokio::test]
async fn a_closed_establishment_is_closed_by_a_person() {
    let house = House::open().await;
    let number = opened(&house).await;
    house.sandbox.sirene.add(hauteluce(|one| one.open = false));
    night(&house).await;
    let row = difference(&house).await;
    assert_eq!((row.kind.as_str(), row.found.as_str()), ("ferme", "Fermé"));
    assert_eq!(public_page(&house).await, StatusCode::OK, "nothing silent");
    let mut ada = house.instructeur("Ada").await;
    let done = settle(&house, &mut ada, &row, "traiter", &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(public_page(&house).await, StatusCode::GONE);
    assert_eq!(subscription(&house).status, "Suspendu");
    assert_eq!(suspension(&house, number).await.cause, "closed");
    assert!(standing(&house).await.is_empty());
    night(&house).await;
    assert!(standing(&house).await.is_empty(), "a closed form is not compared");
}

#[tokio::test]
async fn a_new_name_is_published_when_a_person_says_so() {
    let house = House::open().await;
    opened(&house).await;
    house.sandbox.sirene.add(hauteluce(|one| one.name = "COMMUNE DE HAUTELUCE LES SAISIES".into()));
    night(&house).await;
    let row = difference(&house).await;
    assert_eq!(row.kind, "nom");
    assert!(house.anyone().get("/api/collectivites").await.text.contains(r#""COMMUNE DE HAUTELUCE""#));
    let mut ada = house.instructeur("Ada").await;
    assert_eq!(settle(&house, &mut ada, &row, "traiter", &[]).await.status, StatusCode::SEE_OTHER);
    assert!(house.anyone().get("/api/collectivites").await.text.contains("LES SAISIES"));
    night(&house).await;
    assert!(standing(&house).await.is_empty());
}

#[tokio::test]
async fn a_new_code_is_only_published_once_hubee_knows_it() {
    let house = House::open().await;
    let number = opened(&house).await;
    house.sandbox.sirene.add(hauteluce(|one| one.cog = "73999".into()));
    night(&house).await;
    let row = difference(&house).await;
    assert_eq!((row.kind.as_str(), row.found.as_str()), ("commune", "73999"));
    let mut ada = house.instructeur("Ada").await;
    let refused = settle(&house, &mut ada, &row, "traiter", &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.main().contains("ferait perdre des dossiers"), "{}", refused.main());
    assert!(house.anyone().get("/api/collectivites").await.text.contains("73132"));

    let at = house.clock.now();
    let branch = habilis::sandbox::hubee::Organisation::collectivite(SIRET, "73999", "COMMUNE DE HAUTELUCE", at);
    house.hubee().seed_organisation(branch);
    let mut moved = subscription(&house);
    moved.id = uuid::Uuid::new_v4();
    moved.subscriber = habilis::sandbox::hubee::Triple::si(SIRET, "73999");
    house.hubee().seed_subscription(moved.clone());
    let done = settle(&house, &mut ada, &row, "traiter", &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert!(house.anyone().get("/api/collectivites").await.text.contains("73999"));
    assert_eq!(house.provisioning(number).await.unwrap().subscription_id, Some(moved.id.to_string()));
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "open");
}

#[tokio::test]
async fn sirene_away_is_asked_again_and_invents_nothing() {
    let house = House::open().await;
    opened(&house).await;
    house.sandbox.sirene.switch.set(Some(Fault::Down503));
    night(&house).await;
    assert_eq!(kinds(&house).await, Vec::<String>::new());
    house.sandbox.sirene.switch.set(None);
    house.sandbox.sirene.add(hauteluce(|one| one.open = false));
    house.later(chrono::Duration::hours(2)).await;
    assert_eq!(kinds(&house).await, ["ferme"]);
}

#[tokio::test]
async fn a_code_chosen_against_the_register_hides_this_code_alone() {
    let house = House::open().await;
    let number = opened(&house).await;
    // The form was opened under a code that a person chose: the register's is another.
    let mut row = house.provisioning(number).await.unwrap();
    row.corrections.0["code_cog"] = "73999".into();
    let mut tx = house.db.begin().await.unwrap();
    provisioning::save(tx.cx(), &row).await.unwrap();
    collectivites::describe(tx.cx(), SIRET, "COMMUNE DE HAUTELUCE", "73999", "73").await.unwrap();
    tx.commit().await.unwrap();
    house.sandbox.sirene.add(hauteluce(|_| {}));
    night(&house).await;
    assert_eq!(kinds(&house).await, Vec::<String>::new(), "chosen against this very code");
    house.sandbox.sirene.add(hauteluce(|one| one.cog = "73500".into()));
    night(&house).await;
    let row = difference(&house).await;
    assert_eq!((row.kind.as_str(), row.expected.as_str(), row.found.as_str()), ("commune", "73999", "73500"));
}
