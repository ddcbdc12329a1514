//! Intent before, evidence after: the only way the saga calls HubEE. A process killed between the two leaves an intent
//! without evidence, which says that the outcome is unknown.

use std::future::Future;

use serde::Serialize;
use serde_json::Value;

use super::ErrorClass;
use super::saga::Saga;
use crate::clients::hubee::{Failed, Fault, Outcome, Trace, redact};
use crate::clock::Clock;
use crate::domain::HabilitationId;
use crate::store::provisioning::{self as table, Evidence, Intent, ProvisioningRow};
use crate::store::{self, Db};

/// What stands for a step on the journal, of the calls that the checks of a request make.
pub const CHECKS: &str = "checks";

/// A call to be made: what the journal says of it.
pub struct Planned<'a> {
    pub method: &'static str,
    pub path: &'a str,
    pub request: Option<Value>,
}

impl<'a> Planned<'a> {
    pub fn get(path: &'a str) -> Self {
        Self { method: "GET", path, request: None }
    }

    /// A call with a body, redacted for the journal.
    pub fn with(method: &'static str, path: &'a str, body: &impl Serialize) -> Self {
        Self { method, path, request: serde_json::to_value(body).ok().map(|json| redact(&json)) }
    }
}

/// Makes the call; `settle` tells how its value moves the row, which is saved in the transaction of the evidence.
pub async fn call<T>(
    saga: &Saga<'_>,
    row: &mut ProvisioningRow,
    planned: Planned<'_>,
    made: impl Future<Output = Outcome<T>>,
    settle: impl FnOnce(&T, &mut ProvisioningRow),
) -> store::Result<Result<T, Failed>> {
    let intent = Intent {
        habilitation: row.habilitation_id,
        step: &row.step.clone(),
        method: planned.method,
        path: planned.path,
        request: planned.request,
    };
    let id = table::intend(saga.db, &intent, saga.clock.now()).await?;
    let (trace, outcome, result) = match made.await {
        Ok(reply) => {
            row.error_class = None;
            settle(&reply.value, row);
            (reply.trace, "réponse reçue".to_owned(), Ok(reply.value))
        }
        Err(failed) => {
            let class = ErrorClass::of(&failed.fault, planned.method != "GET");
            row.error_class = Some(class.name().to_owned());
            (failed.trace.clone(), meaning(planned.method, &failed.fault), Err(failed))
        }
    };
    row.updated_at = saga.clock.now();
    table::witness(saga.db, id, evidence(trace, outcome), Some(row.clone()), row.updated_at).await?;
    Ok(result)
}

/// Makes a call that moves no mise en service: written down before and after all the same.
pub async fn noted<T>(
    db: &Db,
    clock: &Clock,
    habilitation: HabilitationId,
    step: &str,
    planned: Planned<'_>,
    made: impl Future<Output = Outcome<T>>,
) -> store::Result<Result<T, Failed>> {
    let Planned { method, path, request } = planned;
    let id = table::intend(db, &Intent { habilitation, step, method, path, request }, clock.now()).await?;
    let (trace, outcome, result) = match made.await {
        Ok(reply) => (reply.trace, "réponse reçue".to_owned(), Ok(reply.value)),
        Err(failed) => (failed.trace.clone(), meaning(method, &failed.fault), Err(failed)),
    };
    table::witness(db, id, evidence(trace, outcome), None, clock.now()).await?;
    Ok(result)
}

/// A write that may have been committed is said so.
fn meaning(method: &str, fault: &Fault) -> String {
    match fault {
        Fault::Unknown(_) if method != "GET" => format!("issue inconnue : {fault}"),
        _ => fault.to_string(),
    }
}

/// What is kept of an exchange.
fn evidence(trace: Trace, outcome: String) -> Evidence {
    Evidence { http_status: trace.status, response: trace.body, request_id: trace.request_id, outcome }
}
