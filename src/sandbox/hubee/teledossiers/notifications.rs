//! Notifications: one queue for each organisation, whatever the démarche, read without order and emptied by its owner.
//! Must not know what a notification is of.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::dates;
use super::super::envelope::Answer;
use super::super::state::Store;
use super::super::triple::Triple;
use super::super::validation::{Kind, Schema};
use super::events::Event;
use super::{NOTIFICATIONS_KEPT, Turn};

/// Notifications answered when the client does not say.
const DEFAULT_PAGE: usize = 25;

pub(super) const LIST: Schema = Schema { id: None, query: PARAMETERS, body: None };
const PARAMETERS: &[(&str, Kind)] = &[
    ("maxResult", Kind::Integer),
    ("processCode", Kind::Text(30)),
    ("processPriority", Kind::Text(30)),
    ("eventDetails", Kind::Boolean),
];

/// Something to look at, until it is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    pub id: Uuid,
    pub recipient: Triple,
    pub transmitter: Triple,
    pub process_code: String,
    pub case_id: Uuid,
    /// None for a new folder.
    pub event_id: Option<Uuid>,
    pub date_time: DateTime<Utc>,
}

/// The caller's queue, in no useful order.
pub(super) fn list(store: &Store, turn: &Turn<'_>) -> Answer {
    let mut codes = turn.seen.parameters("processCode").peekable();
    let codes: Vec<&str> = if codes.peek().is_some() { codes.collect() } else { Vec::new() };
    let most = turn.seen.parameter("maxResult").and_then(|value| value.parse().ok()).unwrap_or(DEFAULT_PAGE);
    let mut theirs: Vec<&Notification> = store
        .teledossiers
        .notifications
        .iter()
        .filter(|one| turn.owns(&one.recipient))
        .filter(|one| codes.is_empty() || codes.contains(&one.process_code.as_str()))
        .collect();
    let is_urgent = |one: &Notification| turn.seen.parameter("processPriority") == Some(one.process_code.as_str());
    theirs.sort_by_key(|one| (!is_urgent(one), one.id));
    let details = turn.seen.parameter("eventDetails") == Some("true");
    let rendered = theirs.into_iter().take(most).map(|one| one.to_json(details.then_some(store)));
    Answer::json(200, Value::Array(rendered.collect()))
}

pub(super) fn delete(store: &mut Store, turn: &Turn<'_>) -> Result<Answer, Answer> {
    let all = &mut store.teledossiers.notifications;
    let place = all.iter().position(|one| Some(one.id) == turn.seen.uuid(0));
    let place = place.ok_or_else(|| Answer::not_found("Notification"))?;
    if !turn.owns(&all[place].recipient) {
        return Err(Answer::unauthorized_user());
    }
    all.remove(place);
    Ok(Answer::no_content())
}

/// Queues one more, and forgets the oldest past the limit.
pub(super) fn keep(all: &mut VecDeque<Notification>, notification: Notification) {
    all.push_back(notification);
    if all.len() > NOTIFICATIONS_KEPT {
        all.pop_front();
    }
}

impl Notification {
    pub(super) fn new(
        recipient: &Triple,
        transmitter: &Triple,
        process: &str,
        case_id: Uuid,
        event: Option<&Event>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id: Uuid::new_v4(),
            recipient: recipient.clone(),
            transmitter: transmitter.clone(),
            process_code: process.to_owned(),
            case_id,
            event_id: event.map(|event| event.id),
            date_time: dates::to_second(now),
        }
    }

    /// With what is known of its event, looked for in `details` if given.
    fn to_json(&self, details: Option<&Store>) -> Value {
        let mut rendered = json!({
            "id": self.id,
            "recipient": self.recipient.to_json(),
            "transmitter": self.transmitter.to_json(),
            "processCode": self.process_code,
            "caseId": self.case_id,
            "eventId": self.event_id,
            "dateTime": dates::long(self.date_time),
        });
        if let Some(store) = details {
            let case = store.teledossiers.find(self.case_id).map(|(_, case)| case);
            let event = case.and_then(|case| case.events.iter().find(|event| Some(event.id) == self.event_id));
            rendered["eventActionType"] = event.map(|event| event.action_type.clone()).into();
            rendered["eventStatus"] = event.map(|event| event.status.clone()).into();
        }
        rendered
    }
}
