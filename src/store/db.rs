//! Two engines behind one door: SQLite inside by default, PostgreSQL when machines share the work. Holds the pools, the
//! transactions, and the macros that compile one SQL text for both. Knows no table.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Postgres, Sqlite, Transaction};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::group::{Group, Work};
use super::{Error, Result};

static SQLITE_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// A connection unused for longer is asked whether it still answers, before it is lent: a server may have been restarted,
/// and asking each time would double what a short query costs.
const TRUSTED: Duration = Duration::from_secs(1);

/// How long a writer waits for its turn, twice at most: at the door, then for the connection.
const PATIENCE: Duration = Duration::from_secs(30);

/// Rows that SQLite's thread reads ahead of who asked: with fewer, long readings are spent handing over.
const ROWS_AHEAD: usize = 1_000;

/// The database. Cheap to clone.
#[derive(Clone)]
pub enum Db {
    /// One writer, which is the lock SQLite wants anyway; readers can't write.
    Sqlite {
        reader: SqlitePool,
        writer: SqlitePool,
        /// Small pieces of writing, many in one commit.
        group: Group,
        /// Held by the one transaction that waits for the writer, others behind it: small pieces, which share one commit,
        /// pass between two transactions instead of after all of them.
        door: Arc<Mutex<()>>,
    },
    Postgres(PgPool),
}

/// How far the schema is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Schema {
    /// Number of the last migration made; `None` in a database where none was.
    pub applied: Option<i64>,
    /// Number of the last one that this program knows.
    pub expected: i64,
}

/// A connection for reading.
pub enum Conn {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// A transaction for writing; rolled back when dropped without [`Tx::commit`].
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// What a query runs on: a connection or a transaction of either engine.
pub enum Cx<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

impl Db {
    /// Opens `sqlite://path` (relative or absolute, folder and file created when absent) or `postgres://…`.
    ///
    /// # Errors
    /// When the address is not understood, the folder can't be made, or the server does not answer within 10 s.
    pub async fn open(url: &str) -> Result<Self> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Self::open_sqlite(url).await,
            Some("postgres" | "postgresql") => {
                let pool = PgPoolOptions::new()
                    .max_connections(16)
                    .acquire_timeout(Duration::from_secs(10))
                    .test_before_acquire(false)
                    .before_acquire(|conn, meta| {
                        Box::pin(async move {
                            if meta.idle_for > TRUSTED {
                                conn.ping().await?;
                            }
                            Ok(true)
                        })
                    });
                Ok(Self::Postgres(pool.connect(url).await?))
            }
            _ => Err(Error::Address("expected sqlite://… or postgres://…".into())),
        }
    }

    async fn open_sqlite(url: &str) -> Result<Self> {
        let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
        let path = path.split('?').next().unwrap_or(path);
        if let Some(folder) = std::path::Path::new(path).parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)?;
        }
        // FULL: an acknowledged webhook must survive a power cut, not only a crash.
        let options = SqliteConnectOptions::from_str(&format!("sqlite://{path}"))?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .row_buffer_size(ROWS_AHEAD);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await?;
        // A file that is open stays so: nothing to ask.
        let reader = SqlitePoolOptions::new()
            .max_connections(8)
            .test_before_acquire(false)
            .connect_with(options.pragma("query_only", "1"))
            .await?;
        let group = Group::start(writer.clone());
        Ok(Self::Sqlite { reader, writer, group, door: Arc::default() })
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// When a migration fails, or when the schema is newer than this program.
    pub async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { writer, .. } => SQLITE_MIGRATIONS.run(writer).await?,
            Self::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await?,
        }
        Ok(())
    }

    /// How far the schema is, changing nothing.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn schema(&self) -> Result<Schema> {
        const LAST: &str = "select max(version) from _sqlx_migrations where success";
        let (found, migrator): (sqlx::Result<(Option<i64>,)>, _) = match self {
            Self::Sqlite { reader, .. } => (sqlx::query_as(LAST).fetch_one(reader).await, &SQLITE_MIGRATIONS),
            Self::Postgres(pool) => (sqlx::query_as(LAST).fetch_one(pool).await, &POSTGRES_MIGRATIONS),
        };
        let applied = match found {
            Ok((version,)) => version,
            // The table of migrations comes with the first one.
            Err(sqlx::Error::Database(_)) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(Schema { applied, expected: migrator.iter().map(|migration| migration.version).max().unwrap_or_default() })
    }

    /// A connection for reading only (SQLite refuses writes on it).
    pub async fn read(&self) -> Result<Conn> {
        Ok(match self {
            Self::Sqlite { reader, .. } => Conn::Sqlite(reader.acquire().await?),
            Self::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// A transaction for writing. On SQLite it takes the write lock at once: a plain BEGIN that reads before it writes
    /// fails under concurrency, whatever the busy timeout.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, door, .. } => {
                let _next = timeout(PATIENCE, door.lock()).await.map_err(|_| sqlx::Error::PoolTimedOut)?;
                Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)
            }
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Writes a small piece, and answers once it is durable. On SQLite it shares its commit, and its wait for the disk, with
    /// whatever else is written at that moment. Never to be called by who holds a transaction: it would wait for itself.
    ///
    /// # Errors
    /// What the piece says, or that nothing of it was kept.
    pub async fn write<T, F>(&self, piece: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(Cx<'c>) -> Work<'c, T> + Send + 'static,
    {
        match self {
            Self::Sqlite { group, .. } => group.run(piece).await,
            Self::Postgres(_) => {
                let mut tx = self.begin().await?;
                let value = piece(tx.cx()).await?;
                tx.commit().await?;
                Ok(value)
            }
        }
    }

    /// Closes the pools once their connections are back.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { reader, writer, .. } => {
                reader.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Conn {
    /// What queries take.
    pub fn cx(&mut self) -> Cx<'_> {
        match self {
            Self::Sqlite(conn) => Cx::Sqlite(conn),
            Self::Postgres(conn) => Cx::Postgres(conn),
        }
    }
}

impl Cx<'_> {
    /// The same, lent: for several queries in a row.
    pub fn cx(&mut self) -> Cx<'_> {
        match self {
            Self::Sqlite(conn) => Cx::Sqlite(conn),
            Self::Postgres(conn) => Cx::Postgres(conn),
        }
    }
}

impl Tx {
    /// What queries take.
    pub fn cx(&mut self) -> Cx<'_> {
        match self {
            Self::Sqlite(tx) => Cx::Sqlite(tx),
            Self::Postgres(tx) => Cx::Postgres(tx),
        }
    }

    /// Makes it durable.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Forgets it.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

/// Runs the same body on the connection of either engine: `on!(cx, conn => body)`.
macro_rules! on {
    ($cx:expr, $conn:ident => $body:expr) => {
        match $cx {
            $crate::store::Cx::Sqlite($conn) => $body,
            $crate::store::Cx::Postgres($conn) => $body,
        }
    };
}

/// Executes a statement, answers the number of rows touched: `execute!(cx, "sql", a, b)`.
macro_rules! execute {
    ($cx:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        on!($cx, conn => sqlx::query($sql)$(.bind($arg))*.execute(conn).await.map(|done| done.rows_affected()))
    };
}

/// All rows, as a struct or tuple: `fetch_all!(cx, Row, "sql", a)`.
macro_rules! fetch_all {
    ($cx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        on!($cx, conn => sqlx::query_as::<_, $row>($sql)$(.bind($arg))*.fetch_all(conn).await)
    };
}

/// One row or none: `fetch_optional!(cx, Row, "sql", a)`.
macro_rules! fetch_optional {
    ($cx:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        on!($cx, conn => sqlx::query_as::<_, $row>($sql)$(.bind($arg))*.fetch_optional(conn).await)
    };
}
