//! What is seen once everything is quiet: the neighbours' own memory, the public list as anybody reads it, the command
//! that audits, and the tables. Uses none of our clients; judges nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use habilis::sandbox::HUBEE_SENDER;
use habilis::sandbox::hubee::{Account, Organisation, Subscription};
use habilis::store::Db;

use super::arena::{Arena, BUSINESS, SOON};
use super::crowd::Sayings;

/// A mail that was meant to leave.
#[derive(Clone, Debug)]
pub struct Intent {
    pub number: i64,
    pub kind: String,
    pub attempts: i64,
    pub sent: bool,
}

/// How far a mise en service is.
#[derive(Clone, Debug)]
pub struct Service {
    pub status: String,
    /// Why a person is asked.
    pub reason: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Observed {
    pub said: Sayings,
    // HubEE's memory.
    pub organisations: Vec<Organisation>,
    pub subscriptions: Vec<Subscription>,
    pub accounts: Vec<Account>,
    pub invitations: usize,
    /// Copies received of each mail, by Message-ID.
    pub received: BTreeMap<String, i64>,
    /// SIRETs on the public list.
    pub published: BTreeSet<String>,
    // The tables.
    pub services: BTreeMap<i64, Service>,
    /// Where the end of each abonnement stands.
    pub suspensions: BTreeMap<i64, String>,
    pub intents: BTreeMap<String, Intent>,
    pub inbox: Vec<(String, i64, String)>,
    pub jobs: Vec<(String, String, i64)>,
    /// Lines of history that must be there once: kind and request, with their count.
    pub history: BTreeMap<(String, i64), i64>,
    pub audit: Result<(), String>,
}

impl Observed {
    /// Lines of this kind in the history of a request.
    pub fn count(&self, kind: &str, number: i64) -> i64 {
        self.history.get(&(kind.to_owned(), number)).copied().unwrap_or_default()
    }
}

/// Looks, while a process serves.
pub async fn look(arena: &Arena, said: Sayings) -> Observed {
    let (house, db) = (&arena.house, &arena.house.db);
    let hubee = house.hubee();
    Observed {
        said,
        organisations: hubee.organisations(),
        subscriptions: hubee.subscriptions(),
        accounts: hubee.accounts(),
        invitations: hubee.mails().len(),
        received: received(arena),
        published: published(&arena.url).await,
        services: services(db).await,
        suspensions: rows(
            db,
            "select h.datapass_id, s.status from suspension s join habilitation h on h.id = s.habilitation_id",
        )
        .await
        .into_iter()
        .collect(),
        intents: intents(db).await,
        inbox: rows(db, "select coalesce(event, ''), coalesce(model_id, 0), status from inbox").await,
        jobs: left(db).await,
        history: history(db).await,
        audit: audit(arena),
    }
}

fn received(arena: &Arena) -> BTreeMap<String, i64> {
    let mut copies = BTreeMap::new();
    for mail in arena.house.sandbox.mailbox.mails().into_iter().filter(|mail| mail.envelope_from != HUBEE_SENDER) {
        *copies.entry(mail.message_id.unwrap_or_default()).or_default() += 1;
    }
    copies
}

async fn published(url: &str) -> BTreeSet<String> {
    let list = reqwest::get(format!("{url}/api/collectivites")).await.unwrap().text().await.unwrap();
    let list: Vec<serde_json::Value> = serde_json::from_str(&list).unwrap();
    list.iter().map(|one| one["siret"].as_str().unwrap().to_owned()).collect()
}

/// Jobs of requests that are not done, by kind and state; what is for another day left out.
pub async fn left(db: &Db) -> Vec<(String, String, i64)> {
    let soon = (habilis::clock::Clock::System.now() + SOON).to_rfc3339();
    let sql = format!(
        "select kind, state, count(*) from job where kind in {BUSINESS} and state <> 'done' \
         and not (state = 'queued' and run_at > '{soon}') group by 1, 2"
    );
    rows(db, &sql).await
}

/// Mails that somebody began to send and that are not known to be sent.
pub async fn in_flight(db: &Db) -> i64 {
    let counts: Vec<(i64,)> = rows(db, "select count(*) from mail where attempts > 0 and sent_at is null").await;
    counts.first().map_or(0, |(count,)| *count)
}

async fn services(db: &Db) -> BTreeMap<i64, Service> {
    let sql = "select datapass_id, status, cast(hold as text), last_error from provisioning";
    let all: Vec<(i64, String, Option<String>, Option<String>)> = rows(db, sql).await;
    all.into_iter()
        .map(|(number, status, hold, error)| (number, Service { status, reason: reason(hold, error) }))
        .collect()
}

/// The code of the rule that holds it, else HubEE's error.
fn reason(hold: Option<String>, error: Option<String>) -> Option<String> {
    let hold: Option<serde_json::Value> = hold.and_then(|json| serde_json::from_str(&json).ok());
    let code = hold.and_then(|holds| holds.get(0)?.get("code")?.as_str().map(str::to_owned));
    code.or(error).filter(|reason| !reason.is_empty())
}

async fn intents(db: &Db) -> BTreeMap<String, Intent> {
    let sql = "select m.message_id, coalesce(h.datapass_id, 0), m.kind, m.attempts, \
               cast(case when m.sent_at is null then 0 else 1 end as bigint) \
               from mail m left join habilitation h on h.id = m.habilitation_id";
    let all: Vec<(String, i64, String, i64, i64)> = rows(db, sql).await;
    let intent = |(id, number, kind, attempts, sent): (String, i64, String, i64, i64)| {
        let id = id.trim_matches(['<', '>']).to_owned();
        (id, Intent { number, kind, attempts, sent: sent == 1 })
    };
    all.into_iter().map(intent).collect()
}

async fn history(db: &Db) -> BTreeMap<(String, i64), i64> {
    let sql = "select e.kind, h.datapass_id, count(*) from event e join habilitation h on h.id = e.habilitation_id \
               where e.kind in ('submitted', 'accepted', 'refused', 'revoked', 'service_opened') group by e.kind, h.datapass_id";
    let all: Vec<(String, i64, i64)> = rows(db, sql).await;
    all.into_iter().map(|(kind, number, count)| ((kind, number), count)).collect()
}

/// `habilis doctor --audit`, as an operator types it.
fn audit(arena: &Arena) -> Result<(), String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_habilis"));
    command.env_clear().envs(&arena.house.settings).args(["doctor", "--audit"]);
    let output = command.output().unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stdout).into_owned()) }
}

/// The rows of a query, on either engine.
pub async fn rows<R>(db: &Db, sql: &str) -> Vec<R>
where
    R: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow> + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>,
    R: Send + Unpin,
{
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    match db {
        Db::Sqlite { reader, .. } => sqlx::query_as(sql).fetch_all(reader).await.unwrap(),
        Db::Postgres(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
    }
}
