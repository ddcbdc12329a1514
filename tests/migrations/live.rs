//! A database as its engine describes it: columns in order, keys, references; and one row put in every table from that
//! description alone.

use sqlx::{AssertSqlSafe, PgPool, SqlitePool};

use super::schema::{Engine, Schema};

/// A column, with what is needed to fill it.
pub struct Column {
    pub name: String,
    /// As the engine names it.
    pub kind: String,
    pub nullable: bool,
    /// The table it points at.
    pub references: Option<String>,
}

pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    /// Columns, unique, partial.
    pub indexes: Vec<(Vec<String>, bool, bool)>,
}

/// Either engine, for what only tests do.
pub enum Base {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Base {
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    pub async fn tables(&self) -> Vec<Table> {
        let mut tables = Vec::new();
        let sql = match self {
            Self::Sqlite(_) => "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
            Self::Postgres(_) => "select tablename::text from pg_tables where schemaname = 'public'",
        };
        let mut names: Vec<String> = self.rows::<(String,)>(sql.into()).await.into_iter().map(|(name,)| name).collect();
        names.retain(|name| name != "_sqlx_migrations");
        names.sort();
        for name in names {
            let (columns, indexes) = (self.columns(&name).await, self.indexes(&name).await);
            tables.push(Table { name, columns, indexes });
        }
        tables
    }

    pub async fn schema(&self) -> Schema {
        let mut schema = Schema::default();
        for table in self.tables().await {
            for column in &table.columns {
                schema.column(&table.name, &column.name, self.engine().kind(&column.kind), column.nullable);
                if let Some(to) = &column.references {
                    schema.reference(&table.name, &column.name, to);
                }
            }
            for (columns, unique, partial) in &table.indexes {
                schema.index(&table.name, columns, *unique, *partial);
            }
            for name in self.triggers(&table.name).await {
                schema.trigger(&table.name, &name);
            }
        }
        schema
    }

    async fn columns(&self, table: &str) -> Vec<Column> {
        let sql = match self {
            Self::Sqlite(_) => format!(
                "select c.name, lower(c.type), c.\"notnull\" = 0, f.\"table\" from pragma_table_info('{table}') c \
                 left join pragma_foreign_key_list('{table}') f on f.\"from\" = c.name order by c.cid"
            ),
            Self::Postgres(_) => format!(
                "select a.attname::text, t.typname::text, not a.attnotnull, \
                 (select k.confrelid::regclass::text from pg_constraint k \
                  where k.conrelid = a.attrelid and k.contype = 'f' and k.conkey = array[a.attnum]) \
                 from pg_attribute a join pg_type t on t.oid = a.atttypid \
                 where a.attrelid = '{table}'::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum"
            ),
        };
        let rows = self.rows::<(String, String, bool, Option<String>)>(sql).await;
        let column = |(name, kind, nullable, references)| Column { name, kind, nullable, references };
        rows.into_iter().map(column).collect()
    }

    async fn triggers(&self, table: &str) -> Vec<String> {
        let sql = match self {
            Self::Sqlite(_) => {
                format!("select name from sqlite_master where type = 'trigger' and tbl_name = '{table}'")
            }
            Self::Postgres(_) => {
                format!("select tgname::text from pg_trigger where tgrelid = '{table}'::regclass and not tgisinternal")
            }
        };
        self.rows::<(String,)>(sql).await.into_iter().map(|(name,)| name).collect()
    }

    async fn indexes(&self, table: &str) -> Vec<(Vec<String>, bool, bool)> {
        let sql = match self {
            // A primary key that is the row's own number has no index: it is read from the columns.
            Self::Sqlite(_) => format!(
                "select (select group_concat(name) from (select name from pragma_index_info(i.name) order by seqno)), \
                 i.\"unique\" = 1, i.partial = 1 from pragma_index_list('{table}') i \
                 union select group_concat(name), true, false from \
                 (select name from pragma_table_info('{table}') where pk > 0 order by pk)"
            ),
            Self::Postgres(_) => format!(
                "select (select string_agg(a.attname::text, ',' order by k.n) from unnest(x.indkey) \
                 with ordinality k(attnum, n) join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.attnum), \
                 x.indisunique, x.indpred is not null from pg_index x where x.indrelid = '{table}'::regclass"
            ),
        };
        let rows = self.rows::<(Option<String>, bool, bool)>(sql).await;
        rows.into_iter()
            .filter_map(|(columns, unique, partial)| {
                Some((columns?.split(',').map(str::to_owned).collect(), unique, partial))
            })
            .collect()
    }

    /// Puts one row in every table, the tables that others point at first. Values depend on their type alone, so that
    /// a reference finds its row.
    pub async fn fill(&self) {
        let mut waiting = self.tables().await;
        while !waiting.is_empty() {
            let names: Vec<String> = waiting.iter().map(|table| table.name.clone()).collect();
            let blocked = |table: &Table| {
                let pointed =
                    table.columns.iter().filter(|column| !column.nullable).filter_map(|c| c.references.as_ref());
                pointed.filter(|to| **to != table.name).any(|to| names.contains(to))
            };
            let (later, ready): (Vec<Table>, Vec<Table>) = waiting.into_iter().partition(blocked);
            assert!(!ready.is_empty(), "tables point at one another: {names:?}");
            for table in ready {
                self.insert(&table).await;
            }
            waiting = later;
        }
    }

    async fn insert(&self, table: &Table) {
        let needed: Vec<&Column> = table.columns.iter().filter(|column| !column.nullable).collect();
        let names: Vec<&str> = needed.iter().map(|column| column.name.as_str()).collect();
        let values: Vec<&str> = needed.iter().map(|column| value(&column.kind)).collect();
        let sql = format!("insert into {} ({}) values ({})", table.name, names.join(", "), values.join(", "));
        self.execute(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    pub async fn count(&self, table: &str) -> i64 {
        self.rows::<(i64,)>(format!("select count(*) from {table}")).await[0].0
    }

    pub async fn execute(&self, sql: &str) -> sqlx::Result<()> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => sqlx::query(sql).execute(pool).await.map(drop),
            Self::Postgres(pool) => sqlx::query(sql).execute(pool).await.map(drop),
        }
    }

    async fn rows<R>(&self, sql: String) -> Vec<R>
    where
        R: for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>
            + for<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow>
            + Send
            + Unpin,
    {
        let sql = AssertSqlSafe(sql);
        match self {
            Self::Sqlite(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
            Self::Postgres(pool) => sqlx::query_as(sql).fetch_all(pool).await.unwrap(),
        }
    }
}

fn value(kind: &str) -> &'static str {
    match kind {
        "text" => "'{}'",
        "integer" | "int8" => "7",
        "blob" | "bytea" => "'octets'",
        "uuid" => "'00000000-0000-7000-8000-000000000007'",
        "timestamptz" | "date" => "'2026-09-08'",
        "jsonb" => "'{}'",
        other => panic!("migrations test: give a value of type {other}"),
    }
}
