//! The jobs of the clock: two that come back every working day and plan their own return, one per mail. Who is told
//! what is the reminders room's; how it reads is the notifications room's.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::alarm;
use super::follow::JobKind;
use super::house::House;
use super::mail::undelivered;
use crate::domain::paris::{day_in_words, paris};
use crate::domain::working_days::Urgency;
use crate::jobs::Failure;
use crate::notifications::{
    self, ActivationFacts, AlertFacts, Content, DigestFacts, LineFacts, Reminder, SectionFacts,
};
use crate::paths;
use crate::provisioning::Status;
use crate::reminders::digest::{Holder, Line, Section};
use crate::reminders::{Alert, Digest, Topic, alert, digest, moments, unsubscribe};
use crate::store::jobs::{self, NewJob};
use crate::store::preferences::{self, Reader};
use crate::store::reminders::{self as table, Waiting};
use crate::store::{self, Cx, Tx, habilitations, mails, provisioning};

/// A delivery may be stamped before a digest reads, and committed after: what arrived last is told again rather than
/// never.
const OVERLAP: Duration = Duration::minutes(1);

/// One mail to one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Order {
    Digest {
        account: Uuid,
        day: NaiveDate,
    },
    Alert {
        account: Uuid,
        habilitation: Uuid,
        due: NaiveDate,
        alert: String,
    },
    /// Something got stuck: `class` is a name of [`alarm::Alarm`].
    Hubee {
        account: Uuid,
        class: String,
        day: NaiveDate,
    },
    /// A collectivité did not activate, or says that it did.
    Activation {
        account: Uuid,
        habilitation: Uuid,
        since: DateTime<Utc>,
        declared: bool,
    },
}

impl Order {
    pub(super) fn job(&self, cause: &str, now: DateTime<Utc>) -> NewJob {
        let unique_key = Some(format!("reminder:{cause}"));
        NewJob { kind: JobKind::Reminder.name(), payload: serde_json::json!(self), unique_key, run_at: now }
    }
}

/// The recurring jobs, for a process that starts: due at once when their hour is past, since nobody may have been there.
pub fn recurring(house: &House) -> [NewJob; 2] {
    let (days, now) = (&house.config.days, house.clock.now());
    let hours = house.config.reminders;
    let digests = moments::at_start(days, &[hours.digest_at], now);
    [tick(JobKind::Digest, digests), tick(JobKind::Alerts, moments::at_start(days, &alert_hours(house), now))]
}

fn tick(kind: JobKind, run_at: DateTime<Utc>) -> NewJob {
    NewJob { kind: kind.name(), payload: serde_json::json!({}), unique_key: Some(kind.name().into()), run_at }
}

/// What is late is told with the morning's digest; what is about to be, at its own hour.
fn alert_hours(house: &House) -> [NaiveTime; 2] {
    [house.config.reminders.digest_at, house.config.reminders.alert_at]
}

/// Orders the digests of today, one per person and day, and comes back on the next working morning. Late is fine the
/// same day; the digest of a day that is over is not made.
pub async fn order_digests(house: &House) -> Result<(), Failure> {
    let (days, hour, now) = (&house.config.days, house.config.reminders.digest_at, house.clock.now());
    let today = house.clock.today();
    let mut tx = house.db.begin().await?;
    if moments::has_come(days, hour, now) {
        for reader in readers(tx.cx(), Topic::Digest).await? {
            if !is_made(tx.cx(), reader.id, today).await? {
                let order = Order::Digest { account: reader.id, day: today };
                jobs::enqueue(tx.cx(), &order.job(&digest::cause(reader.id, today), now), now).await?;
            }
        }
    }
    jobs::enqueue(tx.cx(), &tick(JobKind::Digest, moments::next(days, &[hour], now)), now).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(())
}

/// Orders the alerts that are called for and were never ordered, and comes back at the next hour.
pub async fn order_alerts(house: &House) -> Result<(), Failure> {
    let (days, now) = (&house.config.days, house.clock.now());
    let mut tx = house.db.begin().await?;
    let (from, to) = alert::window(days, house.clock.today());
    let waiting = table::unassigned_due(tx.cx(), from, to).await?;
    let called = alert::all(days, house.config.reminders.alert_at, now, &waiting);
    for reader in readers(tx.cx(), Topic::Alerts).await? {
        for (alert, request) in &called {
            let cause = alert.cause(request.id, request.due_on, reader.id);
            if !mails::is_intended(tx.cx(), &cause).await? {
                jobs::enqueue(tx.cx(), &order(*alert, request, reader.id).job(&cause, now), now).await?;
            }
        }
    }
    jobs::enqueue(tx.cx(), &tick(JobKind::Alerts, moments::next(days, &alert_hours(house), now)), now).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(())
}

fn order(alert: Alert, request: &Waiting, account: Uuid) -> Order {
    Order::Alert { account, habilitation: request.id, due: request.due_on, alert: alert.name().into() }
}

/// Who wants a topic, among those it concerns.
pub(super) async fn readers(cx: Cx<'_>, topic: Topic) -> store::Result<Vec<Reader>> {
    let mut readers = preferences::readers(cx, topic.name()).await?;
    readers.retain(|reader| topic.concerns(&reader.role));
    Ok(readers)
}

/// The person of an order, if they still want it.
pub(super) async fn reader(cx: Cx<'_>, account: Uuid, topic: Topic) -> store::Result<Option<Reader>> {
    Ok(preferences::reader(cx, account, topic.name()).await?.filter(|reader| topic.concerns(&reader.role)))
}

async fn is_made(cx: Cx<'_>, account: Uuid, day: NaiveDate) -> store::Result<bool> {
    Ok(table::last_digest(cx, account).await?.is_some_and(|(last, _)| last >= day))
}

/// Sends one reminder, if it still has an object.
pub async fn send(house: &House, order: Order) -> Result<(), Failure> {
    match order {
        Order::Digest { account, day } => send_digest(house, account, day).await,
        Order::Alert { account, habilitation, due, alert } => {
            let alert = Alert::parse(&alert).ok_or_else(|| Failure::park(format!("unknown alert: {alert}")))?;
            send_alert(house, account, habilitation, due, alert).await
        }
        Order::Hubee { account, class, day } => alarm::send(house, account, &class, day).await,
        Order::Activation { account, habilitation, since, declared } => {
            send_activation(house, account, habilitation, since, declared).await
        }
    }
}

/// Orders one mail to each responsable about an activation, once for a wait: that it does not come, or that the
/// demandeur says it is done.
pub(super) async fn tell_activation(
    tx: &mut Tx,
    house: &House,
    habilitation: Uuid,
    since: DateTime<Utc>,
    declared: bool,
) -> store::Result<()> {
    let now = house.clock.now();
    for reader in readers(tx.cx(), Topic::Alerts).await? {
        let order = Order::Activation { account: reader.id, habilitation, since, declared };
        let cause = activation_cause(habilitation, since, declared, reader.id);
        jobs::enqueue(tx.cx(), &order.job(&cause, now), now).await?;
    }
    Ok(())
}

fn activation_cause(habilitation: Uuid, since: DateTime<Utc>, declared: bool, account: Uuid) -> String {
    let what = if declared { "activation_declaree" } else { "activation_en_retard" };
    format!("{what}:{habilitation}:{}:{account}", since.timestamp())
}

async fn send_activation(
    house: &House,
    account: Uuid,
    id: Uuid,
    since: DateTime<Utc>,
    declared: bool,
) -> Result<(), Failure> {
    let mut conn = house.db.read().await?;
    let Some(reader) = reader(conn.cx(), account, Topic::Alerts).await? else { return Ok(()) };
    let row = provisioning::of(conn.cx(), id).await?;
    // Active or opened meanwhile: nothing to say.
    if row.is_none_or(|row| row.status != Status::AwaitingActivation.name()) {
        return Ok(());
    }
    let Some(habilitation) = habilitations::by_id(conn.cx(), id).await? else { return Ok(()) };
    drop(conn);
    let content = Content::Activation(ActivationFacts {
        request_url: house.config.absolute(&paths::request(&habilitation.number())),
        organisation: habilitation.dossier.organisation.name.clone(),
        number: habilitation.number(),
        since: day_in_words(paris(since).date_naive()),
        declared,
    });
    let cause = activation_cause(id, since, declared, account);
    hand_over(house, &reader, Topic::Alerts, content, Some(id), &cause).await
}

async fn send_digest(house: &House, account: Uuid, day: NaiveDate) -> Result<(), Failure> {
    let (now, today) = (house.clock.now(), house.clock.today());
    let mut conn = house.db.read().await?;
    let Some(reader) = reader(conn.cx(), account, Topic::Digest).await? else { return Ok(()) };
    let last = table::last_digest(conn.cx(), account).await?;
    if day != today || last.is_some_and(|(made, _)| made >= today) {
        return Ok(());
    }
    // Who was never told anything is told all that waits.
    let since = last.map_or(DateTime::UNIX_EPOCH, |(_, told_until)| told_until);
    let waiting = table::waiting(conn.cx(), since, today).await?;
    drop(conn);
    let digest = Digest::of(&waiting, account, today);
    if !digest.is_empty() {
        let content = Content::Digest(digest_facts(house, &digest, today));
        hand_over(house, &reader, Topic::Digest, content, None, &digest::cause(account, today)).await?;
    }
    Ok(table::digest_made(&house.db, account, today, now - OVERLAP).await?)
}

async fn send_alert(house: &House, account: Uuid, id: Uuid, due: NaiveDate, alert: Alert) -> Result<(), Failure> {
    let config = &house.config;
    if alert::called_for(&config.days, config.reminders.alert_at, house.clock.now(), due) != Some(alert) {
        return Ok(());
    }
    let mut conn = house.db.read().await?;
    let Some(reader) = reader(conn.cx(), account, Topic::Alerts).await? else { return Ok(()) };
    let waiting = table::unassigned_due(conn.cx(), due, due).await?;
    drop(conn);
    // Taken, answered or submitted anew meanwhile: nothing to say.
    let Some(request) = waiting.iter().find(|request| request.id == id) else { return Ok(()) };
    let facts = alert_facts(house, request);
    let content = match alert {
        Alert::LastDay => Content::LastDay(facts),
        Alert::Late => Content::Late(facts),
    };
    hand_over(house, &reader, Topic::Alerts, content, Some(id), &alert.cause(id, due, account)).await
}

/// Gives a mail its way out, and sends it.
pub(super) async fn hand_over(
    house: &House,
    reader: &Reader,
    topic: Topic,
    content: Content,
    about: Option<Uuid>,
    cause: &str,
) -> Result<(), Failure> {
    let token = unsubscribe::issue(&house.db, &house.clock, reader.id, topic).await?;
    let kind = content.name();
    let reminder = Reminder {
        content,
        preferences_url: house.config.absolute(paths::PREFERENCES),
        unsubscribe_url: house.config.absolute(&paths::unsubscribe(&token)),
    };
    let sent = notifications::remind(&house.post, &house.db, &house.clock, &reminder, &reader.email, about, cause);
    let outcome = sent.await;
    tracing::info!(account = %reader.id, kind, sent = outcome.is_ok(), "reminder");
    outcome.map_err(|error| undelivered(house, error))
}

/// The queue's tab of requests to answer, and that of late ones.
const TO_INSTRUCT: &str = "a-instruire";
const LATE: &str = "en-retard";

fn digest_facts(house: &House, digest: &Digest, today: NaiveDate) -> DigestFacts {
    let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n > 1 { many } else { one });
    let sections = [
        ("En retard", count(digest.late.total, "en retard", "en retard"), &digest.late, LATE),
        (
            "À rendre aujourd’hui",
            count(digest.today.total, "à rendre aujourd’hui", "à rendre aujourd’hui"),
            &digest.today,
            TO_INSTRUCT,
        ),
        (
            "Réponses reçues",
            count(digest.answers.total, "réponse reçue", "réponses reçues"),
            &digest.answers,
            TO_INSTRUCT,
        ),
        ("Nouvelles demandes", count(digest.new.total, "nouvelle", "nouvelles"), &digest.new, TO_INSTRUCT),
    ];
    let told = sections.into_iter().filter(|(_, _, section, _)| section.total > 0);
    let facts = |(title, short, section, tab): (&'static str, String, &Section, &str)| {
        let left_out = section.total - section.lines.len();
        SectionFacts {
            title,
            short,
            lines: section.lines.iter().map(|line| line_facts(house, line, today)).collect(),
            total: section.total,
            more: (left_out > 0).then(|| count(left_out, "autre", "autres")),
            url: house.config.absolute(&paths::queue_tab(tab)),
        }
    };
    DigestFacts {
        day: day_in_words(today),
        sections: told.map(facts).collect(),
        queue_url: house.config.absolute(&paths::queue_tab(TO_INSTRUCT)),
    }
}

fn line_facts(house: &House, line: &Line, today: NaiveDate) -> LineFacts {
    LineFacts {
        number: line.number.clone(),
        organisation: line.organisation.clone(),
        deadline: house.config.days.wording(line.due, today),
        holder: match line.holder {
            Holder::Reader => ", à vous",
            Holder::Nobody => ", à prendre",
            Holder::Colleague => ", déjà prise",
        },
        url: house.config.absolute(&paths::request(&line.number)),
    }
}

fn alert_facts(house: &House, request: &Waiting) -> AlertFacts {
    let number = format!("D{}", request.datapass_id);
    let day = day_in_words(request.due_on);
    AlertFacts {
        request_url: house.config.absolute(&paths::request(&number)),
        queue_url: house.config.absolute(&paths::queue_tab(TO_INSTRUCT)),
        organisation: request.name.clone(),
        deadline: match house.config.days.urgency(request.due_on, house.clock.today()) {
            Urgency::Today => "aujourd’hui".to_owned(),
            Urgency::Tomorrow => "demain".to_owned(),
            Urgency::Late(_) | Urgency::In(_) => format!("le {day}"),
        },
        number,
        day,
    }
}
