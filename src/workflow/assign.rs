//! Taking, handing over and releasing a request: on the version that was read, so that two people never both have it.

use uuid::Uuid;

use super::apply::apply;
use super::decide::{Undecided, read};
use super::house::House;
use crate::domain::{Action, Actor, Assignee, Habilitation, HabilitationId, What};

/// Puts `to` in charge of a request, or nobody. What is already so is left as it is, whatever the version.
///
/// # Errors
/// See [`Undecided`].
pub async fn assign(
    house: &House,
    id: HabilitationId,
    version: i64,
    by: Actor,
    to: Option<(Uuid, String)>,
) -> Result<Habilitation, Undecided> {
    let mut tx = house.db.begin().await?;
    let known = crate::store::habilitations::by_id(tx.cx(), id).await?.ok_or(Undecided::NotFound)?;
    if known.assignee.as_ref().map(|who| who.id) == to.as_ref().map(|(id, _)| *id) {
        return Ok(known);
    }
    let habilitation = read(tx.cx(), id, version).await?;
    let at = house.clock.now();
    let to = to.map(|(id, name)| Assignee { id, name, since: at });
    let action = Action { at, by, what: What::Assign { to } };
    let habilitation = apply(&mut tx, &house.clock, &house.config.days, habilitation, &action, None).await?;
    tx.commit().await?;
    Ok(habilitation)
}
