//! The walk through open forms with Sirene, a few a run: its quota is small, so that a round takes as many nights as it
//! needs. What it says is kept, for the checks too.

use super::compare;
use super::{Kind, Part, Standing};
use crate::clients::sirene::Client;
use crate::clients::{Answer, Unavailable};
use crate::clock::Clock;
use crate::domain::sources::Registered;
use crate::store::drift::{self as table, Walk};
use crate::store::sirene_facts::SireneFact;
use crate::store::{self, Db};

/// Establishments asked for in a run: a minute's worth of its quota, less what checks need.
const ASKED: i64 = 20;
const END: &str = "99999999999999";

/// What a run needs.
pub struct Asking<'a> {
    pub db: &'a Db,
    pub clock: &'a Clock,
    pub sirene: &'a Client,
    /// Establishments asked for in one night, at most.
    pub budget: i64,
}

/// One part, what to keep of it, and why it stopped early.
pub struct Round {
    pub part: Part,
    /// By SIRET.
    pub facts: Vec<(String, SireneFact)>,
    /// No usable answer: try again later from where it stopped.
    pub failed: Option<Unavailable>,
}

/// Asks for a few more.
///
/// # Errors
/// When the database can't be reached.
pub async fn sirene(asking: &Asking<'_>, walk: &mut Walk) -> store::Result<Round> {
    let today = asking.clock.today();
    if walk.asked_on != Some(today) {
        walk.asked_on = Some(today);
        walk.asked = 0;
    }
    let mut round = Round { part: Part::default(), facts: Vec::new(), failed: None };
    let left = (asking.budget - walk.asked).min(ASKED);
    if left <= 0 {
        walk.status = Standing::Resting.name().to_owned();
        return Ok(round);
    }
    let after = walk.after_siret.clone();
    let mut conn = asking.db.read().await?;
    let ours = table::ours(conn.cx(), &after, END, left).await?;
    let whole = i64::try_from(ours.len()).unwrap_or(i64::MAX) < left;
    let upto = if whole { END.to_owned() } else { ours.last().map_or(END.to_owned(), |one| one.siret.clone()) };
    let standing = table::between(conn.cx(), &after, &upto).await?;
    drop(conn);
    let mut reached = after.clone();
    for one in &ours {
        if let (true, Ok(siret)) = (one.live, one.siret.parse()) {
            let register = match asking.sirene.establishment(&siret).await {
                Answer::Found(Registered::Known(found)) => Some(found.organisation),
                Answer::Found(Registered::Duplicate) | Answer::Unknown => None,
                // It exists, and is not shown to us: nothing to compare.
                Answer::Found(Registered::Withheld) => {
                    walk.asked += 1;
                    reached.clone_from(&one.siret);
                    continue;
                }
                Answer::Unavailable(unavailable) => {
                    round.failed = Some(unavailable);
                    break;
                }
            };
            walk.asked += 1;
            walk.compared += 1;
            round.part.seen.extend(compare::sirene(one, register.as_ref()));
            let note = if register.is_some() { "établissement trouvé" } else { "établissement inconnu de Sirene" };
            let fact = SireneFact { organisation: register, note: note.into(), fetched_at: asking.clock.now() };
            round.facts.push((one.siret.clone(), fact));
        }
        reached.clone_from(&one.siret);
    }
    if round.failed.is_none() {
        reached = upto;
    }
    walk.found += i64::try_from(round.part.seen.len()).unwrap_or_default();
    // A form that closed meanwhile has no difference left with Sirene.
    round.part.forget(standing, &Kind::OF_SIRENE, |siret| siret <= reached.as_str());
    if reached == END {
        walk.status = Standing::Done.name().to_owned();
    }
    walk.after_siret = reached;
    Ok(round)
}
