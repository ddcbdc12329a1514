//! The neighbours and the database of a house, around processes that may die at any time.

use std::time::Duration;

use habilis::store::Db;
use tokio_util::sync::CancellationToken;

use crate::kills::process::{Process, within};
use crate::support::house::House;

/// What a process may be.
pub const PARTS: [&str; 2] = ["serve", "work"];
/// Seconds before somebody else takes the work of a dead process.
const LEASE: &str = "2";
/// Kinds of jobs that a request leads to; the others belong to the calendar.
pub const BUSINESS: &str = "('intake', 'register', 'provision', 'suspend', 'mail')";
/// What waits for longer than any pace of tries is for another day: an abonnement looked at again the day after it was
/// suspended.
pub const SOON: chrono::Duration = chrono::Duration::hours(2);

pub struct Arena {
    pub house: House,
    /// Where the processes serve, one at a time.
    pub url: String,
    listen: String,
}

impl Arena {
    pub async fn open(workers: usize) -> Self {
        // Below the range given to outgoing connections: a client must not meet itself on a port that nobody serves.
        let listen = loop {
            let address = format!("127.0.0.1:{}", rand::random_range(20_000..32_000));
            if std::net::TcpListener::bind(&address).is_ok() {
                break address;
            }
        };
        let (url, workers) = (format!("http://{listen}"), workers.to_string());
        // What hangs must outlast our patience, and our patience be shorter than the life of a process.
        let own = [("HABILIS_BASE_URL", url.as_str()), ("HABILIS_WORKERS", &workers), ("HUBEE_PATIENCE_MS", "400")];
        let house = House::on_real_time_with(&own).await;
        house.sandbox.mailbox.keep(1_000_000);
        Self { house, url, listen }
    }

    pub fn start(&self, part: &str) -> Process {
        let own = [("HABILIS_LISTEN", self.listen.as_str()), ("HABILIS_LEASE_SECONDS", LEASE)];
        Process::start_with(&self.house, part, &own)
    }

    /// Somebody answers.
    pub async fn ready(&self) {
        let client = reqwest::Client::new();
        let url = format!("{}/readyz", self.url);
        within(Duration::from_secs(30), "the service answers", async || {
            client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success())
        })
        .await;
    }

    /// Spares the waits between tries, as hours passing would: jobs planned for later are due now, again and again.
    pub async fn hurry(db: Db, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let now = habilis::clock::Clock::System.now();
            let sql = format!(
                "update job set run_at = $1 where state = 'queued' and run_at > $1 and run_at < $2 and kind in {BUSINESS}"
            );
            execute(&db, &sql, now).await;
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
    }
}

async fn execute(db: &Db, sql: &str, now: chrono::DateTime<chrono::Utc>) {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    // A writer that is busy is not the story's end: the next turn does it.
    let _ = match db {
        Db::Sqlite { writer, .. } => sqlx::query(sql).bind(now).bind(now + SOON).execute(writer).await.map(drop),
        Db::Postgres(pool) => sqlx::query(sql).bind(now).bind(now + SOON).execute(pool).await.map(drop),
    };
}
