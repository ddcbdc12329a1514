//! The journal of calls: what was intended, what came back, nothing that names a person; and the page that shows it.

use habilis::sandbox::hubee::{FaultKind, Route, When};
use habilis::store::Db;

use super::scene::{accepted, assert_open, fault, journal, quiet};
use crate::support::house::{House, hauteluce};

const ROWS: &str = "select method, path, cast(request as text), cast(response as text), outcome \
                    from provisioning_call order by seq";

type Row = (String, String, Option<String>, Option<String>, Option<String>);

async fn rows(db: &Db) -> Vec<Row> {
    match db {
        Db::Sqlite { reader, .. } => sqlx::query_as(ROWS).fetch_all(reader).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(ROWS).fetch_all(pool).await.unwrap(),
    }
}

/// Nothing of the demandeur's is anywhere in the journal.
async fn assert_anonymous(house: &House) {
    let applicant = hauteluce().applicant;
    let personal = [Some(applicant.email), applicant.family, applicant.given, applicant.phone];
    for row in rows(&house.db).await {
        let text = format!("{row:?}").to_lowercase();
        for word in personal.iter().flatten() {
            assert!(!text.contains(&word.to_lowercase()), "{word} in {text}");
        }
    }
}

#[tokio::test]
async fn each_call_is_written_before_and_after() {
    let house = House::open().await;
    let number = accepted(&house).await;
    quiet(&house, number).await;
    let calls = journal(&house, number).await;
    let made: Vec<String> = calls.iter().map(|call| format!("{} {}", call.step, call.method)).collect();
    let expected = [
        "organisation GET",
        "organisation GET",
        "organisation POST",
        "organisation GET",
        "subscription GET",
        "subscription POST",
        "activation GET",
        "activation PUT",
        "verification GET",
    ];
    assert_eq!(made, expected);
    for call in &calls {
        assert!(call.answered_at.is_some() && call.outcome.is_some() && call.request_id.is_some(), "{call:?}");
    }
    let rows = rows(&house.db).await;
    let (.., request, response, _) = &rows[5];
    assert!(request.as_deref().unwrap().contains("FormulaireQF"), "{request:?}");
    assert!(response.as_deref().unwrap().contains("\"id\""), "{response:?}");
    assert_anonymous(&house).await;
}

#[tokio::test]
async fn what_went_wrong_is_in_it_and_on_the_page() {
    let house = House::open().await;
    house.hubee().script(fault(Route::PostSubscription, FaultKind::LostAnswer, When::Nth(1)));
    house.hubee().script(fault(Route::PutSubscription, FaultKind::Error500After, When::Nth(1)));
    let number = accepted(&house).await;
    quiet(&house, number).await;
    assert_open(&house, number, "journal").await;
    let calls = journal(&house, number).await;
    let lost = calls.iter().find(|call| call.method == "POST" && call.path == "/subscriptions").unwrap();
    assert_eq!((lost.http_status, lost.request_id.as_ref()), (None, None));
    let outcome = lost.outcome.as_deref().unwrap();
    assert!(outcome.contains("issue inconnue"), "{outcome}");
    let spoilt = calls.iter().find(|call| call.method == "PUT").unwrap();
    assert_eq!(spoilt.http_status, Some(500));
    assert!(spoilt.request_id.is_some());

    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains(&format!("Échanges avec HubEE ({})", calls.len())), "{page}");
    assert!(page.contains("POST /subscriptions"), "{page}");
    assert!(page.contains("issue inconnue"), "{page}");
    assert!(page.contains("HTTP 500"), "{page}");
    assert_anonymous(&house).await;
}
