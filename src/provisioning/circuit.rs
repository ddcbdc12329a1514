//! The circuit: when HubEE refuses our credentials nothing will pass, for any request, until an operator mends them. It
//! opens once for every process, lets one call through from time to time, and closes when that call passes.

use chrono::{DateTime, Duration, Utc};

use crate::clients::hubee::{Client, Fault, Organisation};
use crate::clock::Clock;
use crate::store::{self, Db, Tx, hubee};

/// Between two tries of ours: each minute, then less and less often.
const PROBES: [i64; 4] = [1, 2, 5, 10];

/// Whether a run may call HubEE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    Open,
    /// Our credentials are refused: come back at this instant.
    Shut {
        why: String,
        until: DateTime<Utc>,
    },
}

/// Lets a run through, or not. When the time has come, one caller among all tries `key`, an organisation, for the others.
///
/// # Errors
/// When the database can't be reached.
pub async fn admit(db: &Db, clock: &Clock, client: &Client, key: &str) -> store::Result<Gate> {
    let Some(known) = hubee::circuit(db.read().await?.cx()).await? else { return Ok(Gate::Open) };
    let now = clock.now();
    let next = now + interval(known.probes);
    if known.probe_at > now || !hubee::take_probe(db, now, next).await? {
        let until = known.probe_at.max(now + Duration::seconds(5));
        return Ok(Gate::Shut { why: known.reason, until });
    }
    // Before the transaction: HubEE may take its time.
    let proof = client.prove(key).await;
    let mut tx = db.begin().await?;
    let gate = match proof {
        Ok(()) => {
            if hubee::close_circuit(tx.cx()).await? {
                tracing::info!("HubEE takes our credentials again");
            }
            Gate::Open
        }
        Err(failed) if matches!(failed.fault, Fault::Credentials(_)) => {
            hubee::open_circuit(tx.cx(), &failed.fault.to_string(), now, next).await?;
            Gate::Shut { why: failed.fault.to_string(), until: next }
        }
        // No news: HubEE itself is away.
        Err(_) => Gate::Shut { why: known.reason, until: next },
    };
    tx.commit().await?;
    Ok(gate)
}

/// An operator mended something: tries now, whatever was planned.
///
/// # Errors
/// When the database can't be reached.
pub async fn probe(db: &Db, clock: &Clock, client: &Client) -> store::Result<Gate> {
    let mut tx = db.begin().await?;
    hubee::allow_probe(tx.cx(), clock.now()).await?;
    tx.commit().await?;
    admit(db, clock, client, &Organisation::key("00000000000000", "00000")).await
}

/// HubEE refused our credentials: nobody calls it for a while. `true` when this is news, to be told.
///
/// # Errors
/// When the database can't be reached.
pub async fn refused(tx: &mut Tx, why: &str, now: DateTime<Utc>) -> store::Result<bool> {
    let news = hubee::open_circuit(tx.cx(), why, now, now + interval(0)).await?;
    if news {
        tracing::error!(why, "HubEE refuses our credentials: every mise en service waits");
    }
    Ok(news)
}

fn interval(probes: i64) -> Duration {
    let at = usize::try_from(probes).unwrap_or_default().min(PROBES.len() - 1);
    Duration::minutes(PROBES.get(at).copied().unwrap_or(10))
}
