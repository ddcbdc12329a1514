//! Granted again: the abonnement that we suspended serves again, under the same id. HubEE has no way to remove one, and
//! would refuse a second. One that somebody else suspended is a person's question, not ours.

use super::suspension::Status;
use crate::clients::hubee::Subscription;
use crate::store::{self, Db, suspensions};

/// Whether `found` is suspended because we asked for it.
pub(super) async fn is_ours(db: &Db, found: &Subscription, siret: &str) -> store::Result<bool> {
    if !found.status().eq_ignore_ascii_case("Suspendu") {
        return Ok(false);
    }
    let rows = suspensions::about(db.read().await?.cx(), siret).await?;
    let asked = |status: &str| !matches!(Status::parse(status), Status::Waiting | Status::Nothing | Status::Left);
    Ok(rows.iter().any(|row| row.subscription_id.as_deref() == Some(found.id()) && asked(&row.status)))
}
