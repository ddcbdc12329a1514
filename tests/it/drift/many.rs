//! Thousands of collectivités: by pages, in order, resumed where a process died, and Sirene over several nights.

use chrono::Duration;
use habilis::domain::datapass::Moment;
use habilis::domain::{Actor, Contact, DatapassState, Dossier, Habilitation, InForce, Mirror, State};
use habilis::publication::collectivite_of;
use habilis::sandbox::hubee::{Fault, FaultKind, Organisation, Point, Route, Subscription, When};
use habilis::store::jobs::{self, NewJob};
use habilis::store::provisioning::{self, ProvisioningRow};
use habilis::store::{collectivites, drift, habilitations};
use habilis::workflow;

use super::scene::standing;
use crate::kills::process::{Process, held, within};
use crate::support::house::House;

const MANY: u32 = 3000;

fn siret(rank: u32) -> String {
    let base = format!("2{rank:07}");
    let numbers = (0..10).flat_map(|a| (0..10).map(move |b| (a, b))).map(|(a, b)| format!("{base}{a}0001{b}"));
    numbers.into_iter().find(|siret| siret.parse::<siret::Siret>().is_ok()).unwrap()
}

fn habilitation(house: &House, rank: u32) -> Habilitation {
    let mut dossier = Dossier::default();
    dossier.organisation.name = format!("COMMUNE {rank}");
    dossier.organisation.raw_siret = Some(siret(rank));
    dossier.organisation.code_cog = Some("73132".into());
    dossier.demandeur = Contact { email: "maire@exemple.fr".into(), ..Contact::default() };
    let (at, by) = (house.clock.now(), Actor::DataPass);
    Habilitation {
        id: uuid::Uuid::now_v7(),
        datapass_id: 100_000 + i64::from(rank),
        version: 1,
        state: State::Accepted { at, by: by.clone() },
        dossier: dossier.clone(),
        in_force: Some(InForce { since: at, by, dossier }),
        unreported: None,
        datapass: Mirror {
            state: DatapassState::Validated,
            moment: Moment { fired_at: at, rank: 0 },
            public_id: None,
            authorisations: Vec::new(),
        },
        submitted_at: Some(at),
        assignee: None,
        tracking_token: format!("jeton-{rank}"),
        created_at: at,
    }
}

/// So many open here and active there, but for every thousandth: inactive there, and the one after: absent. A few: all active.
async fn many(house: &House, count: u32) {
    let at = house.clock.now();
    let mut tx = house.db.begin().await.unwrap();
    for rank in 1..=count {
        let one = habilitation(house, rank);
        assert!(habilitations::insert(tx.cx(), &one, at).await.unwrap());
        collectivites::open(tx.cx(), &collectivite_of(&one, at).unwrap()).await.unwrap();
        let mut there = Subscription::made_by_hand(&siret(rank), "73132", "maire@exemple.fr", at);
        there.datapass_id = one.datapass_id;
        there.access_mode = Some("PORTAIL".into());
        let row = ProvisioningRow {
            habilitation_id: one.id,
            datapass_id: one.datapass_id,
            siret: Some(siret(rank)),
            branch_code: Some("73132".into()),
            subscription_id: Some(there.id.to_string()),
            ..template(at)
        };
        provisioning::save(tx.cx(), &row).await.unwrap();
        if rank % 1000 == 0 {
            there.status = "Suspendu".into();
        }
        if rank % 1000 != 1 || count < 1000 {
            house.hubee().seed_subscription(there);
        }
    }
    tx.commit().await.unwrap();
    house.hubee().seed_organisation(Organisation::collectivite(&siret(1), "73132", "COMMUNE", at));
}

fn template(at: chrono::DateTime<chrono::Utc>) -> ProvisioningRow {
    ProvisioningRow { opened_at: Some(at), ..ProvisioningRow::new(uuid::Uuid::nil(), 0, "open", "open", at) }
}

async fn walk(house: &House, source: &str) -> drift::Walk {
    drift::walk(house.db.read().await.unwrap().cx(), source).await.unwrap().expect("a comparison began")
}

#[tokio::test]
async fn three_thousand_are_compared_by_pages_each_once() {
    let house = House::with(&[("SIRENE_PAR_NUIT", "50")]).await;
    many(&house, MANY).await;
    workflow::schedule(&house.service).await.unwrap();
    house.hubee().clear_calls();
    house.later(Duration::hours(18)).await;
    // A page, then a pause: never all at once.
    let pages = || house.hubee().calls().iter().filter(|call| call.path.contains("orderBy")).count();
    assert_eq!(pages(), 1);
    assert_eq!(walk(&house, "hubee").await.status, "running");
    for _ in 0..30 {
        house.later(Duration::seconds(3)).await;
    }
    let done = walk(&house, "hubee").await;
    assert_eq!((done.status.as_str(), done.compared), ("done", i64::from(MANY)), "{done:?}");
    // Sixteen pages of two hundred, less what is left to the next one, and each absent asked for by its SIRET.
    assert!((15..=17).contains(&pages()), "{}", pages());
    let found: Vec<(String, String)> = standing(&house).await.into_iter().map(|row| (row.kind, row.name)).collect();
    let of = |kind: &str| {
        let mut names: Vec<&str> = found.iter().filter(|(k, _)| k == kind).map(|(_, name)| name.as_str()).collect();
        names.sort_unstable();
        names.join(", ")
    };
    assert_eq!(of("inactif"), "COMMUNE 1000, COMMUNE 2000, COMMUNE 3000");
    assert_eq!(of("absent"), "COMMUNE 1, COMMUNE 1001, COMMUNE 2001");
    assert_eq!(of("inconnu"), "");

    // Sirene: fifty a night, from where it stopped. None of them is known to it.
    for _ in 0..5 {
        house.later(Duration::minutes(2)).await;
    }
    let first = walk(&house, "sirene").await;
    assert_eq!((first.status.as_str(), first.asked), ("resting", 50), "{first:?}");
    assert_eq!(house.sandbox.sirene.switch.calls().len(), 50);
    house.later(Duration::hours(24)).await;
    for _ in 0..5 {
        house.later(Duration::minutes(2)).await;
    }
    let asked = house.sandbox.sirene.switch.calls();
    assert_eq!(asked.len(), 100);
    let distinct: std::collections::BTreeSet<&String> = asked.iter().collect();
    assert_eq!(distinct.len(), 100, "nobody is asked about twice in a round");

    let mut ada = house.instructeur("Ada").await;
    let page = ada.get("/instruction/ecarts?type=ferme").await;
    assert!(page.main().contains("Suite de la liste"), "{}", page.main());
    let next = page
        .html()
        .select(&scraper::Selector::parse("a[href*='apres=']").unwrap())
        .next()
        .map(|a| a.value().attr("href").unwrap().to_owned());
    let second = ada.get(&next.unwrap()).await;
    assert_eq!(second.html().select(&scraper::Selector::parse("tbody tr").unwrap()).count(), 50);
}

#[tokio::test]
async fn lists_refused_single_reads_are_few_at_a_time() {
    let house = House::open().await;
    many(&house, 12).await;
    let kind = FaultKind::Forbidden403;
    house.hubee().script(Fault { route: Route::ListSubscriptions, kind, when: When::Always, siret: None });
    workflow::schedule(&house.service).await.unwrap();
    house.hubee().clear_calls();
    house.later(Duration::hours(18)).await;
    let reads = || house.hubee().calls().iter().filter(|call| call.route == Some(Route::GetSubscription)).count();
    assert_eq!(reads(), 5, "then a pause");
    house.later(Duration::seconds(3)).await;
    assert_eq!(reads(), 10);
    house.later(Duration::seconds(3)).await;
    let done = walk(&house, "hubee").await;
    assert_eq!((done.status.as_str(), done.compared, reads()), ("done", 12, 12), "{done:?}");
}

/// kill -9 in the middle of the walk, twice: it goes on where it was, and each difference stands once.
#[tokio::test]
async fn killed_in_the_middle_it_goes_on_where_it_was() {
    let house = House::on_real_time_with(&[("HABILIS_ECARTS_PAUSE", "0")]).await;
    many(&house, MANY).await;
    let now = house.clock.now();
    let key = Some("drift_hubee".to_owned());
    let tonight = NewJob { kind: "drift_hubee", payload: serde_json::json!({}), unique_key: key, run_at: now };
    let mut tx = house.db.begin().await.unwrap();
    jobs::enqueue(tx.cx(), &tonight, now).await.unwrap();
    tx.commit().await.unwrap();
    for (call, point) in [(5, Point::BeforeEffect), (4, Point::AfterEffect)] {
        house.hubee().pause_at(call, point);
        let process = Process::start(&house, "work");
        held(&house, "in the middle of the walk").await;
        process.kill();
        house.hubee().release();
        assert_eq!(walk(&house, "hubee").await.status, "running");
    }
    let _process = Process::start(&house, "work");
    within(std::time::Duration::from_secs(60), "the walk ends", async || walk(&house, "hubee").await.status == "done")
        .await;
    assert_eq!(walk(&house, "hubee").await.compared, i64::from(MANY));
    let mut found: Vec<(String, String)> =
        standing(&house).await.into_iter().map(|row| (row.kind, row.siret)).collect();
    let all = found.len();
    found.sort_unstable();
    found.dedup();
    assert_eq!((all, found.len()), (6, 6), "{found:?}");
    let pages = house.hubee().calls().iter().filter(|call| call.path.contains("orderBy")).count();
    assert!((16..=20).contains(&pages), "{pages} pages: the walk started over");
}
