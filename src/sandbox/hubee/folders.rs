//! Télédossiers, for the one thing they tell of a mise en service: a recipient must exist, be subscribed and active.
//! Nothing is kept of them.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::calls::Seen;
use super::envelope::Answer;
use super::patterns::Pattern;
use super::processes;
use super::state::Store;
use super::triple::Triple;
use super::validation::{Field, Kind, Schema, nullable, read_only, required};

pub(super) const POST: Schema = Schema { id: None, query: &[], body: Some(FOLDER) };

const FOLDER: &[Field] = &[
    read_only("id"),
    required("externalId", Kind::Text(30)),
    required("processCode", Kind::Text(30)),
    required("applicant", Kind::Object(APPLICANT)),
    required("cases", Kind::Objects(CASE)),
    required("attachments", Kind::Objects(ATTACHMENT)),
];
const APPLICANT: &[Field] = &[
    required("firstName", Kind::Text(255)),
    required("lastName", Kind::Text(255)),
    nullable("email", Kind::Email(320)),
];
const CASE: &[Field] = &[
    required("externalId", Kind::Text(30)),
    required("recipient", Kind::Object(RECIPIENT)),
    nullable("partnerAttributes", Kind::Text(1024)),
];
const RECIPIENT: &[Field] = &[
    required("type", Kind::Text(20)),
    required("companyRegister", Kind::Like(14, Pattern::Siret)),
    required("branchCode", Kind::Text(10)),
];
const ATTACHMENT: &[Field] = &[
    required("fileName", Kind::Text(255)),
    required("type", Kind::Text(100)),
    required("size", Kind::Integer),
    required("mimeType", Kind::Text(255)),
    required("recipients", Kind::Texts),
];

pub(super) fn post(store: &Store, seen: &Seen, now: DateTime<Utc>) -> Result<Answer, Answer> {
    let body = seen.json();
    let process = body["processCode"].as_str().unwrap_or_default();
    processes::open(process, &store.switches)?;
    let cases = body["cases"].as_array().map(Vec::as_slice).unwrap_or_default();
    let received = cases.iter().map(|case| receive(store, case, process, now)).collect::<Result<Vec<_>, _>>()?;
    let (external, status) = (&body["externalId"], "HUBEE_RECEIVED");
    let folder = json!({"id": Uuid::new_v4(), "externalId": external, "globalStatus": status, "cases": received});
    Ok(Answer::json(201, folder))
}

fn receive(store: &Store, case: &Value, process: &str, now: DateTime<Utc>) -> Result<Value, Answer> {
    let recipient = Triple::read(&case["recipient"]).ok_or_else(|| Answer::error(400, "Case recipient is missing"))?;
    let key = recipient.key();
    if store.organisation(&recipient).is_none() {
        return Err(Answer::error(400, format!("Case recipient {key} does not exist")));
    }
    let subscribed = |of: &super::Subscription| of.is_for(&recipient, process) && of.receives(now, &store.switches);
    if !store.subscriptions.iter().any(subscribed) {
        // HubEE's own spelling.
        return Err(Answer::error(400, format!("Case recipient {key} does not suscribed to {process}")));
    }
    Ok(json!({"id": Uuid::new_v4(), "externalId": case["externalId"], "status": "HUBEE_RECEIVED"}))
}
