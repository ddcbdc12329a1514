//! The tables of the automatic checks: what each said of each request, what was set aside, how serious each is to be, and
//! how often each found something. Codes and verdicts are stable names here: what they mean is the room's to say.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{Cx, Result};
use crate::domain::HabilitationId;

/// What one check said of one request.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ResultRow {
    pub code: String,
    pub verdict: String,
    /// Of the sentence and of what was read.
    pub fingerprint: String,
}

/// A verdict that an instructeur set aside on one request.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OverrideRow {
    pub code: String,
    /// Of what was judged.
    pub fingerprint: String,
    pub sentence: String,
    pub reason: String,
    pub account_id: Uuid,
    pub author: String,
    pub at: DateTime<Utc>,
}

/// One change of how serious a check is to be.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct SettingRow {
    /// Counts the changes of all checks, from 1.
    pub revision: i64,
    pub code: String,
    pub severity: String,
    pub reason: String,
    pub account_id: Uuid,
    pub author: String,
    pub at: DateTime<Utc>,
}

/// How often a check was made on a new request, found something new, and was set aside.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Tally {
    pub code: String,
    pub made: i64,
    pub found: i64,
    pub overridden: i64,
}

/// What was last said of a request.
pub async fn results_of(cx: Cx<'_>, habilitation: HabilitationId) -> Result<Vec<ResultRow>> {
    let sql = "select code, verdict, fingerprint from check_result where habilitation_id = $1";
    Ok(fetch_all!(cx, ResultRow, sql, habilitation)?)
}

/// Keeps what is new of what was said, in one statement.
pub async fn keep_results(
    cx: Cx<'_>,
    habilitation: HabilitationId,
    rows: &[ResultRow],
    since: DateTime<Utc>,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let places: Vec<String> =
        (0..rows.len()).map(|n| format!("($1, ${}, ${}, ${}, $2)", 3 * n + 3, 3 * n + 4, 3 * n + 5)).collect();
    let sql = format!(
        "insert into check_result (habilitation_id, code, verdict, fingerprint, since) values {} \
         on conflict (habilitation_id, code) do update set verdict = excluded.verdict, \
         fingerprint = excluded.fingerprint, since = excluded.since",
        places.join(", ")
    );
    on!(cx, conn => {
        let query = sqlx::query(AssertSqlSafe(sql)).persistent(rows.len() < 4).bind(habilitation).bind(since);
        let bound = rows.iter().fold(query, |q, row| q.bind(&row.code).bind(&row.verdict).bind(&row.fingerprint));
        bound.execute(conn).await.map(|_| ())
    })?;
    Ok(())
}

/// Forgets what a check said, which is made no more.
pub async fn forget_result(cx: Cx<'_>, habilitation: HabilitationId, code: &str) -> Result<()> {
    execute!(cx, "delete from check_result where habilitation_id = $1 and code = $2", habilitation, code)?;
    Ok(())
}

/// What is set aside on a request.
pub async fn overrides_of(cx: Cx<'_>, habilitation: HabilitationId) -> Result<Vec<OverrideRow>> {
    Ok(fetch_all!(
        cx,
        OverrideRow,
        "select code, fingerprint, sentence, reason, account_id, author, at from check_override \
         where habilitation_id = $1",
        habilitation
    )?)
}

/// Sets a verdict aside, in place of what was said of it before.
pub async fn set_aside(cx: Cx<'_>, habilitation: HabilitationId, row: &OverrideRow) -> Result<()> {
    execute!(
        cx,
        "insert into check_override (habilitation_id, code, fingerprint, sentence, reason, account_id, author, at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (habilitation_id, code) do update set \
         fingerprint = excluded.fingerprint, sentence = excluded.sentence, reason = excluded.reason, \
         account_id = excluded.account_id, author = excluded.author, at = excluded.at",
        habilitation,
        &row.code,
        &row.fingerprint,
        &row.sentence,
        &row.reason,
        row.account_id,
        &row.author,
        row.at
    )?;
    Ok(())
}

/// Lets a verdict count again.
pub async fn restore(cx: Cx<'_>, habilitation: HabilitationId, code: &str) -> Result<()> {
    execute!(cx, "delete from check_override where habilitation_id = $1 and code = $2", habilitation, code)?;
    Ok(())
}

/// Every change of setting, oldest first: a few, made by hand.
pub async fn settings(cx: Cx<'_>) -> Result<Vec<SettingRow>> {
    let sql = "select revision, code, severity, reason, account_id, author, at from check_setting order by revision";
    Ok(fetch_all!(cx, SettingRow, sql)?)
}

/// Adds a change under its revision. `false` when somebody else added one of that number.
pub async fn add_setting(cx: Cx<'_>, row: &SettingRow) -> Result<bool> {
    let added = execute!(
        cx,
        "insert into check_setting (revision, code, severity, reason, account_id, author, at) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (revision) do nothing",
        row.revision,
        &row.code,
        &row.severity,
        &row.reason,
        row.account_id,
        &row.author,
        row.at
    )?;
    Ok(added == 1)
}

/// Adds to the day's counts, in the order of codes: two transactions never wait for each other.
pub async fn count(cx: Cx<'_>, day: NaiveDate, tallies: &[Tally]) -> Result<()> {
    if tallies.is_empty() {
        return Ok(());
    }
    let mut sorted: Vec<&Tally> = tallies.iter().collect();
    sorted.sort_by(|a, b| a.code.cmp(&b.code));
    let place = |n: usize| format!("($1, ${}, ${}, ${}, ${})", 4 * n + 2, 4 * n + 3, 4 * n + 4, 4 * n + 5);
    let places: Vec<String> = (0..sorted.len()).map(place).collect();
    let sql = format!(
        "insert into check_tally (day, code, made, found, overridden) values {} \
         on conflict (day, code) do update set made = check_tally.made + excluded.made, \
         found = check_tally.found + excluded.found, overridden = check_tally.overridden + excluded.overridden",
        places.join(", ")
    );
    on!(cx, conn => {
        let query = sqlx::query(AssertSqlSafe(sql)).persistent(sorted.len() < 4).bind(day);
        let bound =
            sorted.iter().fold(query, |q, t| q.bind(&t.code).bind(t.made).bind(t.found).bind(t.overridden));
        bound.execute(conn).await.map(|_| ())
    })?;
    Ok(())
}

/// The counts of each check since a day.
pub async fn tallies(cx: Cx<'_>, since: NaiveDate) -> Result<Vec<Tally>> {
    Ok(fetch_all!(
        cx,
        Tally,
        "select code, cast(sum(made) as bigint) as made, cast(sum(found) as bigint) as found, \
         cast(sum(overridden) as bigint) as overridden from check_tally where day >= $1 group by code",
        since
    )?)
}

/// Numbers of requests that other rules checked, or none though they were submitted: the first ones after this number.
pub async fn checked_otherwise(cx: Cx<'_>, rules: &str, after: i64, limit: i64) -> Result<Vec<i64>> {
    let rows = fetch_all!(
        cx,
        (i64,),
        "select datapass_id from habilitation where datapass_id > $1 and checks_rules <> $2 \
         and (state <> 'draft' or checks_at is not null) order by datapass_id limit $3",
        after,
        rules,
        limit
    )?;
    Ok(rows.into_iter().map(|(number,)| number).collect())
}
