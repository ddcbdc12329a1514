//! The `source_answer` table: what outside registers last said, and since when one of them can't be asked. Answers are
//! kept in our words; knows neither registers nor checks.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::types::Json;

use super::{Cx, Error, Result};
use crate::domain::HabilitationId;
use crate::domain::sources::{Heard, Question, Source};

/// What is kept of one question.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Kept {
    pub source: String,
    pub key: String,
    answer: Option<Json<serde_json::Value>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub down_since: Option<DateTime<Utc>>,
    down_why: Option<String>,
}

impl Kept {
    /// The same, read as what the source answers.
    ///
    /// # Errors
    /// An answer that is not of that kind.
    pub fn heard<T: DeserializeOwned>(&self) -> Result<Heard<T>> {
        let down = self.down_since;
        Ok(match (self.answered_at, &self.answer, down) {
            (Some(at), Some(Json(value)), _) => {
                let value = T::deserialize(value).map_err(|e| Error::Corrupt(format!("source_answer: {e}")))?;
                Heard::Found { value, at, down }
            }
            (Some(at), None, _) => Heard::Absent { at, down },
            (None, _, Some(since)) => Heard::Down { since, why: self.down_why.clone().unwrap_or_default() },
            (None, _, None) => Heard::Pending,
        })
    }
}

const COLUMNS: &str = "source, key, answer, answered_at, down_since, down_why";

/// Everything kept about some questions, in one query; at most eight keys are looked at, which is more than a request has.
pub async fn of(cx: Cx<'_>, questions: &[Question]) -> Result<Vec<Kept>> {
    let mut keys: Vec<&str> = questions.iter().map(|question| question.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    let key = |rank: usize| keys.get(rank).copied();
    let sql = sqlx::AssertSqlSafe(format!(
        "select {COLUMNS} from source_answer where key in ($1, $2, $3, $4, $5, $6, $7, $8)"
    ));
    let rows: Vec<Kept> = on!(cx, conn => {
        let query = sqlx::query_as::<_, Kept>(sql).bind(key(0)).bind(key(1)).bind(key(2)).bind(key(3));
        query.bind(key(4)).bind(key(5)).bind(key(6)).bind(key(7)).fetch_all(conn).await
    })?;
    Ok(rows)
}

/// Notes that a question will be asked; what is known of it stays.
pub async fn expect(cx: Cx<'_>, question: &Question, now: DateTime<Utc>) -> Result<()> {
    execute!(
        cx,
        "insert into source_answer (source, key, asked_at) values ($1, $2, $3) on conflict (source, key) do nothing",
        question.source.name(),
        &question.key,
        now
    )?;
    Ok(())
}

/// Keeps an answer, `None` being « unknown there »; the source is up again.
pub async fn answered<T: Serialize>(
    cx: Cx<'_>,
    question: &Question,
    answer: Option<&T>,
    now: DateTime<Utc>,
) -> Result<()> {
    execute!(
        cx,
        "insert into source_answer (source, key, answer, answered_at, asked_at) values ($1, $2, $3, $4, $4) \
         on conflict (source, key) do update set answer = excluded.answer, answered_at = excluded.answered_at, \
         asked_at = excluded.asked_at, down_since = null, down_why = null",
        question.source.name(),
        &question.key,
        answer.map(Json),
        now
    )?;
    Ok(())
}

/// Notes that the source can't be asked, since now or already; what it said stays.
pub async fn is_down(cx: Cx<'_>, question: &Question, why: &str, now: DateTime<Utc>) -> Result<()> {
    execute!(
        cx,
        "insert into source_answer (source, key, down_since, down_why, asked_at) values ($1, $2, $4, $3, $4) \
         on conflict (source, key) do update set down_since = coalesce(source_answer.down_since, excluded.down_since), \
         down_why = excluded.down_why, asked_at = excluded.asked_at",
        question.source.name(),
        &question.key,
        why,
        now
    )?;
    Ok(())
}

/// Forgets the questions that a source never answered.
pub async fn forget_unanswered(cx: Cx<'_>, source: Source) -> Result<u64> {
    Ok(execute!(cx, "delete from source_answer where source = $1 and answered_at is null", source.name())?)
}

/// Forgets the answers of a source given before an instant.
pub async fn purge(cx: Cx<'_>, source: Source, before: DateTime<Utc>) -> Result<u64> {
    let sql = "delete from source_answer where source = $1 and answered_at < $2";
    Ok(execute!(cx, sql, source.name(), before)?)
}

/// The requests that wait for a decision after this one, oldest first: their sources are kept fresh.
pub async fn waiting(cx: Cx<'_>, after: HabilitationId, limit: i64) -> Result<Vec<HabilitationId>> {
    let rows = fetch_all!(
        cx,
        (HabilitationId,),
        "select id from habilitation where state in ('submitted', 'changes_requested') and id > $1 order by id limit $2",
        after,
        limit
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The demandeur says that an address is theirs. `false` when it was known.
pub async fn confirm(cx: Cx<'_>, habilitation: HabilitationId, email: &str, now: DateTime<Utc>) -> Result<bool> {
    let added = execute!(
        cx,
        "insert into email_confirmation (habilitation_id, email, at) values ($1, $2, $3) \
         on conflict (habilitation_id, email) do nothing",
        habilitation,
        email.trim().to_lowercase(),
        now
    )?;
    Ok(added == 1)
}

/// When they said so.
pub async fn confirmed(cx: Cx<'_>, habilitation: HabilitationId, email: &str) -> Result<Option<DateTime<Utc>>> {
    let row = fetch_optional!(
        cx,
        (DateTime<Utc>,),
        "select at from email_confirmation where habilitation_id = $1 and email = $2",
        habilitation,
        email.trim().to_lowercase()
    )?;
    Ok(row.map(|(at,)| at))
}
