//! What DataPass sends and what it leads to: posted to the real address, in any order, any number of times.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail the test")]

mod decisions;
mod kept;
mod order;
mod register;
mod reopenings;
mod signatures;

use std::sync::LazyLock;

use chrono::Duration;
use habilis::SANDBOX_WEBHOOK_SECRET;
use habilis::domain::Event;
use habilis::sandbox::datapass::{Filing, signature};
use habilis::store::{Db, events, inbox};
use reqwest::{Client, Response};
use uuid::Uuid;

use crate::support::house::{House, hauteluce};

/// SIRET of the commune that files.
const SIRET: &str = "21730132400018";

/// Where DataPass posts.
fn webhook(house: &House) -> String {
    format!("{}/api/datapass/webhook", house.url)
}

/// Posts bytes as DataPass would, with this signature or none.
async fn post(house: &House, body: impl Into<Vec<u8>>, signature: Option<&str>) -> Response {
    send(webhook(house), body.into(), signature.map(str::to_owned)).await
}

async fn send(address: String, body: Vec<u8>, signature: Option<String>) -> Response {
    // Made once: it reads the machine's certificates. Keeps no connection, which would be those of another test's runtime.
    static CLIENT: LazyLock<Client> = LazyLock::new(|| Client::builder().pool_max_idle_per_host(0).build().unwrap());
    let mut request = CLIENT.post(address).body(body);
    request = request.header("Content-Type", "application/json").header("X-App-Environment", "sandbox");
    if let Some(signature) = signature {
        request = request.header("X-Hub-Signature-256", signature);
    }
    request.send().await.unwrap()
}

/// Posts bytes under the secret that the house knows; answers the status.
pub async fn signed(house: &House, body: &str) -> u16 {
    post(house, body, Some(&signature(SANDBOX_WEBHOOK_SECRET, body.as_bytes()))).await.status().as_u16()
}

/// Posts one delivery of the simulated DataPass; answers the status.
async fn hand(house: &House, delivery: Uuid) -> u16 {
    let (body, header) = house.datapass().payload(delivery).unwrap();
    post(house, body, Some(&header)).await.status().as_u16()
}

/// The deliveries of a request, in the order of their events.
fn deliveries(house: &House, number: i64) -> Vec<Uuid> {
    let all = house.datapass().deliveries();
    all.iter().filter(|one| one.request_id == Some(number)).map(|one| one.id).collect()
}

/// The first delivery of a plain request: its text is a template for odd ones.
fn body_of(house: &House, delivery: Uuid) -> String {
    String::from_utf8(house.datapass().payload(delivery).unwrap().0).unwrap()
}

/// A request filed and submitted in DataPass; nothing sent yet.
fn filed(house: &House, filing: Filing) -> i64 {
    let number = house.datapass().create(filing);
    house.datapass().submit(number).unwrap();
    number
}

/// A request approved in DataPass and open to families.
async fn opened(house: &House) -> i64 {
    let number = house.submitted(hauteluce()).await;
    tick(house);
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    assert_eq!(status(house, number).await, "open");
    tick(house);
    number
}

/// An opened request whose demandeur asks for other recipients; submitted again, delivered.
async fn reopened(house: &House) -> i64 {
    let number = opened(house).await;
    house.datapass().reopen(number).unwrap();
    tick(house);
    house.datapass().update(number, &wider()).unwrap();
    house.datapass().submit(number).unwrap();
    house.deliver().await;
    tick(house);
    number
}

/// Other answers than those of [`hauteluce`].
fn wider() -> Filing {
    let mut filing = hauteluce();
    filing.recipients = "Agents de la municipalité et de l’intercommunalité".into();
    filing
}

/// A minute passes: DataPass counts in seconds.
fn tick(house: &House) {
    house.clock.advance(Duration::minutes(1));
}

/// What became of the deliveries: `("applied", 2)`…
async fn inbox(house: &House) -> Vec<(String, i64)> {
    inbox::counts(house.db.read().await.unwrap().cx()).await.unwrap()
}

/// The names of a request's history, oldest first.
async fn history(house: &House, number: i64) -> Vec<&'static str> {
    lines(house, number).await.iter().map(Event::name).collect()
}

async fn lines(house: &House, number: i64) -> Vec<Event> {
    let id = house.habilitation(number).await.id;
    let lines = events::of(house.db.read().await.unwrap().cx(), id).await.unwrap();
    lines.into_iter().rev().map(|line| line.event).collect()
}

/// The stable name of a mise en service's status.
async fn status(house: &House, number: i64) -> String {
    house.provisioning(number).await.map_or_else(|| "none".to_owned(), |row| row.status)
}

/// Whether families find the form.
async fn is_public(house: &House) -> bool {
    let page = house.anyone().get(&format!("/collectivites/{SIRET}")).await.status.is_success();
    let list = house.anyone().get("/api/collectivites").await.text.contains(SIRET);
    assert_eq!(page, list, "the page and the list agree");
    page
}

fn subjects(house: &House) -> Vec<String> {
    house.mails().into_iter().map(|mail| mail.subject).collect()
}

/// One number out of the database, on either engine.
async fn number(db: &Db, sql: &'static str) -> i64 {
    match db {
        Db::Sqlite { reader, .. } => sqlx::query_scalar(sql).fetch_one(reader).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}

/// Changes the database behind the house's back, on either engine.
async fn execute(db: &Db, sql: &'static str) {
    match db {
        Db::Sqlite { writer, .. } => drop(sqlx::query(sql).execute(writer).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
    }
}
