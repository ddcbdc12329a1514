//! Reads again the délibérations that other rules read, from the text that was extracted then: their files are not opened.
//! What instructeurs set aside stays, as after any change of rule: it counts for as long as the check says the same.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::follow::JobKind;
use super::house::House;
use super::recheck::count;
use crate::instruction::deliberation::{self, RULES};
use crate::jobs::Failure;
use crate::store::documents;
use crate::store::jobs::{self, NewJob};
use crate::store::{self, habilitations};

/// Documents read by one job; the rest is the next one's.
const MOST: usize = 500;
/// Documents looked up at once.
const PAGE: i64 = 100;

/// What a job is about.
#[derive(Deserialize)]
pub(super) struct Walk {
    /// The last document that was looked at.
    #[serde(default)]
    after: Uuid,
}

/// The job that does it: one waits at most.
pub(super) fn job(now: DateTime<Utc>) -> NewJob {
    job_after(Uuid::nil(), now)
}

fn job_after(after: Uuid, now: DateTime<Utc>) -> NewJob {
    let name = JobKind::ReadAgain.name();
    NewJob { kind: name, payload: json!({ "after": after }), unique_key: Some(name.to_owned()), run_at: now }
}

/// Some documents, then the same job again until none is left. Stopped and begun again, it goes on where it was, since
/// each reading says by which rules.
pub(super) async fn run(house: &House, walk: Walk) -> Result<(), Failure> {
    let mut last = walk.after;
    let mut read = 0;
    while read < MOST {
        let page = documents::read_otherwise(house.db.read().await?.cx(), RULES, last, PAGE).await?;
        let Some(end) = page.last() else {
            if read > 0 {
                tracing::info!(read, rules = RULES, "every document is read by the rules in use");
            }
            return Ok(());
        };
        last = *end;
        for id in &page {
            match one(house, *id).await {
                Err(store::Error::Corrupt(why)) => {
                    tracing::error!(document = %id, why, "a document can't be read again")
                }
                done => done?,
            }
        }
        read += page.len();
    }
    let mut tx = house.db.begin().await?;
    let now = house.clock.now();
    jobs::enqueue(tx.cx(), &job_after(last, now), now).await?;
    Ok(tx.commit().await?)
}

/// One document, in one transaction with the checks of its request.
async fn one(house: &House, id: Uuid) -> store::Result<()> {
    let mut tx = house.db.begin().await?;
    let Some(document) = documents::by_id(tx.cx(), id).await? else { return Ok(()) };
    // Nothing was extracted, or it is being read just now.
    let Some(text) = documents::content(tx.cx(), id).await? else { return Ok(()) };
    let reading = deliberation::read(&text);
    documents::keep_reading(tx.cx(), id, &text, &reading, house.clock.now()).await?;
    if let Some(habilitation) = habilitations::by_id(tx.cx(), document.habilitation).await? {
        count(&mut tx, &habilitation, house).await?;
    }
    tx.commit().await
}
