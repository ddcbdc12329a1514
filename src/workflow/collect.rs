//! Asks outside registers what the checks of a request read: one job per source, so that a slow one holds nothing. An
//! answer that is still fresh is not asked again; a source that is down is noted, tried again, and what it said before
//! stays quoted. Each answer has the checks made again.

use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::apply::apply;
use super::decide::Undecided;
use super::follow::JobKind;
use super::heard::completed;
use super::house::House;
use super::{in_hubee, recheck};
use crate::clients::{Answer, Unavailable};
use crate::domain::sources::{Question, Source, questions};
use crate::domain::{Action, Actor, Event, Habilitation, HabilitationId, What};
use crate::jobs::Failure;
use crate::store::jobs::{self, NewJob};
use crate::store::sources::{self, Kept};
use crate::store::{self, Tx, events, habilitations};

/// Answers that name people are kept this long.
const PEOPLE_KEEP: Duration = Duration::days(90);
/// Other answers: past any freshness, nobody waits for them any more.
const ANSWER_KEEP: Duration = Duration::days(400);
/// Between two questions that people ask of the same sources about the same request.
const REST: Duration = Duration::minutes(1);
/// How many requests are gone through at once.
const PAGE: i64 = 500;

/// What a job is about.
#[derive(Deserialize)]
pub(super) struct Asked {
    habilitation: Uuid,
    source: Source,
    /// Whatever the age of the last answer.
    #[serde(default)]
    again: bool,
}

/// What a job that plans others is about.
#[derive(Deserialize)]
pub(super) struct Planned {
    habilitation: Uuid,
    #[serde(default)]
    again: bool,
}

/// Has every source asked again about a request, because somebody asks: a line of history, and the jobs that follow it.
/// `false` when somebody just did: nothing is asked twice within a minute.
///
/// # Errors
/// See [`Undecided`]; refused once the request is decided.
pub async fn ask_again(house: &House, id: HabilitationId, by: Actor) -> Result<bool, Undecided> {
    let now = house.clock.now();
    let mut tx = house.db.begin().await?;
    let habilitation = habilitations::by_id(tx.cx(), id).await?.ok_or(Undecided::NotFound)?;
    let last = events::last(tx.cx(), id, Event::SourcesAsked.name()).await?;
    if last.is_some_and(|at| now - at < REST) {
        return Ok(false);
    }
    let action = Action { at: now, by, what: What::AskSources };
    apply(&mut tx, &house.clock, &house.config.days, habilitation, &action, None).await?;
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(true)
}

/// Orders the questions of one request.
pub(super) async fn plan(house: &House, planned: Planned) -> Result<(), Failure> {
    let mut tx = house.db.begin().await?;
    let Some(habilitation) = habilitations::by_id(tx.cx(), planned.habilitation).await? else { return Ok(()) };
    if plan_in(&mut tx, house, &habilitation, planned.again).await? {
        check_again(&mut tx, house, &habilitation).await?;
    }
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(())
}

/// Orders them in the caller's transaction. `false` when there is nothing to ask.
pub(super) async fn plan_in(
    tx: &mut Tx,
    house: &House,
    habilitation: &Habilitation,
    again: bool,
) -> store::Result<bool> {
    let now = house.clock.now();
    let organisation = completed(tx.cx(), habilitation).await?;
    let mut due = Vec::new();
    for question in questions(&organisation, &habilitation.dossier) {
        if question.source != Source::Sirene && house.asks(question.source) {
            sources::expect(tx.cx(), &question, now).await?;
            if !due.contains(&question.source) {
                due.push(question.source);
            }
        }
    }
    for source in &due {
        jobs::enqueue(tx.cx(), &ask_job(habilitation.id, *source, again, now), now).await?;
    }
    Ok(!due.is_empty())
}

fn ask_job(id: HabilitationId, source: Source, again: bool, at: DateTime<Utc>) -> NewJob {
    NewJob {
        kind: JobKind::Ask.name(),
        payload: json!({ "habilitation": id, "source": source, "again": again }),
        unique_key: Some(format!(
            "{}:{}:{id}{}",
            JobKind::Ask.name(),
            source.name(),
            if again { ":again" } else { "" }
        )),
        run_at: at,
    }
}

/// Asks one source what it is asked for one request.
pub(super) async fn ask(house: &House, asked: Asked) -> Result<(), Failure> {
    if !house.asks(asked.source) {
        return Ok(());
    }
    let mut conn = house.db.read().await?;
    let Some(habilitation) = habilitations::by_id(conn.cx(), asked.habilitation).await? else { return Ok(()) };
    let organisation = completed(conn.cx(), &habilitation).await?;
    let mut all = questions(&organisation, &habilitation.dossier);
    all.retain(|question| question.source == asked.source);
    let kept = sources::of(conn.cx(), &all).await?;
    drop(conn);
    let is_due = |question: &&Question| asked.again || !is_fresh(&kept, question, house.clock.now());
    let mut failed = None;
    for question in all.iter().filter(is_due) {
        match put(house, &habilitation, question).await {
            Ok(answer) => keep(house, question, answer).await?,
            Err(unavailable) if unavailable.held => return wait(house, &asked, &unavailable).await,
            Err(unavailable) => {
                let mut tx = house.db.begin().await?;
                sources::is_down(tx.cx(), question, &unavailable.why, house.clock.now()).await?;
                tx.commit().await?;
                failed = Some(unavailable);
            }
        }
    }
    let mut tx = house.db.begin().await?;
    check_again(&mut tx, house, &habilitation).await?;
    tx.commit().await?;
    match failed {
        Some(why) => Err(Failure::Retry { why: format!("{} : {}", asked.source.label(), why.why), at: why.again }),
        None => Ok(()),
    }
}

/// We keep to the pace that the source asks for: the question comes back, its tries counted anew.
async fn wait(house: &House, asked: &Asked, held: &Unavailable) -> Result<(), Failure> {
    let now = house.clock.now();
    let at = held.again.unwrap_or(now + Duration::minutes(1));
    let mut tx = house.db.begin().await?;
    jobs::enqueue(tx.cx(), &ask_job(asked.habilitation, asked.source, asked.again, at), now).await?;
    Ok(tx.commit().await?)
}

/// What was learnt is read by the checks.
pub(super) async fn check_again(tx: &mut Tx, house: &House, habilitation: &Habilitation) -> store::Result<()> {
    let now = house.clock.now();
    jobs::enqueue(tx.cx(), &recheck::job(habilitation, now), now).await?;
    Ok(())
}

fn is_fresh(kept: &[Kept], question: &Question, now: DateTime<Utc>) -> bool {
    let is_it = |row: &&Kept| row.source == question.source.name() && row.key == question.key;
    let age = kept.iter().find(is_it).filter(|row| row.down_since.is_none()).and_then(|row| row.answered_at);
    age.is_some_and(|at| now - at < Duration::hours(question.source.fresh_hours()))
}

/// Puts one question about a request; the answer as it is kept, `None` being « unknown there ». A source that is off is not asked.
async fn put(
    house: &House,
    habilitation: &Habilitation,
    question: &Question,
) -> Result<Option<serde_json::Value>, Unavailable> {
    let key = &question.key;
    if question.source == Source::Hubee {
        return stored(in_hubee::of(house, habilitation.id, key).await);
    }
    match (question.source, &house.recherche, &house.geo, &house.annuaire, &house.dns) {
        (Source::Recherche, Some(client), ..) if key.len() == 14 => stored(client.of_siret(key).await),
        (Source::Recherche, Some(client), ..) => stored(client.of_commune(key).await),
        (Source::Geo, _, Some(client), ..) => stored(client.place(key).await),
        (Source::Annuaire, _, _, Some(client), _) => stored(client.mairie(key).await),
        (Source::Dns, .., Some(client)) => stored(client.mailboxes(key).await),
        _ => Ok(None),
    }
}

fn stored<T: serde::Serialize>(answer: Answer<T>) -> Result<Option<serde_json::Value>, Unavailable> {
    match answer {
        Answer::Found(value) => Ok(serde_json::to_value(&value).ok()),
        Answer::Unknown => Ok(None),
        Answer::Unavailable(why) => Err(why),
    }
}

async fn keep(house: &House, question: &Question, answer: Option<serde_json::Value>) -> store::Result<()> {
    let mut tx = house.db.begin().await?;
    sources::answered(tx.cx(), question, answer.as_ref(), house.clock.now()).await?;
    tx.commit().await
}

/// Every day: what waits for a decision is asked about again, once its answers have aged; comes back tomorrow.
pub(super) async fn refresh(house: &House) -> Result<(), Failure> {
    let now = house.clock.now();
    let mut after = HabilitationId::nil();
    loop {
        let mut tx = house.db.begin().await?;
        let page = sources::waiting(tx.cx(), after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = *last;
        for id in &page {
            jobs::enqueue(tx.cx(), &collect_job(*id, now), now).await?;
        }
        tx.commit().await?;
    }
    let mut tx = house.db.begin().await?;
    schedule(&mut tx, house).await?;
    Ok(tx.commit().await?)
}

/// Puts the next refresh on the calendar.
pub(super) async fn schedule(tx: &mut Tx, house: &House) -> store::Result<()> {
    let now = house.clock.now();
    let kind = JobKind::Refresh.name();
    let job = NewJob { kind, payload: json!({}), unique_key: Some(kind.into()), run_at: now + Duration::days(1) };
    jobs::enqueue(tx.cx(), &job, now).await?;
    Ok(())
}

/// What a source that was turned off will never answer is not waited for. At each start.
pub(super) async fn settle(tx: &mut Tx, house: &House) -> store::Result<()> {
    for source in Source::ALL.into_iter().filter(|source| !house.asks(*source)) {
        sources::forget_unanswered(tx.cx(), source).await?;
    }
    Ok(())
}

/// Forgets answers past their keep.
pub(super) async fn purge(tx: &mut Tx, now: DateTime<Utc>) -> store::Result<u64> {
    let mut forgotten = 0;
    for source in Source::ALL {
        let keep = if source.names_people() { PEOPLE_KEEP } else { ANSWER_KEEP };
        forgotten += sources::purge(tx.cx(), source, now - keep).await?;
    }
    Ok(forgotten)
}

/// Orders what a request asks of other registers.
pub(super) fn collect_job(id: HabilitationId, now: DateTime<Utc>) -> NewJob {
    NewJob {
        kind: JobKind::Collect.name(),
        payload: json!({ "habilitation": id }),
        unique_key: Some(format!("{}:{id}", JobKind::Collect.name())),
        run_at: now,
    }
}

/// The same, whatever the age of what they said.
pub(super) fn collect_again(id: HabilitationId, now: DateTime<Utc>) -> NewJob {
    NewJob {
        payload: json!({ "habilitation": id, "again": true }),
        unique_key: Some(format!("{}:again:{id}", JobKind::Collect.name())),
        ..collect_job(id, now)
    }
}
