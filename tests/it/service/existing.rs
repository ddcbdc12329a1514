//! What HubEE already knows: taken as it stands when it is ours, shown to a person when it is not, never overwritten.

use chrono::Duration;
use habilis::sandbox::hubee::{FaultKind, Organisation, Route, Subscription, When};
use reqwest::StatusCode;

use super::scene::{COG, SIRET, accept, accepted, assert_open, public_page, published, quiet, status};
use crate::support::browser::{Browser, Page};
use crate::support::house::{House, commune, hauteluce};

fn town_hall(house: &House, branch: &str) -> Organisation {
    Organisation::collectivite(SIRET, branch, "MAIRIE DE HAUTELUCE", house.clock.now())
}

/// A subscription that somebody else made, changed by `change`.
fn foreign(house: &House, change: impl FnOnce(&mut Subscription)) -> Subscription {
    house.hubee().seed_organisation(town_hall(house, COG));
    let mut subscription = Subscription::made_by_hand(SIRET, COG, "ancien@mairie-hauteluce.fr", house.clock.now());
    change(&mut subscription);
    house.hubee().seed_subscription(subscription.clone());
    subscription
}

async fn held(house: &House) -> (i64, Browser, String) {
    let number = accepted(house).await;
    quiet(house, number).await;
    assert_eq!(status(house, number).await, "held");
    assert_eq!(public_page(house).await, StatusCode::NOT_FOUND);
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("Une personne est demandée"), "{page}");
    (number, ada, page)
}

/// The person sets right what is sent, then the jobs run.
pub async fn correct(house: &House, browser: &mut Browser, number: i64, field: &str, value: &str) {
    let version = browser.version(number).await;
    let path = format!("/instruction/D{number}/mise-en-service/corriger");
    let page = browser.post(&path, &[("version", version.as_str()), (field, value)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    quiet(house, number).await;
}

/// The person takes the abonnement that HubEE has, as it was shown, then the jobs run.
pub async fn adopt(house: &House, browser: &mut Browser, number: i64, shown: &Subscription) {
    let version = browser.version(number).await;
    let path = format!("/instruction/D{number}/mise-en-service/rattacher");
    let id = shown.id.to_string();
    let form = [("version", version.as_str()), ("choix", "adopter"), ("montre", id.as_str())];
    let page = browser.post(&path, &form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    quiet(house, number).await;
}

#[tokio::test]
async fn an_organisation_already_there_is_used_as_it_stands() {
    let house = House::open().await;
    house.hubee().seed_organisation(town_hall(&house, COG));
    let before = house.hubee().organisations();
    let number = accepted(&house).await;
    quiet(&house, number).await;
    assert_open(&house, number, "adopted").await;
    assert_eq!(house.hubee().organisations(), before);
}

#[tokio::test]
async fn another_branch_asks_a_person_who_may_use_it() {
    let house = House::open().await;
    house.hubee().seed_organisation(town_hall(&house, "00000"));
    let (number, mut ada, page) = held(&house).await;
    assert!(page.contains("HubEE connaît déjà ce SIRET sous le code guichet 00000"), "{page}");
    assert_eq!(house.hubee().organisations().len(), 1);
    correct(&house, &mut ada, number, "code_cog", "00000").await;
    assert_open(&house, number, "branch chosen").await;
    // The form sends its télédossiers to the organisation as HubEE names it.
    let list = house.anyone().get("/api/collectivites").await.text;
    assert!(list.contains(r#""code_cog":"00000""#), "{list}");
    let page = house.anyone().get("/collectivites?departement=73").await;
    assert!(page.text.contains(crate::service::scene::SIRET), "a code of old is in no département: {}", page.main());
}

/// Nobody knows how it is called: the name that a person gives HubEE is the one that families read.
#[tokio::test]
async fn a_nameless_body_is_published_under_the_name_that_a_person_gives() {
    let house = House::open().await;
    let mut filing = commune("X", "21730099500016", COG, "73620");
    filing.organisation = "[ND]".into();
    let number = house.submitted(filing).await;
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "held");
    let mut ada = house.instructeur("Ada").await;
    correct(&house, &mut ada, number, "name", "COMMUNE SANS NOM").await;
    assert_eq!(status(&house, number).await, "open", "{:?}", house.provisioning(number).await);
    let list = house.anyone().get("/api/collectivites").await.text;
    assert!(list.contains("COMMUNE SANS NOM") && !list.contains("[ND]"), "{list}");
}

#[tokio::test]
async fn an_organisation_that_is_not_active_asks_a_person() {
    let house = House::open().await;
    let mut organisation = town_hall(&house, COG);
    organisation.status = "Suspendu".into();
    house.hubee().seed_organisation(organisation);
    let (_, _, page) = held(&house).await;
    assert!(page.contains("L’organisation existe dans HubEE à l’état « Suspendu »"), "{page}");
    assert!(house.hubee().subscriptions().is_empty());
}

#[tokio::test]
async fn a_subscription_of_another_request_is_adopted_on_demand_with_its_access_mode() {
    let house = House::open().await;
    let before = foreign(&house, |subscription| {
        subscription.datapass_id = 4242;
        subscription.status = "Inactif".into();
    });
    let (number, mut ada, page) = held(&house).await;
    assert!(page.contains("dont l’administrateur est différent"), "{page}");
    assert!(page.contains("D4242") && page.contains("Texte pour le support HubEE"), "{page}");
    assert!(page.contains("Le rattacher tel quel"), "{page}");
    assert_eq!(house.hubee().subscriptions(), vec![before.clone()], "overwritten");
    adopt(&house, &mut ada, number, &before).await;
    let after = house.hubee().subscriptions();
    assert_eq!(after.len(), 1);
    assert_eq!((after[0].id, after[0].status.as_str()), (before.id, "Actif"));
    assert_eq!(after[0].access_mode, before.access_mode);
    assert_eq!(after[0].notification_frequency, before.notification_frequency);
    assert_eq!((after[0].datapass_id, &after[0].local_administrator), (4242, &before.local_administrator));
    assert_eq!(status(&house, number).await, "open");
    assert_eq!(public_page(&house).await, StatusCode::OK);
    let history = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(history.contains("Décision sur la mise en service : Rattacher l’abonnement existant"), "{history}");
}

#[tokio::test]
async fn an_active_subscription_made_by_hand_is_adopted_untouched() {
    let house = House::open().await;
    let before = foreign(&house, |_| {});
    let (number, mut ada, page) = held(&house).await;
    assert!(page.contains("créé à la main"), "{page}");
    adopt(&house, &mut ada, number, &before).await;
    assert_eq!(house.hubee().subscriptions(), vec![before]);
    assert_eq!(status(&house, number).await, "open");
}

#[tokio::test]
async fn a_suspended_subscription_is_never_woken() {
    let house = House::open().await;
    let before = foreign(&house, |subscription| subscription.status = "Suspendu".into());
    let (number, mut ada, page) = held(&house).await;
    assert!(page.contains("état : Suspendu au lieu de"), "{page}");
    adopt(&house, &mut ada, number, &before).await;
    assert_eq!(status(&house, number).await, "held");
    assert_eq!(house.hubee().subscriptions(), vec![before]);
    assert_eq!(public_page(&house).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn our_own_subscription_suspended_meanwhile_stays_so() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let before = foreign(&house, |subscription| {
        subscription.datapass_id = number;
        subscription.status = "Suspendu".into();
    });
    accept(&house, number).await;
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "held");
    assert_eq!(house.hubee().subscriptions(), vec![before]);
}

#[tokio::test]
async fn two_requests_for_one_siret_make_one_subscription() {
    let house = House::open().await;
    let first = house.submitted(hauteluce()).await;
    let second = house.submitted(hauteluce()).await;
    accept(&house, first).await;
    // Blocked by the first, which an instructeur knows of.
    house.verified_by_hand(second).await;
    accept(&house, second).await;
    quiet(&house, first).await;
    quiet(&house, second).await;
    assert_open(&house, first, "first").await;
    assert_eq!(status(&house, second).await, "held");
    assert_eq!(house.hubee().subscriptions()[0].datapass_id, first);
    assert_eq!(published(&house).await, 1);
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{second}")).await.main();
    assert!(page.contains(&format!("demande : D{first} au lieu de D{second}")), "{page}");
    let known = house.hubee().subscriptions()[0].clone();
    adopt(&house, &mut ada, second, &known).await;
    assert_eq!(status(&house, second).await, "open");
    assert_eq!((house.hubee().subscriptions().len(), published(&house).await), (1, 1));
}

/// Another body than the one that was set up: nothing of what was done holds for it, and the first one's form closes.
#[tokio::test]
async fn a_request_that_moves_to_another_body_starts_over_there() {
    let house = House::open().await;
    let number = accepted(&house).await;
    quiet(&house, number).await;
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    let lyon = commune("Lyon", "21690123100011", "69123", "69001").establishment();
    let applicant = hauteluce().applicant;
    house.later(chrono::Duration::hours(1)).await;
    house.datapass().reopen(number).unwrap();
    house.deliver().await;
    house.later(chrono::Duration::hours(1)).await;
    house.datapass().transfer(number, &applicant, Some(&lyon)).unwrap();
    house.deliver().await;
    house.later(chrono::Duration::hours(1)).await;
    house.datapass().submit(number).unwrap();
    house.deliver().await;
    accept(&house, number).await;
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "open");
    let sirets: Vec<String> =
        house.hubee().subscriptions().into_iter().map(|one| one.subscriber.company_register).collect();
    assert_eq!(sirets, [SIRET, "21690123100011"]);
    let list = house.anyone().get("/api/collectivites").await.text;
    assert!(list.contains("21690123100011") && !list.contains(SIRET), "{list}");
}

async fn choose(house: &House, browser: &mut Browser, number: i64, own: &[(&str, &str)]) -> Page {
    let version = browser.version(number).await;
    let mut form = vec![("version", version.as_str())];
    form.extend(own);
    let page = browser.post(&format!("/instruction/D{number}/mise-en-service/rattacher"), &form).await;
    house.run_jobs().await;
    page
}

/// Somebody waits for HubEE's support: it is read again each day, for as long as it takes.
#[tokio::test]
async fn who_waits_has_it_read_again_each_day() {
    let house = House::open().await;
    let before = foreign(&house, |_| {});
    let (number, mut ada, _) = held(&house).await;
    let done = choose(&house, &mut ada, number, &[("choix", "attendre")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("l’abonnement sera relu le 9 septembre 2026"), "{page}");
    for day in 1..=4 {
        let calls = house.hubee().calls().len();
        house.later(Duration::hours(25)).await;
        assert!(house.hubee().calls().len() > calls, "day {day}");
        assert_eq!(status(&house, number).await, "held");
    }
    // The support made the demandeur its administrator.
    let mended = Subscription { local_administrator: hauteluce().applicant.email, ..before };
    house.hubee().seed_subscription(mended);
    house.later(Duration::hours(25)).await;
    assert_eq!(status(&house, number).await, "held", "its settings are still another's choice");
    let shown = house.hubee().subscriptions()[0].clone();
    let mut bruno = house.instructeur("Bruno").await;
    adopt(&house, &mut bruno, number, &shown).await;
    assert_eq!(status(&house, number).await, "open");
    let calls = house.hubee().calls().len();
    house.later(Duration::days(2)).await;
    assert_eq!(house.hubee().calls().len(), calls, "read again for nothing");
}

/// An id given by HubEE's support is shown, with what differs, before it is taken.
#[tokio::test]
async fn one_named_by_its_id_is_shown_before_it_is_taken() {
    let house = House::open().await;
    let before = foreign(&house, |_| {});
    let stranger = "21690123100011";
    house.hubee().seed_organisation(Organisation::collectivite(stranger, "69123", "LYON", house.clock.now()));
    let other = Subscription::made_by_hand(stranger, "69123", "x@lyon.fr", house.clock.now());
    house.hubee().seed_subscription(other.clone());
    let (number, mut ada, _) = held(&house).await;
    let id = before.id.to_string();
    for (id, status, words) in [
        (other.id.to_string(), StatusCode::UNPROCESSABLE_ENTITY, "celui d’une autre organisation"),
        (uuid::Uuid::nil().to_string(), StatusCode::UNPROCESSABLE_ENTITY, "HubEE ne connaît pas cet abonnement"),
        (id.clone(), StatusCode::OK, "ancien@mairie-hauteluce.fr"),
    ] {
        let page = choose(&house, &mut ada, number, &[("choix", "autre"), ("identifiant", &id)]).await;
        assert_eq!(page.status, status, "{}", page.text);
        assert!(page.main().contains(words), "{}", page.main());
    }
    assert!(house.provisioning(number).await.unwrap().subscription_id.is_none(), "taken unseen");
    house.hubee().script(super::scene::fault(Route::GetSubscription, FaultKind::Error500Before, When::Next(1)));
    let away = choose(&house, &mut ada, number, &[("choix", "autre"), ("identifiant", &id)]).await;
    assert_eq!(away.status, StatusCode::BAD_GATEWAY);
    let own = [("choix", "autre"), ("identifiant", id.as_str()), ("confirme", "oui")];
    let done = choose(&house, &mut ada, number, &own).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(status(&house, number).await, "open");
    assert!(house.hubee().subscriptions().contains(&before), "it is taken as it stands");
}

/// W4, the n-case: nothing tells which one, so a person does.
#[tokio::test]
async fn several_for_one_organisation_ask_which() {
    let house = House::open().await;
    let first = foreign(&house, |known| known.local_administrator = hauteluce().applicant.email);
    let second = Subscription { id: uuid::Uuid::now_v7(), ..first.clone() };
    house.hubee().seed_twin(second.clone());
    let (number, mut ada, page) = held(&house).await;
    assert!(page.contains("HubEE montre plusieurs abonnements pour cette organisation"), "{page}");
    assert_eq!(house.hubee().subscriptions(), vec![first.clone(), second.clone()], "neither is touched");
    let id = second.id.to_string();
    let own = [("choix", "autre"), ("identifiant", id.as_str()), ("confirme", "oui")];
    let done = choose(&house, &mut ada, number, &own).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    quiet(&house, number).await;
    let row = house.provisioning(number).await.unwrap();
    assert_eq!((row.status.as_str(), row.subscription_id), ("open", Some(id)));
    assert_eq!(house.hubee().subscriptions(), vec![first, second]);
}

/// HubEE says that it exists and shows nothing: it is waited for, two hours, then a person asks.
#[tokio::test]
async fn what_exists_and_stays_hidden_asks_a_person_after_two_hours() {
    let house = House::open().await;
    let switches = house.hubee().switches();
    let hidden = habilis::sandbox::hubee::Switches { list_lag_seconds: 6 * 3600, ..switches.clone() };
    house.hubee().set_switches(hidden);
    house.hubee().script(super::scene::fault(Route::PostSubscription, FaultKind::LostAnswer, When::Nth(1)));
    let number = accepted(&house).await;
    house.run_jobs().await;
    super::scene::wait(&house, Duration::minutes(100), Duration::minutes(5)).await;
    assert_eq!(status(&house, number).await, "retrying", "not two hours yet");
    super::scene::wait(&house, Duration::hours(2), Duration::minutes(5)).await;
    assert_eq!(status(&house, number).await, "held");
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("ne le montre pas depuis deux heures"), "{page}");
    assert_eq!(house.hubee().subscriptions().len(), 1);
    house.hubee().set_switches(switches);
    super::scene::relaunched(&house, number).await;
    assert_open(&house, number, "shown at last").await;
}
