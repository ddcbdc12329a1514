//! A fresh database for one test: a SQLite file of its own, or a PostgreSQL database on the server that
//! `HABILIS_TEST_DATABASE` names. Gone when the guard is.

use habilis::store::Db;
use sqlx::{Connection, Executor, PgConnection};

/// Keeps the database; removes it when dropped.
pub enum Guard {
    File(#[expect(dead_code, reason = "held for its drop")] tempfile::TempDir),
    Server { maintenance: String, name: String },
}

/// The address of an empty database, and its guard.
pub struct Fresh {
    pub url: String,
    guard: Guard,
}

impl Fresh {
    pub async fn new() -> Self {
        match Self::postgres().await {
            Some(fresh) => fresh,
            None => Self::sqlite(),
        }
    }

    /// A SQLite file, whatever the suite runs on.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("habilis.db").display());
        Self { url, guard: Guard::File(folder) }
    }

    /// A PostgreSQL database, when the suite is given a server.
    pub async fn postgres() -> Option<Self> {
        let (url, guard) = on_server(maintenance()?).await;
        Some(Self { url, guard })
    }

    /// Opened and migrated; several times for several processes.
    pub async fn open(&self) -> Db {
        let db = Db::open(&self.url).await.unwrap();
        db.migrate().await.unwrap();
        db
    }
}

/// An empty, migrated database.
pub async fn fresh() -> (Db, Guard) {
    let fresh = Fresh::new().await;
    (fresh.open().await, fresh.guard)
}

#[expect(clippy::disallowed_methods, reason = "tests have no config: the suite names its server in the environment")]
fn maintenance() -> Option<String> {
    std::env::var("HABILIS_TEST_DATABASE").ok().filter(|url| !url.is_empty())
}

async fn on_server(maintenance: String) -> (String, Guard) {
    let name = format!("habilis_test_{}", uuid::Uuid::now_v7().simple());
    execute(&maintenance, format!("create database {name}")).await.unwrap();
    let mut url = url::Url::parse(&maintenance).unwrap();
    url.set_path(&name);
    (url.into(), Guard::Server { maintenance, name })
}

async fn execute(url: &str, sql: String) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect(url).await?;
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await?;
    connection.close().await
}

impl Drop for Guard {
    /// From a thread with its own runtime, since the test's is busy dropping us. Left-overs are not a test's failure.
    fn drop(&mut self) {
        let Self::Server { maintenance, name } = self else { return };
        let (url, sql) = (maintenance.clone(), format!("drop database if exists {name} with (force)"));
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(execute(&url, sql)).map_err(std::io::Error::other)
        });
        drop(dropping.join());
    }
}
