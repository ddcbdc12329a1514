//! What reminders read of the requests that wait for an answer, and the `digest` table: what each person was told last.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

use super::{Cx, Db, Result};

/// The most requests that one reading gives: beyond, a mail would not be read either.
const MOST: i64 = 2_000;

/// A request that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Waiting {
    pub id: Uuid,
    pub datapass_id: i64,
    pub name: String,
    /// The last day to answer.
    pub due_on: NaiveDate,
    pub assignee_id: Option<Uuid>,
    /// It reached us since the instant asked for.
    pub arrived: bool,
    /// Its last submission answers a request for changes.
    pub answer: bool,
}

/// What `Waiting` is made of. `$1`: since when a submission counts as arrived. What counts is when the delivery was
/// applied here: DataPass may deliver long after it fired. Nobody is assigned yet: the column is the queue's.
macro_rules! waiting {
    ($and:literal) => {
        concat!(
            "select w.id, w.datapass_id, w.name, w.due_on, w.assignee_id, w.arrived, w.answer from \
             (select h.id, h.datapass_id, h.name, h.due_on, h.assignee_id, \
             exists (select 1 from inbox i where i.model_id = h.datapass_id and i.status = 'applied' \
             and i.event = 'submit' and i.processed_at > $1) as arrived, \
             coalesce((select e.kind from event e where e.habilitation_id = h.id and e.kind in \
             ('submitted', 'changes_requested', 'reopened', 'reopening_cancelled', 'reopening_refused', \
             'accepted', 'refused') \
             order by e.seq desc limit 1 offset 1), '') = 'changes_requested' as answer \
             from habilitation h where h.state = 'submitted' and h.due_on is not null) w where ",
            $and,
            " order by w.due_on, w.datapass_id limit $3"
        )
    };
}

/// The requests due by `day` at the latest, and those that arrived since `since`; oldest deadline first.
pub async fn waiting(cx: Cx<'_>, since: DateTime<Utc>, day: NaiveDate) -> Result<Vec<Waiting>> {
    Ok(fetch_all!(cx, Waiting, waiting!("(w.due_on <= $2 or w.arrived)"), since, day, MOST)?)
}

/// The requests that nobody took and that are due between `from` and `to`, both counted; oldest deadline first.
pub async fn unassigned_due(cx: Cx<'_>, from: NaiveDate, to: NaiveDate) -> Result<Vec<Waiting>> {
    let sql = waiting!("w.assignee_id is null and w.due_on <= $2 and w.due_on >= $4");
    // When these arrived does not matter: any instant does.
    Ok(fetch_all!(cx, Waiting, sql, to.and_time(NaiveTime::MIN).and_utc(), to, MOST, from)?)
}

/// The day of somebody's last digest, and until when it told what arrived.
pub async fn last_digest(cx: Cx<'_>, account: Uuid) -> Result<Option<(NaiveDate, DateTime<Utc>)>> {
    let sql = "select day, told_until from digest where account_id = $1";
    Ok(fetch_optional!(cx, (NaiveDate, DateTime<Utc>), sql, account)?)
}

/// Writes that the digest of `day` was made, whether or not there was something to say.
pub async fn digest_made(db: &Db, account: Uuid, day: NaiveDate, told_until: DateTime<Utc>) -> Result<()> {
    let mut tx = db.begin().await?;
    execute!(
        tx.cx(),
        "insert into digest (account_id, day, told_until) values ($1, $2, $3) \
         on conflict (account_id) do update set day = excluded.day, told_until = excluded.told_until",
        account,
        day,
        told_until
    )?;
    tx.commit().await
}
