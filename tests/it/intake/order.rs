//! DataPass promises no order: whatever the one in which its events come, what is known in the end is the same.

use chrono::{Duration, NaiveDate};
use habilis::domain::{Event, Habilitation, State};
use uuid::Uuid;

use super::{deliveries, filed, hand, history, lines, post, status, tick, wider};
use crate::support::house::{House, hauteluce};

/// Every order of `0..count`.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for next in 0..count {
        let wider = |order: &Vec<usize>| {
            let order = order.clone();
            (0..=next).map(move |place| {
                let mut order = order.clone();
                order.insert(place, next);
                order
            })
        };
        all = all.iter().flat_map(wider).collect();
    }
    all
}

/// The same commune's establishments: as many SIRETs as wanted, each with its key digit.
fn siret(rank: usize) -> String {
    let body = format!("217301324{rank:04}");
    let digits = body.bytes().rev().map(|byte| u32::from(byte - b'0'));
    let sum: u32 = digits.enumerate().map(|(i, d)| if i % 2 == 0 { d * 2 / 10 + d * 2 % 10 } else { d }).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// One request for each order of five events; each is sent to the house in its order, and applied as it comes.
async fn every_order(house: &House, story: impl Fn(&House, i64)) -> Vec<(Vec<usize>, i64)> {
    let requests: Vec<(Vec<usize>, i64)> = orders(5)
        .into_iter()
        .enumerate()
        .map(|(rank, order)| {
            let mut filing = hauteluce();
            filing.siret = siret(rank);
            // HubEE would refuse it: each mise en service begins, and asks a person at once.
            filing.applicant.email = "secretariat@mairie-hauteluce.example".into();
            let start = house.clock.now() - Duration::days(4);
            let number = house.datapass().create_at(filing, start);
            story(house, number);
            assert_eq!(deliveries(house, number).len(), 5);
            (order, number)
        })
        .collect();
    let sent: Vec<Vec<Uuid>> = requests.iter().map(|(_, number)| deliveries(house, *number)).collect();
    for turn in 0..5 {
        for ((order, _), sent) in requests.iter().zip(&sent) {
            assert_eq!(hand(house, sent[order[turn]]).await, 201);
        }
        house.run_jobs().await;
    }
    requests
}

/// What one request has of its own.
fn bare(mut habilitation: Habilitation) -> Habilitation {
    habilitation.id = Uuid::nil();
    habilitation.datapass_id = 0;
    habilitation.version = 0;
    habilitation.tracking_token = String::new();
    habilitation.datapass.public_id = None;
    habilitation.datapass.authorisations = Vec::new();
    habilitation.dossier.organisation.raw_siret = None;
    if let Some(in_force) = &mut habilitation.in_force {
        in_force.dossier.organisation.raw_siret = None;
    }
    habilitation
}

#[tokio::test]
async fn every_order_of_an_approval_leads_to_the_same_request() {
    let house = House::open().await;
    let requests = every_order(&house, |house, number| {
        let (datapass, start) = (house.datapass(), house.clock.now() - Duration::days(4));
        datapass.submit_at(number, start + Duration::hours(1)).unwrap();
        datapass.request_changes_at(number, start + Duration::days(1)).unwrap();
        datapass.submit_at(number, start + Duration::days(2)).unwrap();
        datapass.approve_at(number, start + Duration::days(3)).unwrap();
    })
    .await;
    let (first, in_order) = requests.iter().find(|(order, _)| order.is_sorted()).unwrap();
    assert_eq!(first, &[0, 1, 2, 3, 4]);
    let expected = ["saved", "submitted", "changes_requested", "submitted", "accepted", "service_delayed"];
    assert_eq!(history(&house, *in_order).await, expected);
    let reference = bare(house.habilitation(*in_order).await);
    for (order, number) in &requests {
        assert_eq!(bare(house.habilitation(*number).await), reference, "{order:?}");
        assert_eq!(status(&house, *number).await, "held", "{order:?}");
        let lines = history(&house, *number).await;
        assert_eq!(lines.len(), 6, "{order:?} {lines:?}");
        let is_late = |place: &usize| order[..*place].iter().any(|earlier| *earlier > order[*place]);
        let late = (0..5).filter(is_late).count();
        assert_eq!(lines.iter().filter(|name| **name == "received_late").count(), late, "{order:?} {lines:?}");
    }
    assert!(house.hubee().calls().is_empty());
}

#[tokio::test]
async fn every_order_that_ends_on_an_event_without_state_leads_to_the_same_request() {
    let house = House::open().await;
    let requests = every_order(&house, |house, number| {
        let (datapass, start) = (house.datapass(), house.clock.now() - Duration::days(4));
        datapass.submit_at(number, start + Duration::hours(1)).unwrap();
        datapass.request_changes_at(number, start + Duration::days(1)).unwrap();
        datapass.update_at(number, &wider(), start + Duration::days(2)).unwrap();
        let mut other = wider().applicant;
        other.email = "d.autre@mairie-hauteluce.fr".into();
        datapass.transfer_at(number, &other, None, start + Duration::days(3)).unwrap();
    })
    .await;
    for (order, number) in requests {
        let found = house.habilitation(number).await;
        assert_eq!(found.state.name(), "changes_requested", "{order:?} {:?}", history(&house, number).await);
        assert_eq!(found.dossier.destinataires, Some(wider().recipients), "{order:?}");
        assert_eq!(found.dossier.demandeur.email, "d.autre@mairie-hauteluce.fr", "{order:?}");
    }
}

#[tokio::test]
async fn a_submission_that_never_comes_is_not_lost_behind_a_transfer() {
    let house = House::open().await;
    let filed = filed(&house, hauteluce());
    tick(&house);
    house.datapass().transfer(filed, &wider().applicant, None).unwrap();
    let [create, submit, transfer] = deliveries(&house, filed)[..] else { panic!("three deliveries") };
    assert_eq!(hand(&house, create).await, 201);
    assert_eq!(hand(&house, transfer).await, 201);
    house.run_jobs().await;
    let due = NaiveDate::from_ymd_opt(2026, 9, 11).unwrap();
    assert!(matches!(house.habilitation(filed).await.state, State::Submitted { due: d, .. } if d == due));
    let queue = house.instructeur("Ada").await.get("/instruction").await;
    assert!(queue.main().contains(&format!("D{filed}")));
    assert_eq!(hand(&house, submit).await, 201);
    house.run_jobs().await;
    assert_eq!(history(&house, filed).await, ["saved", "submitted", "transferred", "received_late"]);
}

#[tokio::test]
async fn an_old_event_overwrites_nothing_and_says_it_was_late() {
    let house = House::open().await;
    let filed = filed(&house, hauteluce());
    tick(&house);
    house.datapass().request_changes(filed).unwrap();
    tick(&house);
    house.datapass().update(filed, &wider()).unwrap();
    house.datapass().submit(filed).unwrap();
    let [create, first, changes, update, second] = deliveries(&house, filed)[..] else { panic!("five deliveries") };
    for delivery in [create, second, changes, update, first] {
        let (body, header) = house.datapass().payload(delivery).unwrap();
        assert_eq!(post(&house, body, Some(&header)).await.status(), 201);
        house.run_jobs().await;
    }
    let found = house.habilitation(filed).await;
    assert_eq!(found.state.name(), "submitted");
    assert_eq!(found.dossier.destinataires, Some(wider().recipients));
    assert_eq!(found.submitted_at, Some(house.clock.now()));
    let late: Vec<String> = lines(&house, filed)
        .await
        .into_iter()
        .filter_map(|event| match event {
            Event::ReceivedLate { event, .. } => Some(event),
            _ => None,
        })
        .collect();
    assert_eq!(late, ["request_changes", "update", "submit"]);
    let page = house.instructeur("Ada").await.get(&format!("/instruction/D{filed}")).await;
    assert!(page.main().contains("reçu en retard"), "{}", page.main());
}

#[tokio::test]
async fn an_approval_that_never_comes_is_provisioned_when_its_reopening_shows_it() {
    let house = House::open().await;
    let filed = filed(&house, hauteluce());
    house.deliver().await;
    tick(&house);
    house.datapass().approve(filed).unwrap();
    tick(&house);
    let reopening = house.datapass().reopen(filed).unwrap();
    assert_eq!(hand(&house, reopening).await, 201);
    house.run_jobs().await;
    assert_eq!(house.habilitation(filed).await.state, State::Draft);
    assert_eq!(status(&house, filed).await, "open");
    assert!(super::is_public(&house).await);
}
