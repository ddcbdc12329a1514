//! The `provisioning` and `provisioning_call` tables: how far each mise en service is, and the journal of every call
//! to HubEE, intent before and evidence after.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Cx, Db, Result};
use crate::domain::HabilitationId;

/// One mise en service.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ProvisioningRow {
    pub habilitation_id: Uuid,
    pub datapass_id: i64,
    pub siret: Option<String>,
    pub branch_code: Option<String>,
    /// Where the saga is: a name of `provisioning::Step`.
    pub step: String,
    /// How it is doing: a name of `provisioning::Status`.
    pub status: String,
    pub subscription_id: Option<String>,
    /// What an instructeur corrected before it is sent to HubEE.
    pub corrections: Json<Value>,
    /// Why a person is asked.
    pub hold: Option<Json<Value>>,
    pub last_error: Option<String>,
    /// Failed tries in a row, reset by progress.
    pub attempts: i64,
    pub started_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub opened_at: Option<DateTime<Utc>>,
    /// What sort of failure `last_error` is: a name of `provisioning::ErrorClass`.
    pub error_class: Option<String>,
    /// Since when every try failed.
    pub failing_since: Option<DateTime<Utc>>,
    /// When it goes on by itself.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Since when the collectivité's activation is awaited.
    pub awaiting_since: Option<DateTime<Utc>>,
    /// Reminders ordered about it so far, the escalation counted.
    pub reminded: i64,
    /// What was set right by itself before it was sent.
    pub adjustments: Option<Json<Value>>,
    /// How the subscription that HubEE has differs from ours.
    pub differences: Option<Json<Value>>,
    /// What HubEE lets our credentials do, as last seen.
    pub rights: Option<Json<Value>>,
    /// The subscription as last read, redacted.
    pub observed: Option<Json<Value>>,
    pub observed_at: Option<DateTime<Utc>>,
    /// Whether HubEE made an account: a name of `provisioning::Account`.
    pub account_expected: Option<String>,
    /// When the demandeur said that they activated.
    pub declared_at: Option<DateTime<Utc>>,
    /// Who opened the form without HubEE's proof, when and why.
    pub opened_by_hand: Option<Json<Value>>,
    /// When somebody said that the demandeur's account at HubEE works.
    pub account_confirmed_at: Option<DateTime<Utc>>,
    /// The instructeur who said so; `None`: the demandeur.
    pub account_confirmed_by: Option<String>,
}

impl ProvisioningRow {
    /// One that did not begin.
    pub fn new(habilitation_id: Uuid, datapass_id: i64, step: &str, status: &str, now: DateTime<Utc>) -> Self {
        Self {
            habilitation_id,
            datapass_id,
            siret: None,
            branch_code: None,
            step: step.to_owned(),
            status: status.to_owned(),
            subscription_id: None,
            corrections: Json(Value::Object(serde_json::Map::new())),
            hold: None,
            last_error: None,
            attempts: 0,
            started_at: now,
            updated_at: now,
            opened_at: None,
            error_class: None,
            failing_since: None,
            next_attempt_at: None,
            awaiting_since: None,
            reminded: 0,
            adjustments: None,
            differences: None,
            rights: None,
            observed: None,
            observed_at: None,
            account_expected: None,
            declared_at: None,
            opened_by_hand: None,
            account_confirmed_at: None,
            account_confirmed_by: None,
        }
    }
}

/// One call to HubEE.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct CallRow {
    pub seq: i64,
    pub step: String,
    pub method: String,
    pub path: String,
    /// What was sent, redacted.
    pub request: Option<Json<Value>>,
    pub intent_at: DateTime<Utc>,
    /// `None`: the answer never came, or the process died waiting for it.
    pub answered_at: Option<DateTime<Utc>>,
    pub http_status: Option<i64>,
    pub response: Option<Json<Value>>,
    pub request_id: Option<String>,
    pub outcome: Option<String>,
}

/// A call about to be made. Nothing personal in `request`: it was redacted.
pub struct Intent<'a> {
    pub habilitation: HabilitationId,
    pub step: &'a str,
    pub method: &'a str,
    pub path: &'a str,
    pub request: Option<Value>,
}

/// What came back.
pub struct Evidence {
    pub http_status: Option<u16>,
    pub response: Option<Value>,
    pub request_id: Option<String>,
    /// In plain words.
    pub outcome: String,
}

macro_rules! columns {
    () => {
        "habilitation_id, datapass_id, siret, branch_code, step, status, subscription_id, corrections, hold, \
         last_error, attempts, started_at, updated_at, opened_at, error_class, failing_since, next_attempt_at, \
         awaiting_since, reminded, adjustments, differences, rights, observed, observed_at, account_expected, \
         declared_at, opened_by_hand, account_confirmed_at, account_confirmed_by"
    };
}

/// Writes a row; of one that is there, what a run may say and what `$more` adds.
macro_rules! written {
    ($cx:expr, $row:expr, $more:literal) => {
        execute!(
            $cx,
            concat!(
                "insert into provisioning (",
                columns!(),
                ", status_since) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
                 $21, $22, $23, $24, $25, $26, $27, $28, $29, $13) on conflict (habilitation_id) do update set status_since = case \
                 when provisioning.status = excluded.status then provisioning.status_since \
                 else excluded.updated_at end, \
                 siret = excluded.siret, branch_code = excluded.branch_code, step = excluded.step, \
                 status = excluded.status, subscription_id = excluded.subscription_id, hold = excluded.hold, \
                 last_error = excluded.last_error, attempts = excluded.attempts, updated_at = excluded.updated_at, \
                 error_class = excluded.error_class, failing_since = excluded.failing_since, \
                 next_attempt_at = excluded.next_attempt_at, awaiting_since = excluded.awaiting_since, \
                 reminded = excluded.reminded, adjustments = excluded.adjustments, \
                 differences = excluded.differences, rights = excluded.rights, observed = excluded.observed, \
                 observed_at = excluded.observed_at, account_expected = excluded.account_expected",
                $more
            ),
            $row.habilitation_id,
            $row.datapass_id,
            $row.siret.as_deref(),
            $row.branch_code.as_deref(),
            &$row.step,
            &$row.status,
            $row.subscription_id.as_deref(),
            &$row.corrections,
            &$row.hold,
            $row.last_error.as_deref(),
            $row.attempts,
            $row.started_at,
            $row.updated_at,
            $row.opened_at,
            $row.error_class.as_deref(),
            $row.failing_since,
            $row.next_attempt_at,
            $row.awaiting_since,
            $row.reminded,
            &$row.adjustments,
            &$row.differences,
            &$row.rights,
            &$row.observed,
            $row.observed_at,
            $row.account_expected.as_deref(),
            $row.declared_at,
            &$row.opened_by_hand,
            $row.account_confirmed_at,
            $row.account_confirmed_by.as_deref()
        )
    };
}

/// The mise en service of a request.
pub async fn of(cx: Cx<'_>, habilitation: HabilitationId) -> Result<Option<ProvisioningRow>> {
    let sql = concat!("select ", columns!(), " from provisioning where habilitation_id = $1");
    Ok(fetch_optional!(cx, ProvisioningRow, sql, habilitation)?)
}

/// Writes the whole row, and the copy of its status that lists read. The request first: whoever holds both rows locks
/// them in that order.
pub async fn save(mut cx: Cx<'_>, row: &ProvisioningRow) -> Result<()> {
    execute!(
        cx.cx(),
        "update habilitation set provisioning_status = $2, updated_at = $3 \
         where id = $1 and in_force is not null and provisioning_status <> $2",
        row.habilitation_id,
        &row.status,
        row.updated_at
    )?;
    written!(
        cx,
        row,
        ", corrections = excluded.corrections, opened_at = excluded.opened_at, \
         declared_at = excluded.declared_at, opened_by_hand = excluded.opened_by_hand, \
         account_confirmed_at = excluded.account_confirmed_at, account_confirmed_by = excluded.account_confirmed_by"
    )?;
    Ok(())
}

/// Writes how far a run went; leaves alone what is not a run's to say: corrections, when it opened, what people declared.
pub async fn progress(cx: Cx<'_>, row: &ProvisioningRow) -> Result<()> {
    written!(cx, row, "")?;
    Ok(())
}

/// Writes that a call is about to be made; answers its key.
pub async fn intend(db: &Db, intent: &Intent<'_>, now: DateTime<Utc>) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let Intent { habilitation, step, method, path, request } = intent;
    let (habilitation, request) = (*habilitation, request.clone());
    let (step, method, path) = ((*step).to_owned(), (*method).to_owned(), (*path).to_owned());
    db.write(move |cx| {
        Box::pin(async move {
            execute!(
                cx,
                "insert into provisioning_call (id, habilitation_id, seq, step, method, path, request, intent_at) \
                 select $1, $2, coalesce(max(seq), 0) + 1, $3, $4, $5, $6, $7 from provisioning_call \
                 where habilitation_id = $2",
                id,
                habilitation,
                step,
                method,
                path,
                request.map(Json),
                now
            )?;
            Ok(id)
        })
    })
    .await
}

/// Writes what came back from a call and, with it, how it moved its mise en service, if it moves one.
pub async fn witness(
    db: &Db,
    call: Uuid,
    evidence: Evidence,
    moved: Option<ProvisioningRow>,
    now: DateTime<Utc>,
) -> Result<()> {
    db.write(move |mut cx| {
        Box::pin(async move {
            answered(cx.cx(), call, &evidence, now).await?;
            match &moved {
                Some(row) => progress(cx, row).await,
                None => Ok(()),
            }
        })
    })
    .await
}

async fn answered(cx: Cx<'_>, call: Uuid, evidence: &Evidence, now: DateTime<Utc>) -> Result<()> {
    execute!(
        cx,
        "update provisioning_call set answered_at = $2, http_status = $3, response = $4, request_id = $5, outcome = $6 \
         where id = $1",
        call,
        now,
        evidence.http_status.map(i64::from),
        evidence.response.as_ref().map(Json),
        evidence.request_id.as_deref(),
        &evidence.outcome
    )?;
    Ok(())
}

/// The last calls of a mise en service, newest first.
pub async fn calls(cx: Cx<'_>, habilitation: HabilitationId) -> Result<Vec<CallRow>> {
    calls_before(cx, habilitation, i64::MAX, 100).await
}

/// The calls of a mise en service below a rank, newest first.
pub async fn calls_before(cx: Cx<'_>, habilitation: HabilitationId, seq: i64, limit: i64) -> Result<Vec<CallRow>> {
    Ok(fetch_all!(
        cx,
        CallRow,
        "select seq, step, method, path, request, intent_at, answered_at, http_status, response, request_id, outcome \
         from provisioning_call where habilitation_id = $1 and seq < $2 order by seq desc limit $3",
        habilitation,
        seq,
        limit
    )?)
}
