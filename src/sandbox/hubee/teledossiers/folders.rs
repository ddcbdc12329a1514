//! Folders: what one sender addresses to one or several collectivités, from the first call until it is closed.
//! A recipient must exist, be subscribed and active. Must not know what becomes of a case once it is notified.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::envelope::Answer;
use super::super::patterns::Pattern;
use super::super::state::Store;
use super::super::triple::Triple;
use super::super::validation::{Field, Kind, Schema, nullable, read_only, required};
use super::super::{dates, processes};
use super::attachments::{self, Attachment};
use super::cases::{self, Case};
use super::{MOST, Turn};

const RECEIVED: &str = "HUBEE_RECEIVED";
pub(super) const COMPLETED: &str = "HUBEE_COMPLETED";
pub(super) const NOTIFIED: &str = "HUBEE_NOTIFIED";
const CLOSED: &str = "CLOSED";

/// For routes that only have identifiers.
pub(super) const BY_ID: Schema = Schema { id: Some(Kind::Uuid), query: &[], body: None };
pub(super) const POST: Schema = Schema { id: None, query: &[], body: Some(FOLDER) };
pub(super) const PATCH: Schema = Schema { id: Some(Kind::Uuid), query: &[], body: Some(STATUS) };

const FOLDER: &[Field] = &[
    read_only("id"),
    read_only("globalStatus"),
    required("externalId", Kind::Text(30)),
    required("processCode", Kind::Text(30)),
    required("applicant", Kind::Object(APPLICANT)),
    required("cases", Kind::Objects(CASE)),
    required("attachments", Kind::Objects(attachments::FIELDS)),
];
const APPLICANT: &[Field] = &[
    required("firstName", Kind::Text(255)),
    required("lastName", Kind::Text(255)),
    nullable("email", Kind::Email(320)),
];
const CASE: &[Field] = &[
    read_only("id"),
    read_only("status"),
    required("externalId", Kind::Text(30)),
    required("recipient", Kind::Object(RECIPIENT)),
    nullable("partnerAttributes", Kind::Text(1024)),
];
const RECIPIENT: &[Field] = &[
    required("type", Kind::Text(20)),
    required("companyRegister", Kind::Like(14, Pattern::Siret)),
    required("branchCode", Kind::Text(10)),
];
const STATUS: &[Field] = &[required("globalStatus", Kind::Text(50)), nullable("closeDateTime", Kind::DateTime)];

/// What is sent at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Folder {
    pub id: Uuid,
    /// The sender's own identifier.
    pub external_id: String,
    pub process_code: String,
    /// First name, last name and e-mail, as they were sent.
    pub applicant: Value,
    pub global_status: String,
    /// Who sent it.
    pub osl: Triple,
    /// Which software did, as its headers say.
    pub partner_info: Value,
    pub cases: Vec<Case>,
    pub attachments: Vec<Attachment>,
    pub create_date_time: DateTime<Utc>,
    pub update_date_time: DateTime<Utc>,
    pub close_date_time: Option<DateTime<Utc>>,
}

pub(super) fn post(store: &mut Store, turn: &Turn<'_>) -> Result<Answer, Answer> {
    let body = turn.seen.json();
    let process = body["processCode"].as_str().unwrap_or_default();
    processes::open(process, &store.switches)?;
    let (cases, files) = (few(&body["cases"])?, few(&body["attachments"])?);
    let cases = cases.iter().map(|case| received(store, case, process, turn.now)).collect::<Result<Vec<_>, _>>()?;
    let attachments = files.iter().map(Attachment::announced).collect::<Result<Vec<_>, _>>()?;
    let is_for_nobody = |name: &&String| !cases.iter().any(|case| case.external_id == **name);
    if let Some(name) = attachments.iter().flat_map(|one| &one.recipients).find(is_for_nobody) {
        return Err(Answer::error(400, format!("Attachment recipient {name} does not match any case")));
    }
    let folder = Folder {
        id: Uuid::new_v4(),
        external_id: turn.text("externalId").unwrap_or_default(),
        process_code: process.to_owned(),
        applicant: body["applicant"].clone(),
        global_status: RECEIVED.to_owned(),
        osl: turn.caller.owner.clone(),
        partner_info: turn.seen.partner(),
        cases,
        attachments,
        create_date_time: dates::to_second(turn.now),
        update_date_time: dates::to_second(turn.now),
        close_date_time: None,
    };
    let answer = Answer::json(201, folder.to_json(store.switches.mixed_dates));
    store.teledossiers.keep(folder);
    Ok(answer)
}

pub(super) fn get(store: &Store, turn: &Turn<'_>) -> Result<Answer, Answer> {
    let place = owned(store, turn)?;
    Ok(Answer::json(200, store.teledossiers.folders[place].to_json(store.switches.mixed_dates)))
}

/// Completed (once every file came), notified again, or closed: cases are not touched, but by what follows a completion.
pub(super) fn patch(store: &mut Store, turn: &Turn<'_>) -> Result<Answer, Answer> {
    let place = owned(store, turn)?;
    let folder = &mut store.teledossiers.folders[place];
    let wanted = turn.text("globalStatus").unwrap_or_default();
    match (folder.global_status.as_str(), wanted.as_str()) {
        (RECEIVED, COMPLETED) if folder.attachments.iter().any(Attachment::is_missing) => {
            return Err(Answer::error(400, "Folder has attachments that are not received"));
        }
        (RECEIVED, COMPLETED) => {}
        (from, NOTIFIED | CLOSED) if from != RECEIVED => {}
        (from, to) => return Err(Answer::error(400, format!("Folder status {to} is not allowed from {from}"))),
    }
    let closed = turn.text("closeDateTime").as_deref().and_then(dates::parse);
    folder.close_date_time = (wanted == CLOSED).then(|| closed.unwrap_or_else(|| dates::to_second(turn.now)));
    folder.global_status = wanted;
    folder.update_date_time = dates::to_second(turn.now);
    Ok(Answer::no_content())
}

/// Only what nobody was told of.
pub(super) fn delete(store: &mut Store, turn: &Turn<'_>) -> Result<Answer, Answer> {
    let place = owned(store, turn)?;
    let folder = &store.teledossiers.folders[place];
    if folder.global_status != RECEIVED || folder.cases.iter().any(|case| !case.events.is_empty()) {
        return Err(Answer::error(400, format!("Folder cannot be deleted in status {}", folder.global_status)));
    }
    store.teledossiers.folders.remove(place);
    Ok(Answer::no_content())
}

pub(super) fn put_attachment(store: &mut Store, turn: &Turn<'_>) -> Result<Answer, Answer> {
    attachments::raw(turn.seen)?;
    let place = owned(store, turn)?;
    let folder = &mut store.teledossiers.folders[place];
    if folder.global_status != RECEIVED {
        return Err(Answer::error(400, format!("Attachment cannot be sent in status {}", folder.global_status)));
    }
    attachments::deposit(&mut folder.attachments, turn.seen.uuid(1), turn.seen)
}

/// Rank of the folder of the path, if it is the caller's.
fn owned(store: &Store, turn: &Turn<'_>) -> Result<usize, Answer> {
    let folders = &store.teledossiers.folders;
    let place = folders.iter().position(|folder| Some(folder.id) == turn.seen.uuid(0));
    let place = place.ok_or_else(|| Answer::not_found("Folder"))?;
    if turn.owns(&folders[place].osl) { Ok(place) } else { Err(Answer::unauthorized_user()) }
}

/// The items of an array, if there are not too many.
pub(super) fn few(array: &Value) -> Result<&[Value], Answer> {
    let items = array.as_array().map(Vec::as_slice).unwrap_or_default();
    if items.len() > MOST {
        return Err(Answer::error(400, format!("No more than {MOST} elements are accepted")));
    }
    Ok(items)
}

fn received(store: &Store, case: &Value, process: &str, now: DateTime<Utc>) -> Result<Case, Answer> {
    let recipient = Triple::read(&case["recipient"]).ok_or_else(|| Answer::error(400, "Case recipient is missing"))?;
    let key = recipient.key();
    if store.organisation(&recipient).is_none() {
        return Err(Answer::error(400, format!("Case recipient {key} does not exist")));
    }
    let receives = super::subscription(&store.subscriptions, &recipient, process)
        .is_some_and(|subscription| subscription.receives(now, &store.switches));
    if !receives {
        // HubEE's own spelling.
        return Err(Answer::error(400, format!("Case recipient {key} does not suscribed to {process}")));
    }
    Ok(Case::received(case, recipient, RECEIVED))
}

impl Folder {
    pub(super) fn to_json(&self, mixed: bool) -> Value {
        json!({
            "id": self.id,
            "externalId": self.external_id,
            "processCode": self.process_code,
            "applicant": self.applicant,
            "globalStatus": self.global_status,
            "partnerInfo": self.partner_info,
            "cases": self.cases.iter().map(|case| case.in_folder(mixed)).collect::<Vec<_>>(),
            "attachments": self.attachments.iter().map(Attachment::to_json).collect::<Vec<_>>(),
            "createDateTime": dates::long(self.create_date_time),
            "updateDateTime": dates::short(Some(self.update_date_time), mixed),
            "closeDateTime": dates::short(self.close_date_time, mixed),
        })
    }

    /// The files of one case.
    pub(super) fn files_of<'a>(&'a self, case: &'a cases::Case) -> impl Iterator<Item = &'a Attachment> {
        self.attachments.iter().filter(|one| one.recipients.contains(&case.external_id))
    }
}
