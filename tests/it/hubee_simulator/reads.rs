//! Lists and the way answers are written.

use habilis::sandbox::hubee::{Organisation, Subscription, Switches};
use serde_json::{Value, json};

use super::desk::{Desk, KEY, SIRET, morning, organisation};

#[tokio::test]
async fn lists_are_paged_filtered_and_irregular() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    for number in 0..30 {
        let siret = format!("219999999{number:05}");
        desk.hubee.seed_organisation(Organisation::collectivite(&siret, "99999", "Sainte-Fiction", morning()));
        let email = format!("agent{number}@exemple.fr");
        desk.hubee.seed_subscription(Subscription::made_by_hand(&siret, "99999", &email, morning()));
    }
    let first = desk.get(&token, "/subscriptions").await;
    assert_eq!(first.json().as_array().unwrap().len(), 25);
    assert!(first.range.as_deref().unwrap().ends_with(" 0-24/30"), "{:?}", first.range);
    let rest = desk.get(&token, "/subscriptions?offSet=25&maxResult=10&processCode=A&processCode=FormulaireQF").await;
    assert!(rest.range.as_deref().unwrap().ends_with(" 25-29/30"), "{:?}", rest.range);
    let listed = &rest.json()[0];
    assert_eq!(listed["subscriber"]["name"], "Sainte-Fiction");
    assert_eq!(listed["delegationActor"], json!({"type": null, "companyRegister": null, "branchCode": null}));
    assert_eq!(
        (&listed["datapassId"], &listed["email"], &listed["accessMode"]),
        (&json!(0), &Value::Null, &json!("API"))
    );
    let one = desk.get(&token, "/subscriptions?companyRegister=21999999900007&status=Actif").await;
    assert_eq!(one.json().as_array().unwrap().len(), 1);
    assert_eq!(desk.get(&token, "/subscriptions?status=Refus%C3%A9").await.json(), json!([]));
    let last = desk.get(&token, "/subscriptions?orderBy=desc(si_company_register)&maxResult=1").await.json();
    assert_eq!(last[0]["subscriber"]["companyRegister"], "21999999900029");

    desk.hubee.seed_organisation(Organisation::collectivite(SIRET, "00000", "Sainte-Fiction", morning()));
    let branches = desk.get(&token, &format!("/organizations?type=SI&company_register={SIRET}")).await.json();
    assert_eq!(branches.as_array().unwrap().len(), 2);
    let same = desk.get(&token, &format!("/organizations?companyRegister={SIRET}")).await.json();
    assert_eq!(same, branches);
}

#[tokio::test]
async fn what_was_just_created_may_lag_in_lists() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    desk.hubee.set_switches(Switches { list_lag_seconds: 60, ..Switches::default() });
    desk.post(&token, "/organizations", &organisation(SIRET)).await;
    assert_eq!(desk.get(&token, "/organizations").await.json(), json!([]));
    assert_eq!(desk.get(&token, &format!("/organizations/{KEY}")).await.status, 200);
    desk.clock.advance(chrono::Duration::seconds(60));
    assert_eq!(desk.get(&token, "/organizations").await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_accept_it() {
    let desk = Desk::open().await;
    let token = desk.token("ADMIN").await;
    let raw = reqwest::Client::builder().gzip(false).build().unwrap();
    let url = format!("{}/referential/v1/subscriptions", desk.url);
    let encoding = async |accept: &str| {
        let response = raw.get(&url).bearer_auth(&token).header("accept-encoding", accept).send().await.unwrap();
        response.headers().get("content-encoding").is_some()
    };
    assert!(encoding("br, gzip").await);
    assert!(!encoding("gzip;q=0").await);
    desk.hubee.set_switches(Switches { gzip: false, ..Switches::default() });
    assert!(!encoding("gzip").await);
}
