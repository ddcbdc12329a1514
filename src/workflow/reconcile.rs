//! Reconciliation with DataPass: walks its list of requests and applies what the webhooks never told, as if they had.
//! Safe beside them, beside itself and after a stop: each gesture is applied with the note that it was. What is missing
//! is the intake room's to say.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::apply::{NotApplied, apply, found_or_made};
use super::follow::JobKind;
use super::house::House;
use crate::clients::datapass::{Client, Demande, Fault};
use crate::domain::{Actor, Event};
use crate::intake::{Missed, Verdict, compare, notes};
use crate::jobs::Failure;
use crate::store::jobs::{Ending, NewJob};
use crate::store::{self, Tx, events, habilitations, inbox, jobs};

/// Requests asked for at once: about 2 MB.
const PAGE: usize = 100;
/// Rows read again from one page to the next, since the list may also shrink.
const OVERLAP: usize = 5;
/// Pages of one run: what is beyond is for the next, right after.
const MAX_PAGES: usize = 50;
/// Tries against somebody who changes the same request.
const TRIES: usize = 3;
/// When our rights are refused, a person must act: asked again a day later.
const REFUSED: Duration = Duration::days(1);
/// How long a run asked for by hand keeps others away.
const BY_HAND: Duration = Duration::minutes(15);
/// One at a time, whatever the number of processes.
const KEY: &str = "reconcile";

/// Where a run begins in the list.
#[derive(Deserialize)]
pub struct From {
    #[serde(default)]
    offset: usize,
}

/// What a reconciliation saw and did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Requests of ours that were read.
    pub read: usize,
    /// Gestures applied that no webhook had told.
    pub gestures: usize,
    /// Requests never heard of before.
    pub requests: usize,
    /// Left for later: too fresh, or being changed.
    pub waiting: usize,
    /// Never heard of, and over for too long.
    pub past: usize,
    /// DataPass's state differs from the last heard of, without an event that says why.
    pub unexplained: usize,
    pub unreadable: usize,
}

/// A run that ended well: `next` is where to go on, when the list is not at its end.
struct Run {
    figures: Figures,
    next: Option<usize>,
}

/// A run that did not: what it did before stays done.
struct Broken {
    why: Failure,
    /// The page that failed.
    at: usize,
}

/// Why nothing was reconciled by hand.
#[derive(Debug, thiserror::Error)]
pub enum NotReconciled {
    #[error("rapprochement désactivé : indiquez DATAPASS_CLIENT_ID et DATAPASS_CLIENT_SECRET")]
    Off,
    #[error("un rapprochement est déjà en cours : réessayez dans quelques minutes")]
    Busy,
    #[error("{0}")]
    Failed(String),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Puts the first run on the calendar, or says that there will be none.
pub async fn schedule(tx: &mut Tx, house: &House) -> store::Result<()> {
    let Some(api) = &house.config.datapass_api else {
        tracing::warn!("no DATAPASS_CLIENT_ID: what DataPass's webhooks fail to deliver will stay unknown");
        return Ok(());
    };
    enqueue(tx, house, 0, house.clock.now() + from_std(api.every)).await
}

async fn enqueue(tx: &mut Tx, house: &House, offset: usize, run_at: DateTime<Utc>) -> store::Result<()> {
    let payload = json!({ "offset": offset });
    let job = NewJob { kind: JobKind::Reconcile.name(), payload, unique_key: Some(KEY.to_owned()), run_at };
    jobs::enqueue(tx.cx(), &job, house.clock.now()).await?;
    Ok(())
}

fn from_std(span: std::time::Duration) -> Duration {
    Duration::from_std(span).unwrap_or(Duration::minutes(10))
}

/// One run of the recurring job, and the next one on the calendar whatever happens to it.
pub async fn run(house: &House, from: From) -> Result<(), Failure> {
    let (Some(client), Some(api)) = (&house.datapass, &house.config.datapass_api) else { return Ok(()) };
    let usual = from_std(api.every);
    let (outcome, offset, wait) = match pages(house, client, from.offset).await {
        Ok(Run { figures, next }) => {
            tell(&figures);
            (Ok(()), next.unwrap_or(0), if next.is_some() { Duration::zero() } else { usual })
        }
        // A page that fails twice must not hide the head of the list.
        Err(Broken { why, at }) => {
            let wait = if matches!(why, Failure::Park { .. }) { REFUSED } else { usual };
            (Err(why), if at == from.offset { 0 } else { at }, wait)
        }
    };
    // The run's own retry gives way to this one, which has all its tries before it.
    let mut tx = house.db.begin().await?;
    enqueue(&mut tx, house, offset, house.clock.now() + wait).await?;
    tx.commit().await?;
    outcome
}

fn tell(figures: &Figures) {
    let Figures { read, gestures, requests, waiting, past, unexplained, unreadable } = figures;
    tracing::info!(read, gestures, requests, waiting, past, unexplained, unreadable, "reconciled with DataPass");
}

/// One whole reconciliation, now, for a person. The jobs that follow are for the workers.
///
/// # Errors
/// [`NotReconciled`]; what was found before stays applied.
pub async fn once(house: &House) -> Result<Figures, NotReconciled> {
    let (Some(client), Some(api)) = (&house.datapass, &house.config.datapass_api) else {
        return Err(NotReconciled::Off);
    };
    let now = house.clock.now();
    let mut tx = house.db.begin().await?;
    enqueue(&mut tx, house, 0, now).await?;
    tx.commit().await?;
    let claimed = jobs::claim_of(&house.db, KEY, Uuid::now_v7(), now, now + BY_HAND).await?;
    let job = claimed.ok_or(NotReconciled::Busy)?;
    let mut total = Figures::default();
    let mut next = Some(0);
    let mut outcome = Ok(());
    while let Some(offset) = next {
        match pages(house, client, offset).await {
            Ok(run) => {
                total.add(&run.figures);
                next = run.next;
            }
            Err(Broken {
                why: Failure::Park { why } | Failure::Retry { why, .. } | Failure::Wait { why, .. }, ..
            }) => {
                outcome = Err(NotReconciled::Failed(why));
                break;
            }
        }
    }
    let mut tx = house.db.begin().await?;
    enqueue(&mut tx, house, 0, house.clock.now() + from_std(api.every)).await?;
    tx.commit().await?;
    jobs::finish(&house.db, &job, &Ending::Done, house.clock.now()).await?;
    tell(&total);
    outcome.map(|()| total)
}

impl Figures {
    fn add(&mut self, other: &Self) {
        self.read += other.read;
        self.gestures += other.gestures;
        self.requests += other.requests;
        self.waiting += other.waiting;
        self.past += other.past;
        self.unexplained += other.unexplained;
        self.unreadable += other.unreadable;
    }
}

/// Walks the list from `offset`, [`MAX_PAGES`] at most. The list grows at its head: rows come again, none is skipped.
async fn pages(house: &House, client: &Client, offset: usize) -> Result<Run, Broken> {
    let mut figures = Figures::default();
    let mut seen = HashSet::new();
    let mut at = offset;
    let mut next = None;
    for _ in 0..MAX_PAGES {
        let broken = |why: Failure| Broken { why, at };
        let page = client.demandes(at, PAGE).await.map_err(|fault| broken(failure(&fault)))?;
        figures.unreadable += page.length - page.demandes.len();
        let mut fresh = false;
        for demande in page.demandes {
            if seen.insert(demande.id) {
                fresh = true;
                settle(house, &demande, &mut figures).await.map_err(broken)?;
            }
        }
        // A server that gave the same page for ever would otherwise keep us for ever.
        if page.length < PAGE || !fresh {
            next = None;
            break;
        }
        at += PAGE - OVERLAP;
        next = Some(at);
    }
    if figures.gestures > 0 {
        house.wake.notify_waiters();
        house.publication.refresh(&house.db).await.map_err(|error| Broken { why: error.into(), at })?;
    }
    Ok(Run { figures, next })
}

fn failure(fault: &Fault) -> Failure {
    if fault.is_passing() { Failure::retry(fault) } else { Failure::park(fault) }
}

/// Compares one request, and applies what is missing.
async fn settle(house: &House, demande: &Demande, figures: &mut Figures) -> Result<(), Failure> {
    let verdict = {
        let mut conn = house.db.read().await?;
        let known = habilitations::by_datapass_id(conn.cx(), demande.id).await?;
        let heard = inbox::heard(conn.cx(), demande.id).await?;
        compare(demande, known.as_ref(), &heard, house.clock.now())
    };
    figures.read += usize::from(verdict != Verdict::Foreign);
    match verdict {
        Verdict::Settled | Verdict::Foreign => {}
        Verdict::Waiting => figures.waiting += 1,
        Verdict::Past => figures.past += 1,
        Verdict::Unexplained => {
            figures.unexplained += 1;
            tracing::warn!(request = demande.id, "DataPass says another state than we heard, and no event says why");
        }
        Verdict::Unreadable => {
            figures.unreadable += 1;
            tracing::warn!(request = demande.id, "request not understood");
        }
        Verdict::Missed(_) => catch_up(house, demande, figures).await?,
    }
    Ok(())
}

/// Applies the missing gestures of a request, unless a webhook told them meanwhile.
async fn catch_up(house: &House, demande: &Demande, figures: &mut Figures) -> Result<(), Failure> {
    for _ in 0..TRIES {
        match attempt(house, demande).await {
            Ok((gestures, made)) => {
                figures.gestures += gestures;
                figures.requests += usize::from(made);
                return Ok(());
            }
            Err(NotApplied::Stale) => {}
            Err(NotApplied::Store(error)) => return Err(error.into()),
            // DataPass reports facts: the table refuses none of them. If it ever did, the others must not wait.
            Err(NotApplied::Refused(refusal)) => {
                tracing::error!(request = demande.id, %refusal, "gesture found by reconciliation not applied");
                figures.unexplained += 1;
                return Ok(());
            }
        }
    }
    figures.waiting += 1;
    Ok(())
}

/// In one transaction: the comparison again, the gestures, their history, and what tells late webhooks apart. Answers how
/// many gestures were applied, and whether the request was unknown.
async fn attempt(house: &House, demande: &Demande) -> Result<(usize, bool), NotApplied> {
    let now = house.clock.now();
    let mut tx = house.db.begin().await?;
    let known = habilitations::by_datapass_id(tx.cx(), demande.id).await?;
    let heard = inbox::heard(tx.cx(), demande.id).await?;
    let Verdict::Missed(missed) = compare(demande, known.as_ref(), &heard, now) else { return Ok((0, false)) };
    for one in &missed {
        recover(&mut tx, house, one).await?;
    }
    for note in notes(demande, &heard, now) {
        inbox::insert(tx.cx(), &note).await?;
    }
    tx.commit().await?;
    Ok((missed.len(), known.is_none()))
}

async fn recover(tx: &mut Tx, house: &House, missed: &Missed) -> Result<(), NotApplied> {
    let before = found_or_made(tx, &house.clock, &missed.snapshot).await?;
    let after = apply(tx, &house.clock, &house.config.days, before, &missed.action, Some(&missed.snapshot)).await?;
    let (event, fired_at) = (missed.occurrence.name.clone(), missed.occurrence.at);
    let line = Event::Recovered { event, fired_at };
    events::append(tx.cx(), after.id, house.clock.now(), &Actor::Habilis, &line).await?;
    Ok(())
}
