//! How serious a check is to be, set by a responsable: a change is added to those before, never over another's, and has every
//! request checked again.

use super::house::House;
use super::recheck;
use crate::domain::Actor;
use crate::instruction::checks::Severity;
use crate::instruction::checks::catalogue::Entry;
use crate::store::checks::{self as table, SettingRow};
use crate::store::{self, jobs};

/// Why a setting was not changed. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum NotSet {
    /// Somebody else changed this check since it was read.
    #[error("the setting changed since it was read")]
    Stale,
    /// It is set so already.
    #[error("the setting is the same")]
    Same,
    /// Firm checks are as they are: French, why.
    #[error("{0}")]
    Firm(&'static str),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Sets a check. `read` is the revision of its last change as it was read, 0 when there was none; `reason` is known to be
/// long enough.
///
/// # Errors
/// See [`NotSet`].
pub async fn set_severity(
    house: &House,
    by: Actor,
    entry: &Entry,
    severity: Severity,
    reason: &str,
    read: i64,
) -> Result<(), NotSet> {
    if let Some(why) = entry.firm {
        return Err(NotSet::Firm(why));
    }
    let Actor::Instructeur { id, name } = by else { return Err(NotSet::Stale) };
    let mut tx = house.db.begin().await?;
    let changes = table::settings(tx.cx()).await?;
    let last = changes.iter().rev().find(|row| row.code == entry.code);
    if last.map_or(0, |row| row.revision) != read {
        return Err(NotSet::Stale);
    }
    if last.map_or(Severity::Usual.name(), |row| row.severity.as_str()) == severity.name() {
        return Err(NotSet::Same);
    }
    let now = house.clock.now();
    let row = SettingRow {
        revision: changes.last().map_or(0, |row| row.revision) + 1,
        code: entry.code.to_owned(),
        severity: severity.name().to_owned(),
        reason: reason.to_owned(),
        account_id: id,
        author: name,
        at: now,
    };
    // Another change at the same instant took the number, whatever the check: whoever comes second reads again.
    if !table::add_setting(tx.cx(), &row).await? {
        return Err(NotSet::Stale);
    }
    jobs::enqueue(tx.cx(), &recheck::checks_of_all(now), now).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(())
}
