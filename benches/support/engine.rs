//! An empty database of each engine, gone with its guard: a SQLite file, and a database on the server that
//! `HABILIS_TEST_DATABASE` names.

use anyhow::{Context, Result};
use habilis::store::Db;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// A database to fill.
pub struct Engine {
    pub name: &'static str,
    pub db: Db,
    /// Its address, as a setting.
    pub url: String,
    server: Option<(String, String)>,
    _folder: Option<tempfile::TempDir>,
}

impl Engine {
    /// A file in a temporary folder.
    ///
    /// # Errors
    /// When it can't be made.
    pub async fn sqlite() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}", folder.path().join("habilis.db").display());
        Self::open("SQLite", url, None, Some(folder)).await
    }

    /// A database of our own, when a server is named.
    ///
    /// # Errors
    /// When the server does not answer.
    #[expect(clippy::disallowed_methods, reason = "no config here: the server is named in the environment")]
    pub async fn postgres() -> Result<Option<Self>> {
        let Some(server) = std::env::var("HABILIS_TEST_DATABASE").ok().filter(|url| !url.is_empty()) else {
            return Ok(None);
        };
        let name = format!("habilis_bench_{}", uuid::Uuid::now_v7().simple());
        execute(&server, format!("create database {name}")).await?;
        let mut url = url::Url::parse(&server)?;
        url.set_path(&name);
        Ok(Some(Self::open("PostgreSQL", url.into(), Some((server, name)), None).await?))
    }

    async fn open(
        name: &'static str,
        url: String,
        server: Option<(String, String)>,
        folder: Option<tempfile::TempDir>,
    ) -> Result<Self> {
        let db = Db::open(&url).await?;
        db.migrate().await?;
        Ok(Self { name, db, url, server, _folder: folder })
    }

    /// Closes the database and removes it.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn remove(self) -> Result<()> {
        self.db.close().await;
        match self.server {
            Some((server, name)) => execute(&server, format!("drop database if exists {name} with (force)")).await,
            None => Ok(()),
        }
    }
}

async fn execute(url: &str, sql: String) -> Result<()> {
    let mut connection = PgConnection::connect(url).await.context("HABILIS_TEST_DATABASE")?;
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    Ok(connection.close().await?)
}
