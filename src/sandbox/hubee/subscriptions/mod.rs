//! Subscriptions: at most one per organisation and démarche, created inactive, replaced whole, never deleted.
//! Knows that creating one invites an administrator, not how.

mod schema;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::calls::Seen;
use super::envelope::Answer;
use super::routes::Route;
use super::state::Store;
use super::switches::Switches;
use super::triple::Triple;
use super::{accounts, dates, lists, processes};
pub(super) use schema::{GET, LIST, POST, PUT};

const INACTIVE: &str = "Inactif";
const ACTIVE: &str = "Actif";
const SUSPENDED: &str = "Suspendu";

/// An organisation's subscription to a démarche.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    pub id: Uuid,
    pub creation_date_time: DateTime<Utc>,
    /// Number of the DataPass request, 0 for a subscription made by hand.
    pub datapass_id: i64,
    pub process_code: String,
    pub subscriber: Triple,
    /// `PORTAIL` or `API`; none until activation.
    pub access_mode: Option<String>,
    /// `Unitaire`, `Aucune`…, in whatever case it was sent.
    pub notification_frequency: String,
    pub activate_date_time: Option<DateTime<Utc>>,
    pub validate_date_time: Option<DateTime<Utc>>,
    pub reject_date_time: Option<DateTime<Utc>>,
    pub end_date_time: Option<DateTime<Utc>>,
    pub update_date_time: Option<DateTime<Utc>>,
    /// The éditeur that acts for the organisation.
    pub delegation_actor: Option<Triple>,
    pub rejection_reason: Option<String>,
    /// `Actif`, `Inactif`, `Refusé` or `Suspendu`.
    pub status: String,
    /// Where notifications go.
    pub email: Option<String>,
    /// E-mail of the local administrator: all HubEE gives back of one.
    pub local_administrator: String,
    /// Inactive still, and to be activated by the batch of this day: what the portal calls the activation date.
    #[serde(default)]
    pub activates_on: Option<NaiveDate>,
    /// When it was suspended, if it is: the effect comes later.
    #[serde(default)]
    pub suspended_at: Option<DateTime<Utc>>,
}

pub(super) fn get(store: &Store, seen: &Seen) -> Result<Answer, Answer> {
    let found = store.subscriptions.iter().find(|subscription| Some(subscription.id) == wanted(seen));
    let subscription = found.ok_or_else(|| Answer::not_found("Subscription"))?;
    Ok(Answer::json(200, subscription.to_json(&store.switches)))
}

pub(super) fn post(store: &mut Store, seen: &Seen, now: DateTime<Utc>) -> Result<Answer, Answer> {
    let body = seen.json();
    let subscription = Subscription::read(&body, Uuid::new_v4(), dates::to_second(now))?;
    subscription.check(store)?;
    accounts::invite(store, &body["localAdministrator"], &subscription.subscriber, now);
    let answer = Answer::json(201, subscription.to_json(&store.switches));
    store.subscriptions.push(subscription);
    Ok(answer)
}

/// Full replacement: what is not sent is emptied, except for the id and the creation date.
pub(super) fn put(store: &mut Store, seen: &Seen, now: DateTime<Utc>) -> Result<Answer, Answer> {
    let found = store.subscriptions.iter().position(|subscription| Some(subscription.id) == wanted(seen));
    let place = found.ok_or_else(|| Answer::not_found("Subscription"))?;
    let (id, created) = (store.subscriptions[place].id, store.subscriptions[place].creation_date_time);
    let mut subscription = Subscription::read(&seen.json(), id, created)?;
    subscription.check(store)?;
    if subscription.status == SUSPENDED {
        subscription.suspended_at = store.subscriptions[place].suspended_at.or(Some(now));
    }
    let answer = Answer::json(200, subscription.to_json(&store.switches));
    store.subscriptions[place] = subscription;
    Ok(answer)
}

pub(super) fn list(store: &Store, seen: &Seen, now: DateTime<Utc>) -> Result<Answer, Answer> {
    let lag = Duration::seconds(i64::from(store.switches.list_lag_seconds));
    let is = |name: &str, value: &str| seen.parameter(name).is_none_or(|wanted| wanted == value);
    let matching = store
        .subscriptions
        .iter()
        .filter(|subscription| subscription.creation_date_time + lag <= now)
        .filter(|subscription| is("companyRegister", &subscription.subscriber.company_register))
        .filter(|subscription| is("status", &subscription.status))
        .filter(|subscription| {
            let mut codes = seen.parameters("processCode").peekable();
            codes.peek().is_none() || codes.any(|code| code == subscription.process_code)
        })
        // A delegation is to an organisation, which has no e-mail: this documented filter finds nothing.
        .filter(|_| seen.parameter("delegationActorEmail").is_none());
    let rendered = matching.map(|subscription| subscription.to_listed_json(store)).collect();
    lists::page(seen, Route::ListSubscriptions, "subcriptions", schema::COLUMNS, rendered)
}

fn wanted(seen: &Seen) -> Option<Uuid> {
    seen.uuid(0)
}

impl Subscription {
    /// An active subscription as one made by hand looks: no DataPass number, no dates, no e-mail, in API mode.
    pub fn made_by_hand(siret: &str, branch_code: &str, local_administrator: &str, at: DateTime<Utc>) -> Self {
        Self {
            id: Uuid::new_v4(),
            creation_date_time: at,
            datapass_id: 0,
            process_code: processes::CODE.to_owned(),
            subscriber: Triple::si(siret, branch_code),
            access_mode: Some("API".to_owned()),
            notification_frequency: "Aucune".to_owned(),
            activate_date_time: None,
            validate_date_time: None,
            reject_date_time: None,
            end_date_time: None,
            update_date_time: None,
            delegation_actor: None,
            rejection_reason: None,
            status: ACTIVE.to_owned(),
            email: None,
            local_administrator: local_administrator.to_owned(),
            activates_on: None,
            suspended_at: None,
        }
    }

    /// The same, suspended at this instant.
    #[must_use]
    pub fn suspended(mut self, at: DateTime<Utc>) -> Self {
        self.suspend(at);
        self
    }

    pub(super) fn is_for(&self, subscriber: &Triple, process_code: &str) -> bool {
        self.subscriber == *subscriber && self.process_code == process_code
    }

    /// The portal keeps the chosen day's midnight; a day to come waits for its batch.
    pub(super) fn activate_in_portal(&mut self, now: DateTime<Utc>, day: NaiveDate) {
        self.access_mode.get_or_insert_with(|| "PORTAIL".to_owned());
        self.activate_date_time = Some(dates::midnight(day));
        self.update_date_time = Some(dates::to_second(now));
        self.activates_on = Some(day);
        if day <= dates::day(now) {
            self.activate();
        }
    }

    pub(super) fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.activates_on.is_some_and(|day| dates::batch(day) <= now)
    }

    pub(super) fn activate(&mut self) {
        self.activates_on = None;
        self.status = ACTIVE.to_owned();
    }

    pub(super) fn suspend(&mut self, now: DateTime<Utc>) {
        self.status = SUSPENDED.to_owned();
        self.update_date_time = Some(dates::to_second(now));
        self.suspended_at = Some(now);
    }

    pub(super) fn reactivate(&mut self, now: DateTime<Utc>) {
        self.status = ACTIVE.to_owned();
        self.update_date_time = Some(dates::to_second(now));
        self.suspended_at = None;
    }

    /// Whether the collectivité has a client of its own.
    pub(super) fn speaks_by_api(&self) -> bool {
        self.access_mode.as_deref() == Some("API")
    }

    /// Whether télédossiers may be addressed to it: active from its date on, and suspended from the next day only.
    pub(super) fn receives(&self, now: DateTime<Utc>, switches: &Switches) -> bool {
        match self.status.as_str() {
            ACTIVE => self.activate_date_time.is_none_or(|at| at <= now),
            SUSPENDED if !switches.suspends_at_once => self.suspended_at.is_some_and(|at| now < dates::next_batch(at)),
            _ => false,
        }
    }

    /// From a body already validated.
    fn read(body: &Value, id: Uuid, creation_date_time: DateTime<Utc>) -> Result<Self, Answer> {
        let optional = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let text = |name: &str| optional(name).unwrap_or_default();
        let date = |name: &str| body.get(name).and_then(Value::as_str).and_then(dates::parse);
        let subscriber = Triple::read(&body["subscriber"]);
        Ok(Self {
            id,
            creation_date_time,
            datapass_id: body["datapassId"].as_i64().unwrap_or_default(),
            process_code: text("processCode"),
            subscriber: subscriber.ok_or_else(|| Answer::error(400, "Subscriber is missing"))?,
            access_mode: optional("accessMode"),
            notification_frequency: text("notificationFrequency"),
            activate_date_time: date("activateDateTime"),
            validate_date_time: date("validateDateTime"),
            reject_date_time: date("rejectDateTime"),
            end_date_time: date("endDateTime"),
            update_date_time: date("updateDateTime"),
            delegation_actor: Triple::read(&body["delegationActor"]),
            rejection_reason: optional("rejectionReason"),
            status: optional("status").unwrap_or_else(|| INACTIVE.to_owned()),
            email: optional("email"),
            local_administrator: body["localAdministrator"]["email"].as_str().unwrap_or_default().to_owned(),
            activates_on: None,
            suspended_at: None,
        })
    }

    /// The rules no schema tells: a known subscriber and démarche, no other subscription of one to the other.
    fn check(&self, store: &Store) -> Result<(), Answer> {
        let (key, process) = (self.subscriber.key(), &self.process_code);
        if store.organisation(&self.subscriber).is_none() {
            return Err(Answer::error(400, format!("Subscriber {key} does not exist")));
        }
        processes::open(process, &store.switches)?;
        let is_other = |known: &&Self| known.id != self.id && known.is_for(&self.subscriber, process);
        match store.subscriptions.iter().find(is_other) {
            Some(_) => Err(Answer::error(400, format!("Subscription {process} for organization {key} already exists"))),
            None => Ok(()),
        }
    }

    fn to_json(&self, switches: &Switches) -> Value {
        let mixed = switches.mixed_dates;
        json!({
            "id": self.id,
            "creationDateTime": dates::long(self.creation_date_time),
            "datapassId": self.datapass_id,
            "processCode": self.process_code,
            "subscriber": self.subscriber.to_json(),
            "accessMode": self.access_mode,
            "notificationFrequency": self.notification_frequency,
            "activateDateTime": dates::short(self.activate_date_time, mixed),
            "validateDateTime": dates::short(self.validate_date_time, false),
            "rejectDateTime": dates::short(self.reject_date_time, false),
            "endDateTime": dates::short(self.end_date_time, mixed),
            "updateDateTime": dates::short(self.update_date_time, mixed),
            "delegationActor": self.delegation_actor.as_ref().map(Triple::to_json),
            "rejectionReason": self.rejection_reason,
            "status": self.status,
            "email": self.email,
            "localAdministrator": {"email": self.local_administrator},
        })
    }

    /// In a list, the subscriber has a name and « no delegation » is an object of nulls.
    fn to_listed_json(&self, store: &Store) -> Value {
        let mut rendered = self.to_json(&store.switches);
        rendered["subscriber"]["name"] =
            store.organisation(&self.subscriber).map_or(Value::Null, |organisation| organisation.name.clone().into());
        if self.delegation_actor.is_none() {
            rendered["delegationActor"] = json!({"branchCode": null, "companyRegister": null, "type": null});
        }
        rendered
    }
}
