//! Counts what the checks say of a request, for the lists: when it is submitted, when Sirene answers, when a person asks.

use chrono::{DateTime, Utc};

use super::decide::{checked, facts};
use super::house::House;
use crate::domain::{Habilitation, HabilitationId};
use crate::instruction::Verdict;
use crate::store::{self, Tx, habilitations, queue};

/// Counts the checks of a request again. `false` when there is no such request.
///
/// # Errors
/// When the database can't be reached.
pub async fn recheck(house: &House, id: HabilitationId) -> store::Result<bool> {
    let mut tx = house.db.begin().await?;
    let Some(habilitation) = habilitations::by_id(tx.cx(), id).await? else { return Ok(false) };
    count(&mut tx, &habilitation, house.clock.now()).await?;
    tx.commit().await?;
    Ok(true)
}

/// Counts and keeps, in the caller's transaction.
pub(super) async fn count(tx: &mut Tx, habilitation: &Habilitation, now: DateTime<Utc>) -> store::Result<()> {
    let checks = checked(habilitation, &facts(tx.cx(), habilitation).await?);
    let count = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
    let count = |verdict| i64::try_from(count(verdict)).unwrap_or(i64::MAX);
    queue::set_checks(tx.cx(), habilitation.id, count(Verdict::Blocking), count(Verdict::Look), now).await
}

/// The same, for the other requests of the same body too: what Sirene said is said of them all.
pub(super) async fn count_with_siblings(
    tx: &mut Tx,
    habilitation: &Habilitation,
    now: DateTime<Utc>,
) -> store::Result<()> {
    let mut numbers = vec![habilitation.datapass_id];
    if let Some(siret) = habilitation.dossier.organisation.siret() {
        let siblings = habilitations::siblings(tx.cx(), siret.as_ref(), habilitation.id).await?;
        numbers.extend(siblings.into_iter().map(|(number, _)| number));
    }
    // In one order, whoever counts: two transactions never wait for each other.
    numbers.sort_unstable();
    for number in numbers {
        if let Some(known) = habilitations::by_datapass_id(tx.cx(), number).await? {
            count(tx, &known, now).await?;
        }
    }
    Ok(())
}
