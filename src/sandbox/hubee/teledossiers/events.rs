//! Events: what one side tells the other of a case. A deposit of files waits until they all came; anything else is sent
//! at once. A change of status told by an event is made by it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::dates;
use super::super::envelope::Answer;
use super::super::state::Store;
use super::super::token::Scope;
use super::super::triple::Triple;
use super::super::validation::{Field, Kind, Schema, nullable, read_only, required};
use super::attachments::{self, Attachment};
use super::cases::{Case, Open};
use super::folders::{self, NOTIFIED};
use super::{MOST, Turn, readable, writable};

pub(super) const UPDATE: &str = "STATUS_UPDATE";
const DEPOSIT: &str = "ATTACH_DEPOSIT";
const TYPES: &[&str] = &[UPDATE, DEPOSIT, "ATTACH_DL", "ATTACH_DL_ALL", "COM_ADD", "SENDING_MESSAGE"];
const IN_PROGRESS: &str = "IN_PROGRESS";
const SENT: &str = "SENT";
const RECEIVED: &str = "RECEIVED";

pub(super) const POST: Schema = Schema { id: Some(Kind::Uuid), query: &[], body: Some(EVENT) };
pub(super) const PATCH: Schema = Schema { id: Some(Kind::Uuid), query: &[], body: Some(STATUS) };

const EVENT: &[Field] = &[
    read_only("id"),
    read_only("status"),
    read_only("transmitter"),
    required("actionType", Kind::OneOf(TYPES)),
    nullable("message", Kind::Text(1000)),
    nullable("comment", Kind::Text(1000)),
    nullable("author", Kind::Text(255)),
    nullable("notification", Kind::Boolean),
    nullable("caseCurrentStatus", Kind::Text(15)),
    nullable("caseNewStatus", Kind::Text(15)),
    nullable("partnerAttributes", Kind::Text(1024)),
    nullable("attachments", Kind::AnyObjects(attachments::FIELDS)),
];
const STATUS: &[Field] = &[required("status", Kind::Text(12))];

/// What one side tells the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub id: Uuid,
    pub action_type: String,
    /// For the other side.
    pub message: Option<String>,
    /// For one's own side.
    pub comment: Option<String>,
    pub author: Option<String>,
    /// Whether the other side is notified.
    pub notification: bool,
    pub case_current_status: Option<String>,
    pub case_new_status: Option<String>,
    pub partner_attributes: Option<String>,
    pub attachments: Vec<Attachment>,
    pub transmitter: Triple,
    /// `IN_PROGRESS`, `SENT` or `RECEIVED`.
    pub status: String,
    pub create_date_time: DateTime<Utc>,
    pub update_date_time: Option<DateTime<Utc>>,
    pub partner_info: Value,
}

pub(super) fn post(store: &mut Store, turn: &Turn<'_>) -> Result<Answer, Answer> {
    let mixed = store.switches.mixed_dates;
    let mut open = writable(store, turn)?;
    let event = Event::read(&open, turn)?;
    if open.case.events.len() >= MOST {
        return Err(Answer::error(400, format!("No more than {MOST} events are accepted")));
    }
    if let Some(status) = event.case_new_status.as_deref().filter(|_| event.action_type == UPDATE) {
        open.move_to(status, turn.caller.scope, turn.now)?;
    }
    if event.status == SENT && event.notification {
        tell(&mut open, &event, turn.now);
    }
    let answer = Answer::json(201, event.to_json(mixed, true));
    open.case.events.push(event);
    Ok(answer)
}

pub(super) fn get(store: &Store, turn: &Turn<'_>) -> Result<Answer, Answer> {
    let (_, case) = readable(store, turn)?;
    let event = &case.events[place(case, turn)?];
    Ok(Answer::json(200, event.to_json(store.switches.mixed_dates, !turn.is(Scope::Osl))))
}

/// A deposit is sent once all its files came; what was sent is then acknowledged.
pub(super) fn patch(store: &mut Store, turn: &Turn<'_>) -> Result<Answer, Answer> {
    let mut open = writable(store, turn)?;
    let place = place(open.case, turn)?;
    let wanted = turn.text("status").unwrap_or_default();
    let event = &mut open.case.events[place];
    match (event.status.as_str(), wanted.as_str()) {
        (IN_PROGRESS, SENT) if !event.attachments.iter().all(Attachment::is_received) => {
            return Err(Answer::error(400, "Event has attachments that are not received"));
        }
        (IN_PROGRESS, SENT) | (SENT, RECEIVED) => {}
        (from, to) if from == to => {}
        (from, to) => return Err(Answer::error(400, format!("Event status {to} is not allowed from {from}"))),
    }
    let becomes_sent = event.status == IN_PROGRESS && wanted == SENT;
    event.status = wanted;
    event.update_date_time = Some(dates::to_second(turn.now));
    if becomes_sent {
        let event = event.clone();
        tell(&mut open, &event, turn.now);
    }
    Ok(Answer::no_content())
}

/// Only a deposit that was not sent.
pub(super) fn delete(store: &mut Store, turn: &Turn<'_>) -> Result<Answer, Answer> {
    let open = writable(store, turn)?;
    let place = place(open.case, turn)?;
    let event = &open.case.events[place];
    if event.action_type != DEPOSIT || event.status != IN_PROGRESS {
        return Err(Answer::error(400, format!("Event cannot be deleted in status {}", event.status)));
    }
    open.case.events.remove(place);
    Ok(Answer::no_content())
}

pub(super) fn put_attachment(store: &mut Store, turn: &Turn<'_>) -> Result<Answer, Answer> {
    attachments::raw(turn.seen)?;
    let open = writable(store, turn)?;
    let place = place(open.case, turn)?;
    let event = &mut open.case.events[place];
    if event.status != IN_PROGRESS {
        return Err(Answer::error(400, format!("Attachment cannot be sent in status {}", event.status)));
    }
    attachments::deposit(&mut event.attachments, turn.seen.uuid(2), turn.seen)
}

fn place(case: &Case, turn: &Turn<'_>) -> Result<usize, Answer> {
    let place = case.events.iter().position(|event| Some(event.id) == turn.seen.uuid(1));
    place.ok_or_else(|| Answer::not_found("Event"))
}

/// The other side is notified; the receiving one by mail too, of a deposit only when it makes the case new again.
fn tell(open: &mut Open<'_>, event: &Event, now: DateTime<Utc>) {
    if event.transmitter == open.case.recipient {
        return open.notify_osl(event, now);
    }
    open.notify_si(Some(event), now);
    if event.action_type != DEPOSIT || event.case_new_status.as_deref() == Some(NOTIFIED) {
        open.mail_si(now);
    }
}

impl Event {
    /// From a body already validated. Whoever does not receive speaks for whoever sent.
    fn read(open: &Open<'_>, turn: &Turn<'_>) -> Result<Self, Answer> {
        let body = turn.seen.json();
        let files = folders::few(&body["attachments"])?;
        let action_type = turn.text("actionType").unwrap_or_default();
        let is_deposit = action_type == DEPOSIT;
        if is_deposit && files.is_empty() {
            return Err(Answer::error(400, format!("Event {DEPOSIT} must have attachments")));
        }
        if !is_deposit && !files.is_empty() {
            return Err(Answer::error(400, format!("Event {action_type} must not have attachments")));
        }
        Ok(Self {
            id: Uuid::new_v4(),
            action_type,
            message: turn.text("message"),
            comment: turn.text("comment"),
            author: turn.text("author"),
            notification: body["notification"].as_bool().unwrap_or_default(),
            case_current_status: turn.text("caseCurrentStatus"),
            case_new_status: turn.text("caseNewStatus"),
            partner_attributes: turn.text("partnerAttributes"),
            attachments: files.iter().map(Attachment::announced).collect::<Result<_, _>>()?,
            transmitter: if turn.is(Scope::Si) { open.case.recipient.clone() } else { open.osl.clone() },
            status: if is_deposit { IN_PROGRESS } else { SENT }.to_owned(),
            create_date_time: dates::to_second(turn.now),
            update_date_time: None,
            partner_info: turn.seen.partner(),
        })
    }

    /// What the portal writes when somebody, or itself, gives a case a status.
    pub(super) fn of_portal(case: &Case, status: &str, author: &str, at: DateTime<Utc>) -> Self {
        Self {
            id: Uuid::new_v4(),
            action_type: UPDATE.to_owned(),
            message: None,
            comment: None,
            author: Some(author.to_owned()),
            notification: true,
            case_current_status: Some(case.status.clone()),
            case_new_status: Some(status.to_owned()),
            partner_attributes: None,
            attachments: Vec::new(),
            transmitter: case.recipient.clone(),
            status: SENT.to_owned(),
            create_date_time: dates::to_second(at),
            update_date_time: None,
            partner_info: Value::Null,
        }
    }

    /// Comments are of the receiving side.
    pub(super) fn to_json(&self, mixed: bool, shows_comment: bool) -> Value {
        json!({
            "id": self.id,
            "actionType": self.action_type,
            "message": self.message,
            "comment": self.comment.as_deref().filter(|_| shows_comment),
            "author": self.author,
            "notification": self.notification,
            "caseCurrentStatus": self.case_current_status,
            "caseNewStatus": self.case_new_status,
            "partnerAttributes": self.partner_attributes,
            "attachments": self.attachments.iter().map(Attachment::to_json).collect::<Vec<_>>(),
            "transmitter": self.transmitter.to_json(),
            "status": self.status,
            "createDateTime": dates::long(self.create_date_time),
            "updateDateTime": dates::short(self.update_date_time, mixed),
            "partnerInfo": self.partner_info,
        })
    }
}
