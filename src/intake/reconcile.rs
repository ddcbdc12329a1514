//! What DataPass's list of requests says that its webhooks never told: compares one request with what we know and have
//! heard of it, and rebuilds the gestures that are missing. Pure; must not know how the list was read nor what follows.

mod rebuild;

use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;

use super::translate::payload::Request;
use super::translate::rank;
use crate::clients::datapass::{Demande, Occurrence};
use crate::domain::datapass::Moment;
use crate::domain::{Action, DatapassState, Habilitation, Snapshot};
use crate::store::inbox::{Delivery, Heard, Status};
use rebuild::Story;

/// The definition that leads to the form.
const OUR_DEFINITION: &str = "formulaire_qf";
/// An event and its webhook are dated apart: this far at most.
const SAME: Duration = Duration::seconds(2);
/// Younger events are left to their webhooks, which may be on their way, and to DataPass's first retries.
const GRACE: Duration = Duration::minutes(5);
/// A delivery that waits longer than this is stuck: it holds nothing back any more.
const STUCK: Duration = Duration::hours(1);
/// What we heard is forgotten after 90 days: before this, what the mirror has passed counts as heard.
const MEMORY: Duration = Duration::days(80);
/// A request never heard of whose last event is older belongs to the past: nobody is written to about it.
const PAST: Duration = Duration::days(30);

/// A gesture that we were never told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    pub occurrence: Occurrence,
    pub action: Action,
    pub snapshot: Snapshot,
}

/// What a comparison finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// We know what DataPass knows.
    Settled,
    /// Another kind of request.
    Foreign,
    /// Too fresh, or a delivery of it is being applied: looked at next time.
    Waiting,
    /// Never heard of, and long over.
    Past,
    /// DataPass says another state than the last we heard, and no event explains it.
    Unexplained,
    /// The request is not of the expected shape.
    Unreadable,
    /// To be applied in this order.
    Missed(Vec<Missed>),
}

/// Compares a request with what is known and was heard of it.
pub fn compare(demande: &Demande, known: Option<&Habilitation>, heard: &[Heard], now: DateTime<Utc>) -> Verdict {
    if demande.definition != OUR_DEFINITION {
        return Verdict::Foreign;
    }
    let Ok(request) = Request::deserialize(&demande.content) else { return Verdict::Unreadable };
    let Some(state) = DatapassState::parse(&request.state) else { return Verdict::Unreadable };
    if heard.iter().any(|one| one.is(Status::Pending) && one.received_at > now - STUCK) {
        return Verdict::Waiting;
    }
    let settled = || match known {
        Some(ours) if ours.datapass.state != state => Verdict::Unexplained,
        _ => Verdict::Settled,
    };
    let Some(last) = demande.events.last() else { return settled() };
    if known.is_none() && last.at < now - PAST {
        return Verdict::Past;
    }
    let is_heard = |event: &Occurrence| is_heard(event, known, heard, now);
    let fresh = demande.events.iter().any(|event| event.at > now - GRACE && is_gesture(event) && !is_heard(event));
    let story = Story { demande, request: &request, state, known };
    let missed: Vec<usize> = missing(demande, known, is_heard, now);
    match story.tell(&missed) {
        told if !told.is_empty() => Verdict::Missed(told),
        _ if fresh => Verdict::Waiting,
        _ => settled(),
    }
}

/// The places, in the history, of the gestures to rebuild. What came before the last change of state we heard of is past:
/// older never overwrites newer.
fn missing(
    demande: &Demande,
    known: Option<&Habilitation>,
    is_heard: impl Fn(&Occurrence) -> bool,
    now: DateTime<Utc>,
) -> Vec<usize> {
    let events = &demande.events;
    let after = events.iter().rposition(|event| changes_state(event) && is_heard(event)).map_or(0, |place| place + 1);
    let wanted = |event: &Occurrence| {
        let passed = known.is_some_and(|ours| is_passed(event, ours));
        event.at <= now - GRACE && is_gesture(event) && !passed && !is_heard(event)
    };
    let gestures: Vec<usize> = (after..events.len()).filter(|place| wanted(&events[*place])).collect();
    if known.is_some() {
        return gestures;
    }
    // Never heard of: its recent life, and what put it in its state; a draft is at least known to be there.
    let turning = gestures.iter().copied().rfind(|place| changes_state(&events[*place]));
    let recent = |place: &usize| turning.is_some_and(|from| *place >= from) || events[*place].at > now - PAST;
    let recent: Vec<usize> = gestures.into_iter().filter(recent).collect();
    let first = || events.iter().rposition(|event| event.at <= now - GRACE);
    if recent.is_empty() { first().into_iter().collect() } else { recent }
}

/// Whether we heard of an event, by its webhook, by an earlier reconciliation, or long ago.
fn is_heard(event: &Occurrence, known: Option<&Habilitation>, heard: &[Heard], now: DateTime<Utc>) -> bool {
    if heard.iter().any(|one| is_same(one, &event.name, event.at)) {
        return true;
    }
    known.is_some_and(|ours| {
        let last = ours.datapass.moment;
        let itself = rank_of(event) == Some(last.rank) && near(event.at, last.fired_at);
        itself || (event.at <= last.fired_at + SAME && event.at < now - MEMORY)
    })
}

/// Something newer was applied, from whose state this event was deduced: it can only be history.
fn is_passed(event: &Occurrence, known: &Habilitation) -> bool {
    moment(event).is_some_and(|moment| moment < known.datapass.moment)
}

/// Whether a delivery only repeats what a reconciliation had found: the same event, or a save that it made useless.
pub fn is_recovered(snapshot: &Snapshot, heard: &[Heard]) -> bool {
    let at = snapshot.mirror.moment.fired_at;
    let useless = |one: &Heard| is_save(&snapshot.event) && one.fired_at + SAME >= at;
    let same = |one: &Heard| is_same(one, &snapshot.event, at);
    heard.iter().any(|one| one.is(Status::Recovered) && (same(one) || useless(one)))
}

/// What the inbox keeps of the events that a reconciliation found: no answer, no name.
pub fn notes(demande: &Demande, heard: &[Heard], now: DateTime<Utc>) -> Vec<Delivery> {
    let unheard =
        |event: &&Occurrence| event.at <= now - GRACE && !heard.iter().any(|one| is_same(one, &event.name, event.at));
    let note = |event: &Occurrence| Delivery {
        id: uuid::Uuid::now_v7(),
        dedup_key: format!("recovered|{}|{}", demande.id, event.id),
        received_at: now,
        environment: None,
        event: Some(event.name.clone()),
        model_type: Some(super::translate::OUR_TYPE.to_owned()),
        model_id: Some(demande.id),
        fired_at: Some(event.at),
        body: serde_json::json!({ "id": event.id, "name": event.name, "created_at": event.at }).to_string().into(),
        status: Status::Recovered,
        note: Some("retrouvé par rapprochement".to_owned()),
    };
    demande.events.iter().filter(unheard).map(note).collect()
}

fn is_same(one: &Heard, event: &str, at: DateTime<Utc>) -> bool {
    one.event == event && near(one.fired_at, at)
}

fn near(one: DateTime<Utc>, other: DateTime<Utc>) -> bool {
    (one - other).abs() <= SAME
}

/// The event in the webhooks' words: DataPass's own archiving counts as one.
fn webhook_name(event: &str) -> &str {
    if event == "system_archive" { "archive" } else { event }
}

fn rank_of(event: &Occurrence) -> Option<i64> {
    rank(webhook_name(&event.name))
}

/// Its place in DataPass's time: whole seconds, as webhooks have.
fn moment(event: &Occurrence) -> Option<Moment> {
    let fired_at = DateTime::from_timestamp(event.at.timestamp(), 0)?;
    Some(Moment { fired_at, rank: rank_of(event)? })
}

fn is_save(event: &str) -> bool {
    matches!(event, "create" | "update")
}

/// Saves say nothing that the next gesture does not say again.
fn is_gesture(event: &Occurrence) -> bool {
    rank_of(event).is_some() && !is_save(&event.name)
}

fn changes_state(event: &Occurrence) -> bool {
    is_gesture(event) && event.name != "transfer"
}
