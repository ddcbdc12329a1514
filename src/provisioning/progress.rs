//! What a page shows of a mise en service: each step with where it stands, why it stops, what was exchanged.

use chrono::{DateTime, Utc};

use super::{Corrections, Hold, Status, Step};
use crate::store::provisioning::{self as table, CallRow, ProvisioningRow};
use crate::store::{self, Db};

/// Where one step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Done,
    Current,
    ToCome,
}

/// A step and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepView {
    pub step: Step,
    pub place: Place,
}

/// One mise en service, for a page.
pub struct Progress {
    pub status: Status,
    pub steps: Vec<StepView>,
    pub holds: Vec<Hold>,
    /// What was set right so far.
    pub corrections: Corrections,
    pub last_error: Option<String>,
    pub updated_at: DateTime<Utc>,
    pub opened_at: Option<DateTime<Utc>>,
    pub subscription_id: Option<String>,
    /// Newest first.
    pub calls: Vec<CallRow>,
}

/// The mise en service of a request, if it began.
pub async fn progress(db: &Db, habilitation: uuid::Uuid) -> store::Result<Option<Progress>> {
    let mut conn = db.read().await?;
    let Some(row) = table::of(conn.cx(), habilitation).await? else { return Ok(None) };
    let calls = table::calls(conn.cx(), habilitation).await?;
    Ok(Some(of(row, calls)))
}

fn of(row: ProvisioningRow, calls: Vec<CallRow>) -> Progress {
    let status = Status::parse(&row.status).unwrap_or(Status::Running);
    let current = Step::parse(&row.step);
    let place = |step: Step| match step.cmp(&current) {
        _ if status == Status::Open => Place::Done,
        std::cmp::Ordering::Less => Place::Done,
        std::cmp::Ordering::Equal => Place::Current,
        std::cmp::Ordering::Greater => Place::ToCome,
    };
    Progress {
        steps: Step::ALL.into_iter().map(|step| StepView { step, place: place(step) }).collect(),
        holds: row.hold.and_then(|json| serde_json::from_value(json.0).ok()).unwrap_or_default(),
        corrections: serde_json::from_value(row.corrections.0).unwrap_or_default(),
        status,
        last_error: row.last_error,
        updated_at: row.updated_at,
        opened_at: row.opened_at,
        subscription_id: row.subscription_id,
        calls,
    }
}
