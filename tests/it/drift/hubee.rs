//! What HubEE shows and we don't.

use habilis::sandbox::hubee::{Fault, FaultKind, Organisation, Route, Subscription, When};

use super::scene::{difference, kinds, night, standing};
use crate::service::scene::SIRET;
use crate::stopping::scene::{calls, in_the_portal, opened, revoke, subscription};
use crate::support::house::House;

#[tokio::test]
async fn nothing_differs_and_the_page_says_so() {
    let house = House::open().await;
    opened(&house).await;
    let mut ada = house.instructeur("Ada").await;
    let before = ada.get("/instruction/ecarts").await.main();
    assert!(before.contains("Aucune comparaison n’a encore eu lieu"), "{before}");
    night(&house).await;
    // The night ended the session.
    let mut bruno = house.instructeur("Bruno").await;
    let page = bruno.get("/instruction/ecarts").await.main();
    assert!(page.contains("Aucun écart n’est à traiter") && page.contains("1 collectivité comparée"), "{page}");
    assert_eq!(kinds(&house).await, Vec::<String>::new());
}

#[tokio::test]
async fn suspended_by_the_collectivite_itself() {
    let house = House::open().await;
    opened(&house).await;
    in_the_portal(&house, |subscription| subscription.status = "Suspendu".into());
    night(&house).await;
    let row = difference(&house).await;
    assert_eq!((row.kind.as_str(), row.found.as_str(), row.siret.as_str()), ("inactif", "Suspendu", SIRET));
    assert_eq!(subscription(&house).status, "Suspendu", "nothing is mended silently");
    let first = row.first_seen_at;
    night(&house).await;
    let row = difference(&house).await;
    assert!(row.first_seen_at == first && row.last_seen_at > first, "{row:?}");
    in_the_portal(&house, |subscription| subscription.status = "Actif".into());
    night(&house).await;
    assert!(standing(&house).await.is_empty(), "gone");
}

#[tokio::test]
async fn active_again_long_after_its_suspension_was_verified() {
    let house = House::open().await;
    let number = opened(&house).await;
    revoke(&house, number).await;
    house.run_jobs().await;
    crate::stopping::scene::next_day(&house).await;
    night(&house).await;
    assert!(standing(&house).await.is_empty());
    in_the_portal(&house, |subscription| subscription.status = "Actif".into());
    night(&house).await;
    assert_eq!(kinds(&house).await, ["reactive"]);
}

#[tokio::test]
async fn another_administrator() {
    let house = House::open().await;
    opened(&house).await;
    in_the_portal(&house, |subscription| subscription.local_administrator = "autre@mairie-hauteluce.fr".into());
    night(&house).await;
    let row = difference(&house).await;
    assert_eq!((row.kind.as_str(), row.found.as_str()), ("administrateur", "autre@mairie-hauteluce.fr"));
}

#[tokio::test]
async fn an_abonnement_that_we_do_not_know() {
    let house = House::open().await;
    opened(&house).await;
    let siret = "21750001600019";
    house.hubee().seed_organisation(Organisation::collectivite(siret, "75056", "VILLE DE PARIS", house.clock.now()));
    house.hubee().seed_subscription(Subscription::made_by_hand(siret, "75056", "x@paris.fr", house.clock.now()));
    night(&house).await;
    let row = difference(&house).await;
    assert_eq!((row.kind.as_str(), row.siret.as_str(), row.habilitation_id), ("inconnu", siret, None));
    assert_eq!(row.found, "Actif, fait à la main");
}

#[tokio::test]
async fn lists_refused_ours_are_read_one_by_one() {
    let house = House::open().await;
    opened(&house).await;
    in_the_portal(&house, |subscription| subscription.status = "Suspendu".into());
    let refused =
        Fault { route: Route::ListSubscriptions, kind: FaultKind::Forbidden403, when: When::Always, siret: None };
    house.hubee().script(refused);
    house.hubee().clear_calls();
    night(&house).await;
    assert_eq!(difference(&house).await.kind, "inactif");
    assert_eq!(calls(&house, Route::GetSubscription), 1);
}

#[tokio::test]
async fn nothing_may_be_read_and_the_page_says_so() {
    let house = House::open().await;
    opened(&house).await;
    for route in [Route::ListSubscriptions, Route::GetSubscription] {
        house.hubee().script(Fault { route, kind: FaultKind::Forbidden403, when: When::Always, siret: None });
    }
    night(&house).await;
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get("/instruction/ecarts").await.main();
    assert!(page.contains("HubEE refuse de montrer les abonnements"), "{page}");
    assert!(standing(&house).await.is_empty(), "what was not read is not a difference");
}

#[tokio::test]
async fn credentials_refused_it_rests_until_the_next_night() {
    let house = House::open().await;
    opened(&house).await;
    in_the_portal(&house, |subscription| subscription.status = "Suspendu".into());
    let refused = Fault { route: Route::Token, kind: FaultKind::Unauthorized401, when: When::Always, siret: None };
    house.hubee().script(refused);
    house.clock.advance(chrono::Duration::hours(2));
    house.hubee().clear_calls();
    night(&house).await;
    assert!(calls(&house, Route::Token) <= 2, "it does not insist: {}", calls(&house, Route::Token));
    let mut ada = house.instructeur("Ada").await;
    assert!(ada.get("/instruction/ecarts").await.main().contains("HubEE refuse nos identifiants"));
    house.hubee().clear_faults();
    night(&house).await;
    assert_eq!(difference(&house).await.kind, "inactif");
}
