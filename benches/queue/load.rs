//! Writes every request by the store's own functions, so that rows are what the product writes. Some thousands for each
//! transaction: memory is bounded. What an engine learns of its tables by itself in the night, it is told at the end.

use anyhow::{Result, ensure};
use chrono::{DateTime, Utc};
use habilis::domain::Habilitation;
use habilis::store::accounts::{self, AccountRow};
use habilis::store::provisioning::{self, ProvisioningRow};
use habilis::store::{Db, Tx, habilitations, queue};

use super::bare;
use super::requests::{COUNT, Case, case, colleagues};

/// Requests of one transaction.
const BATCH: u64 = 5_000;
/// Writers at once: SQLite has one anyway, and PostgreSQL answers one while others wait for it.
const WRITERS: u64 = 8;

/// Fills an empty database.
///
/// # Errors
/// When it can't be written.
pub async fn load(db: &Db, now: DateTime<Utc>) -> Result<()> {
    for (id, name) in colleagues() {
        let email = format!("{id}@habilis.example");
        let (role, password_hash) = ("instructeur".to_owned(), String::new());
        let account = AccountRow { id, email, name, role, password_hash, disabled_at: None };
        ensure!(accounts::insert(db, &account, now).await?, "this database is not empty");
    }
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let db = db.clone();
            tokio::spawn(async move {
                for batch in (writer..COUNT / BATCH).step_by(usize::try_from(WRITERS)?) {
                    write(&db, batch * BATCH, now).await?;
                }
                anyhow::Ok(())
            })
        })
        .collect();
    for writer in writers {
        writer.await??;
    }
    bare::index(db).await?;
    settle(db).await
}

async fn write(db: &Db, first: u64, now: DateTime<Utc>) -> Result<()> {
    let mut tx = db.begin().await?;
    for rank in first..first + BATCH {
        put(&mut tx, &case(rank, now)).await?;
    }
    Ok(tx.commit().await?)
}

async fn put(tx: &mut Tx, case: &Case) -> Result<()> {
    let one = &case.habilitation;
    ensure!(habilitations::insert(tx.cx(), one, case.at).await?, "D{} is there already", one.datapass_id);
    if one.assignee.is_some() {
        let next = Habilitation { version: one.version + 1, ..one.clone() };
        ensure!(habilitations::update(tx.cx(), &next, case.at).await?, "D{} moved", one.datapass_id);
    }
    if let Some(status) = case.service {
        provisioning::save(tx.cx(), &service(case, status)).await?;
    }
    if let Some(said) = &case.checks {
        let version = case.version();
        ensure!(queue::set_checks(tx.cx(), one.id, version, said, case.at).await?, "D{} moved", one.datapass_id);
    }
    Ok(())
}

fn service(case: &Case, status: &str) -> ProvisioningRow {
    let organisation = &case.habilitation.dossier.organisation;
    let step = if status == "open" { "open" } else { "activation" };
    let number = case.habilitation.datapass_id;
    ProvisioningRow {
        siret: organisation.raw_siret.clone(),
        branch_code: organisation.code_cog.clone(),
        subscription_id: Some(format!("abonnement-{number}")),
        opened_at: (status == "open").then_some(case.at),
        ..ProvisioningRow::new(case.habilitation.id, number, step, status, case.at)
    }
}

/// Statistics, and on PostgreSQL the room left by updates.
async fn settle(db: &Db) -> Result<()> {
    match db {
        Db::Sqlite { writer, .. } => {
            sqlx::query("pragma wal_checkpoint(truncate)").execute(writer).await?;
        }
        Db::Postgres(pool) => {
            sqlx::query("vacuum analyze").execute(pool).await?;
        }
    }
    Ok(())
}
