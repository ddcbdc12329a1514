//! Démarches: one, described as administrators read it. Codes are case-sensitive. Must not know who subscribed.

use serde_json::{Value, json};

use super::calls::Seen;
use super::envelope::Answer;
use super::lists::{self, Column};
use super::routes::Route;
use super::state::Store;
use super::switches::Switches;
use super::validation::{Kind, Schema};

pub(super) const CODE: &str = "FormulaireQF";
/// Largest file of a télédossier, in bytes.
pub(super) const LARGEST: usize = 10 * 1024 * 1024;
const FORMATS: [&str; 3] = ["application/json", "application/xml", "application/pdf"];

pub(super) const GET: Schema = Schema { id: Some(Kind::Text(30)), query: &[], body: None };
pub(super) const LIST: Schema = Schema { id: None, query: PARAMETERS, body: None };

const PARAMETERS: &[(&str, Kind)] =
    &[("orderBy", Kind::Text(40)), ("offSet", Kind::Integer), ("maxResult", Kind::Integer)];
const COLUMNS: &[Column] = &[("code", "/code"), ("name", "/name")];

pub(super) fn get(store: &Store, seen: &Seen) -> Result<Answer, Answer> {
    if seen.id() == CODE {
        Ok(Answer::json(200, described(&store.switches)))
    } else {
        Err(Answer::not_found("Process"))
    }
}

pub(super) fn list(store: &Store, seen: &Seen) -> Result<Answer, Answer> {
    lists::page(seen, Route::ListProcesses, "processes", COLUMNS, vec![described(&store.switches)])
}

/// Refuses a code that is unknown, or closed.
pub(super) fn open(code: &str, switches: &Switches) -> Result<(), Answer> {
    match code {
        CODE if switches.process_active => Ok(()),
        CODE => Err(Answer::error(400, format!("Process {code} is not activated"))),
        _ => Err(Answer::error(400, format!("Process {code} does not exist"))),
    }
}

/// Refuses a file that the démarche does not want, by what is announced of it. `size` is in bytes.
pub(super) fn accepts(kind: &str, mime: &str, size: i64) -> Result<(), Answer> {
    let refused = |problem: String| Err(Answer::error(400, problem));
    if kind != CODE {
        return refused(format!("Attachment type {kind} is not enabled for process {CODE}"));
    }
    if !FORMATS.contains(&mime) {
        return refused(format!("Attachment format {mime} is not enabled for process {CODE}"));
    }
    if !usize::try_from(size).is_ok_and(|size| size <= LARGEST) {
        return refused(format!("Attachment size {size} is not enabled for process {CODE} (maximum: {LARGEST})"));
    }
    Ok(())
}

fn described(switches: &Switches) -> Value {
    json!({
        "code": CODE,
        "name": "Transmission du quotient familial",
        "isActivated": switches.process_active,
        "attachmentFormatsEnabled": FORMATS,
        "siAttachmentFormatsEnabled": [],
        "attachmentTypesEnabled": [CODE],
        "attachmentMaxSizeEnabled": LARGEST,
        "messageToTransmitter": true,
        "authorizedAwaiting": true,
        "subscriptionValidation": "Manual",
    })
}
