//! Cases: a folder as one collectivité sees it, and the statuses that either side gives it. Knows which status is whose,
//! not why somebody gives it.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::accounts::Mail;
use super::super::dates;
use super::super::envelope::Answer;
use super::super::state::Store;
use super::super::subscriptions::Subscription;
use super::super::token::Scope;
use super::super::triple::Triple;
use super::super::validation::{Field, Kind, Schema, required};
use super::attachments::Attachment;
use super::events::Event;
use super::folders::{Folder, NOTIFIED};
use super::notifications::{self, Notification};
use super::{Turn, readable, ticks, writable};

pub(super) const SENT: &str = "SENT";
const CLOSED: &str = "CLOSED";
/// What the receiving side gives, in the order in which an agent of the portal meets them.
pub(super) const SI: [&str; 7] =
    [SENT, "SI_RECEIVED", "IN_PROGRESS", "ADD_AWAITING", "SI_INTG_ERROR", "REFUSED", "DONE"];
/// What the sending side gives.
const OSL: [&str; 2] = [NOTIFIED, CLOSED];

pub(super) const GET: Schema = Schema { id: Some(Kind::Uuid), query: &[("lite", Kind::Boolean)], body: None };
pub(super) const PATCH: Schema = Schema { id: Some(Kind::Uuid), query: &[], body: Some(STATUS) };
const STATUS: &[Field] = &[required("status", Kind::Text(50))];

/// A folder for one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Case {
    pub id: Uuid,
    pub external_id: String,
    pub recipient: Triple,
    pub partner_attributes: Option<String>,
    pub status: String,
    pub update_date_time: Option<DateTime<Utc>>,
    /// When the recipient fetched it.
    pub transmission_date_time: Option<DateTime<Utc>>,
    pub close_date_time: Option<DateTime<Utc>>,
    pub events: Vec<Event>,
    /// When the portal comes for it, if it is to.
    pub fetched_at: Option<DateTime<Utc>>,
}

pub(super) fn get(store: &Store, turn: &Turn<'_>) -> Result<Answer, Answer> {
    let (folder, case) = readable(store, turn)?;
    let mixed = store.switches.mixed_dates;
    let mut rendered = case.in_folder(mixed);
    rendered["processCode"] = folder.process_code.clone().into();
    rendered["createDateTime"] = dates::long(folder.create_date_time).into();
    rendered["closeDateTime"] = dates::short(case.close_date_time, mixed);
    if turn.seen.parameter("lite") != Some("true") {
        let shows_comments = !turn.is(Scope::Osl);
        rendered["applicant"] = folder.applicant.clone();
        rendered["attachments"] = folder.files_of(case).map(Attachment::to_json).collect();
        rendered["events"] = case.events.iter().map(|event| event.to_json(mixed, shows_comments)).collect();
    }
    Ok(Answer::json(200, rendered))
}

/// Nobody is told: an event is expected to follow.
pub(super) fn patch(store: &mut Store, turn: &Turn<'_>) -> Result<Answer, Answer> {
    let mut open = writable(store, turn)?;
    open.move_to(&turn.text("status").unwrap_or_default(), turn.caller.scope, turn.now)?;
    Ok(Answer::no_content())
}

/// A case to be changed, and what else a change may touch.
pub(super) struct Open<'a> {
    pub(super) case: &'a mut Case,
    pub(super) osl: Triple,
    pub(super) process: String,
    subscription: Option<&'a Subscription>,
    notifications: &'a mut VecDeque<Notification>,
    mails: &'a mut Vec<Mail>,
}

impl<'a> Open<'a> {
    pub(super) fn of(store: &'a mut Store, case: Uuid) -> Option<Self> {
        let (place, rank) = store.teledossiers.place(case)?;
        let Folder { cases, osl, process_code, .. } = store.teledossiers.folders.get_mut(place)?;
        let case = cases.get_mut(rank)?;
        Some(Self {
            osl: osl.clone(),
            process: process_code.clone(),
            subscription: super::subscription(&store.subscriptions, &case.recipient, process_code),
            case,
            notifications: &mut store.teledossiers.notifications,
            mails: &mut store.mails,
        })
    }

    /// Gives the case a status, if this side may.
    pub(super) fn move_to(&mut self, status: &str, by: Scope, now: DateTime<Utc>) -> Result<(), Answer> {
        allowed(&self.case.status, status, by)?;
        if rank(status).is_some_and(|to| rank(&self.case.status).is_some_and(|from| to < from)) {
            tracing::info!(from = self.case.status, to = status, "simulated HubEE: a case goes back");
        }
        if status == NOTIFIED {
            self.awaits_the_portal(now);
        }
        if status == SENT {
            self.case.transmission_date_time.get_or_insert(dates::to_second(now));
        }
        self.case.close_date_time = (status == CLOSED).then(|| dates::to_second(now));
        self.case.update_date_time = Some(dates::to_second(now));
        status.clone_into(&mut self.case.status);
        Ok(())
    }

    /// The portal comes for the cases of those who chose it.
    pub(super) fn awaits_the_portal(&mut self, now: DateTime<Utc>) {
        let by_portal = self.subscription.is_some_and(|one| one.access_mode.as_deref() == Some("PORTAIL"));
        self.case.fetched_at = by_portal.then(|| ticks::next_visit(now));
    }

    /// A notification for whoever receives, without event when the folder is new.
    pub(super) fn notify_si(&mut self, event: Option<&Event>, now: DateTime<Utc>) {
        let notification = Notification::new(&self.case.recipient, &self.osl, &self.process, self.case.id, event, now);
        notifications::keep(self.notifications, notification);
    }

    /// A notification for whoever sent.
    pub(super) fn notify_osl(&mut self, event: &Event, now: DateTime<Utc>) {
        let notification =
            Notification::new(&self.osl, &self.case.recipient, &self.process, self.case.id, Some(event), now);
        notifications::keep(self.notifications, notification);
    }

    /// The portal read what was for the recipient.
    pub(super) fn clear_si(&mut self) {
        let case = self.case.id;
        let recipient = &self.case.recipient;
        self.notifications.retain(|one| one.case_id != case || one.recipient != *recipient);
    }

    /// One mail to the notification address of whoever asked for one each time.
    pub(super) fn mail_si(&mut self, at: DateTime<Utc>) {
        let unitary = self.subscription.filter(|one| one.notification_frequency.eq_ignore_ascii_case("unitaire"));
        if let Some(email) = unitary.and_then(|one| one.email.as_deref()) {
            self.mails.push(ticks::letter(email, &self.case.external_id, at));
        }
    }
}

/// How far an agent of the portal has gone.
pub(super) fn rank(status: &str) -> Option<usize> {
    SI.iter().position(|known| *known == status)
}

/// Any status of one's own side among cases that are open; a closed one may only be notified again.
fn allowed(from: &str, to: &str, by: Scope) -> Result<(), Answer> {
    let theirs = match by {
        Scope::Si => SI.contains(&to),
        Scope::Osl => OSL.contains(&to),
        _ => SI.contains(&to) || OSL.contains(&to),
    };
    let known = match from {
        CLOSED => to == NOTIFIED,
        NOTIFIED => to != CLOSED,
        from if SI.contains(&from) => to != CLOSED || from != SENT,
        _ => false,
    };
    if from == to || theirs && known {
        return Ok(());
    }
    Err(Answer::error(400, format!("Case status {to} is not allowed from {from}")))
}

impl Case {
    pub(super) fn received(body: &Value, recipient: Triple, status: &str) -> Self {
        Self {
            id: Uuid::new_v4(),
            external_id: body["externalId"].as_str().unwrap_or_default().to_owned(),
            recipient,
            partner_attributes: body["partnerAttributes"].as_str().map(str::to_owned),
            status: status.to_owned(),
            update_date_time: None,
            transmission_date_time: None,
            close_date_time: None,
            events: Vec::new(),
            fetched_at: None,
        }
    }

    /// Whether the portal should have come by now.
    pub(super) fn is_awaited(&self, now: DateTime<Utc>) -> bool {
        self.status == NOTIFIED && self.fetched_at.is_some_and(|at| at <= now)
    }

    pub(super) fn in_folder(&self, mixed: bool) -> Value {
        json!({
            "id": self.id,
            "externalId": self.external_id,
            "recipient": self.recipient.to_json(),
            "partnerAttributes": self.partner_attributes,
            "status": self.status,
            "updateDateTime": dates::short(self.update_date_time, mixed),
            "transmissionDateTime": dates::short(self.transmission_date_time, mixed),
        })
    }
}
