//! Both engines tell the same story: same migrations, same schema, none of them losing a row. SQLite is always tried
//! for real; PostgreSQL when `HABILIS_TEST_DATABASE` names a server, and by reading its SQL otherwise.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that can't go on fails")]

#[path = "it/support/database.rs"]
#[allow(dead_code, reason = "shared with the main suite, which uses all of it")]
mod database;
#[path = "migrations/live.rs"]
mod live;
#[path = "migrations/schema.rs"]
mod schema;
#[path = "migrations/text.rs"]
mod text;

use std::path::Path;

use database::Fresh;
use habilis::store::Db;
use live::Base;
use schema::{Engine, Schema};
use sqlx::migrate::Migrator;

/// Names and texts of an engine's migrations, in order.
fn migrations(engine: Engine) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = std::fs::read_dir(engine.folder())
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    found.sort();
    found
}

fn texts(engine: Engine) -> Vec<String> {
    migrations(engine).into_iter().map(|(_, text)| text).collect()
}

/// An empty database of each engine at hand.
async fn empty() -> Vec<Fresh> {
    [Some(Fresh::sqlite()), Fresh::postgres().await].into_iter().flatten().collect()
}

/// Opened as the service does.
async fn open(fresh: &Fresh) -> (Db, Base) {
    let db = Db::open(&fresh.url).await.unwrap();
    let base = match &db {
        Db::Sqlite { writer, .. } => Base::Sqlite(writer.clone()),
        Db::Postgres(pool) => Base::Postgres(pool.clone()),
    };
    (db, base)
}

async fn run_to(migrator: &Migrator, target: i64, base: &Base) {
    match base {
        Base::Sqlite(pool) => migrator.run_to(target, pool).await.unwrap(),
        Base::Postgres(pool) => migrator.run_to(target, pool).await.unwrap(),
    }
}

#[test]
fn both_folders_have_the_same_names() {
    let names = |engine| migrations(engine).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names(Engine::Sqlite), names(Engine::Postgres));
    for name in names(Engine::Sqlite) {
        let number = name.split('_').next().unwrap();
        assert!(number.len() == 4 && number.parse::<u16>().is_ok() && name.ends_with(".sql"), "{name}: 0001_noun.sql");
    }
}

#[test]
fn both_texts_lead_to_the_same_schema() {
    let (sqlite, postgres) = (text::read(Engine::Sqlite, &texts(Engine::Sqlite)), read_postgres(|text| text));
    assert!(sqlite.facts().len() > 100, "the reader sees little: {:?}", sqlite.facts());
    assert_eq!(sqlite.drift(&postgres), Vec::<String>::new());
}

fn read_postgres(change: impl Fn(String) -> String) -> Schema {
    let texts: Vec<String> = texts(Engine::Postgres).into_iter().map(change).collect();
    text::read(Engine::Postgres, &texts)
}

#[test]
fn a_drift_is_seen() {
    let sqlite = text::read(Engine::Sqlite, &texts(Engine::Sqlite));
    for (from, to, told) in [
        ("email text not null unique", "email text unique", "account.email"),
        ("email text not null unique", "email text not null", "account unique (email)"),
        ("    note text,\n", "", "inbox.note"),
        ("note text,", "note text, extra text,", "inbox.extra"),
        ("failures bigint", "failures integer", "login_attempt.failures"),
        ("unique (habilitation_id, seq)", "unique (seq, habilitation_id)", "event unique"),
        ("create unique index job_queued_once", "create index job_queued_once", "job unique (unique_key) of some rows"),
        (" where state = 'queued';", ";", "job unique (unique_key)"),
        ("not null primary key references habilitation (id)", "not null primary key", "provisioning.habilitation_id →"),
        ("create index collectivite_by_name on collectivite (name, siret);", "", "collectivite index (name, siret)"),
        ("event_is_never_rewritten before", "event_is_kept before", "event trigger event_is_never_rewritten"),
        (
            "before delete or truncate on event",
            "before delete or truncate on job",
            "event trigger event_is_never_removed",
        ),
    ] {
        let drift = sqlite.drift(&read_postgres(|text| text.replacen(from, to, 1)));
        assert!(drift.iter().any(|fact| fact.contains(told)), "« {from} » → « {to} » is not seen: {drift:?}");
    }
}

#[test]
fn later_statements_count() {
    let texts = [
        "create table a (id text not null primary key, b text, c integer); create index by_b on a (b);",
        "alter table a add column d blob not null unique; drop index by_b; alter table a drop column c; \
         create table z (id text); drop table z;",
    ];
    let schema = text::read(Engine::Sqlite, &texts.map(str::to_owned));
    let facts: Vec<String> = schema.facts().into_iter().collect();
    assert_eq!(facts, ["a unique (d)", "a unique (id)", "a.b: text", "a.d: bytes not null", "a.id: text not null"]);
}

#[test]
#[should_panic(expected = "teach its reader")]
fn what_the_reader_does_not_know_stops_it() {
    text::read(Engine::Sqlite, &["create view v as select 1".to_owned()]);
}

#[tokio::test]
async fn the_real_schema_is_what_the_text_says() {
    let mut schemas = Vec::new();
    for fresh in empty().await {
        let (db, base) = open(&fresh).await;
        db.migrate().await.unwrap();
        let live = base.schema().await;
        let read = text::read(base.engine(), &texts(base.engine()));
        assert_eq!(live.drift(&read), Vec::<String>::new(), "{:?}: first the database, second the text", base.engine());
        schemas.push(live);
        db.close().await;
    }
    if let [sqlite, postgres] = schemas.as_slice() {
        assert_eq!(sqlite.drift(postgres), Vec::<String>::new(), "first SQLite, second PostgreSQL");
    }
}

/// From each version to the last with a row in every table; whatever is there stays there.
async fn upgrade_from_each_version(folder: &Path, fresh: impl AsyncFn() -> Fresh) {
    let migrator = Migrator::new(folder).await.unwrap();
    let versions: Vec<i64> = migrator.iter().map(|migration| migration.version).collect();
    let last = *versions.last().expect("a migration");
    for version in versions {
        let fresh = fresh().await;
        let (db, base) = open(&fresh).await;
        run_to(&migrator, version, &base).await;
        base.fill().await;
        let mut before = Vec::new();
        for table in base.tables().await {
            before.push((table.name.clone(), base.count(&table.name).await));
        }
        assert!(!before.is_empty() && before.iter().all(|(_, count)| *count > 0), "{before:?}");
        run_to(&migrator, last, &base).await;
        for (table, count) in before {
            assert!(base.count(&table).await >= count, "from {version} to {last}, {table} lost rows");
        }
        db.close().await;
    }
}

#[tokio::test]
async fn every_version_is_brought_up_to_date_with_its_rows() {
    upgrade_from_each_version(Path::new(Engine::Sqlite.folder()), async || Fresh::sqlite()).await;
    if Fresh::postgres().await.is_some() {
        let server = async || Fresh::postgres().await.unwrap();
        upgrade_from_each_version(Path::new(Engine::Postgres.folder()), server).await;
    }
}

/// The folder of an engine with one more migration.
fn with_one_more(engine: Engine, sql: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in migrations(engine) {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    std::fs::write(folder.path().join("9000_synthetic.sql"), sql).unwrap();
    folder
}

#[tokio::test]
async fn a_migration_on_rows_is_really_tried() {
    let fine = "alter table account add column nickname text; create table pet (id text not null primary key);";
    upgrade_from_each_version(with_one_more(Engine::Sqlite, fine).path(), async || Fresh::sqlite()).await;
    if Fresh::postgres().await.is_some() {
        let server = async || Fresh::postgres().await.unwrap();
        upgrade_from_each_version(with_one_more(Engine::Postgres, fine).path(), server).await;
    }
}

#[tokio::test]
#[should_panic(expected = "session lost rows")]
async fn a_migration_that_loses_rows_is_caught() {
    let folder = with_one_more(Engine::Sqlite, "delete from session;");
    upgrade_from_each_version(folder.path(), async || Fresh::sqlite()).await;
}

#[tokio::test]
#[should_panic(expected = "NOT NULL")]
async fn a_migration_that_only_works_on_empty_tables_is_caught() {
    let folder = with_one_more(Engine::Sqlite, "alter table account add column rank integer not null;");
    upgrade_from_each_version(folder.path(), async || Fresh::sqlite()).await;
}

#[tokio::test]
async fn running_twice_is_harmless() {
    for fresh in empty().await {
        let (db, base) = open(&fresh).await;
        db.migrate().await.unwrap();
        base.fill().await;
        let before = base.schema().await;
        db.migrate().await.unwrap();
        assert_eq!(base.schema().await.drift(&before), Vec::<String>::new());
        assert_eq!(base.count("account").await, 1);
        db.close().await;
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_a_clear_sentence() {
    for fresh in empty().await {
        let (db, base) = open(&fresh).await;
        db.migrate().await.unwrap();
        let copied = "insert into _sqlx_migrations (version, description, installed_on, success, checksum, \
             execution_time) select 9000, 'later', installed_on, success, checksum, execution_time from _sqlx_migrations \
             where version = 1";
        base.execute(copied).await.unwrap();
        let error = db.migrate().await.unwrap_err().to_string();
        assert!(error.contains("9000") && error.contains("plus récent que ce programme"), "{error}");
        db.close().await;
    }
}
