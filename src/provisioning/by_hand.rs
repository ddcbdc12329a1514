//! What people decide against the course of a saga: to put it aside until they say otherwise, to take one of its steps upon
//! themselves. Kept with the other decisions, which no run rewrites.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Corrections, Hold, Status, Step};
use crate::store::provisioning::ProvisioningRow;

/// Who put a mise en service aside, when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    pub by: String,
    pub at: DateTime<Utc>,
    pub reason: String,
}

/// A step that somebody took upon themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// A name of [`Step`].
    pub step: String,
    /// The body it was decided for: another one is another decision.
    pub siret: String,
    pub by: String,
    pub reason: String,
}

/// The steps that may be skipped: an organisation that somebody saw in HubEE's portal, an activation left to the
/// collectivité. The others give what the next ones need.
pub const SKIPPABLE: [Step; 2] = [Step::Organisation, Step::Activation];

impl Corrections {
    /// Whether a person skipped this step, for this body.
    pub fn skips(&self, step: Step, siret: &str) -> bool {
        self.skipped.iter().any(|one| one.step == step.name() && one.siret == siret)
    }
}

fn decisions(row: &ProvisioningRow) -> Corrections {
    serde_json::from_value(row.corrections.0.clone()).unwrap_or_default()
}

/// Whether a person put it aside.
pub fn is_parked(row: &ProvisioningRow) -> bool {
    decisions(row).parked.is_some()
}

/// Puts a row aside, or back there when a run that was under way moved it. `parked`: the decision, when it is new.
pub fn park(row: &mut ProvisioningRow, parked: Option<Parked>, now: DateTime<Utc>) {
    let mut kept = decisions(row);
    kept.parked = parked.or(kept.parked);
    let Some(Parked { by, reason, .. }) = &kept.parked else { return };
    let sentence = format!("Mise de côté par {by} : « {reason} ».");
    let hold = Hold::new("MISE-DE-COTE", sentence, "Reprenez-la quand ce motif est levé.");
    row.status = Status::Parked.name().to_owned();
    row.hold = Some(json!([hold]).into());
    (row.last_error, row.error_class, row.failing_since, row.next_attempt_at) = (None, None, None, None);
    row.updated_at = now;
    row.corrections = json!(kept).into();
}

/// A person takes it up again.
pub(super) fn resume(row: &mut ProvisioningRow) {
    let mut kept = decisions(row);
    if kept.parked.take().is_some() {
        row.corrections = json!(kept).into();
    }
}

/// Notes that a person takes a step upon themselves.
pub fn skip(row: &mut ProvisioningRow, skipped: Skipped) {
    let mut kept = decisions(row);
    kept.skipped.retain(|one| one.step != skipped.step);
    kept.skipped.push(skipped);
    row.corrections = json!(kept).into();
}
