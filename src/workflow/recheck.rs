//! Makes the checks of a request and keeps what they say, for the lists and for the responsables: when it is submitted,
//! when a source answers, when a person asks, when the rules change. A run that says the same writes next to nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::checked::{checked, rules};
use super::follow::JobKind;
use super::house::House;
use crate::domain::{Habilitation, HabilitationId};
use crate::instruction::checks::{Check, Rules, Summary, Verdict};
use crate::jobs::Failure;
use crate::store::checks::{self as table, ResultRow, Tally};
use crate::store::jobs::{self, NewJob};
use crate::store::queue::{self, Checked};
use crate::store::{self, Cx, Tx, habilitations};

/// Requests checked in one transaction, when the rules change: whoever else writes waits no longer than that.
const BATCH: i64 = 50;
/// Transactions of one job.
const BATCHES: usize = 40;

/// The job that checks a request, and the others of its body: what is said of one is said of them all. A source that
/// answered asks for it too.
pub(super) fn job(habilitation: &Habilitation, now: DateTime<Utc>) -> NewJob {
    NewJob {
        kind: JobKind::Checks.name(),
        payload: json!({ "habilitation": habilitation.id }),
        unique_key: Some(format!("{}:{}", JobKind::Checks.name(), habilitation.id)),
        run_at: now,
    }
}

/// The job that checks again every request that other rules checked.
pub fn checks_of_all(now: DateTime<Utc>) -> NewJob {
    let name = JobKind::ChecksOfAll.name();
    NewJob { kind: name, payload: json!({}), unique_key: Some(name.to_owned()), run_at: now }
}

/// Checks a request now, because somebody asks. `false` when there is no such request.
///
/// # Errors
/// When the database can't be reached.
pub async fn recheck(house: &House, id: HabilitationId) -> store::Result<bool> {
    let mut tx = house.db.begin().await?;
    let Some(habilitation) = habilitations::by_id(tx.cx(), id).await? else { return Ok(false) };
    count(&mut tx, &habilitation, house).await?;
    tx.commit().await?;
    Ok(true)
}

/// Checks one request, in the caller's transaction: the last thing that it does.
pub(super) async fn count(tx: &mut Tx, habilitation: &Habilitation, house: &House) -> store::Result<()> {
    let mut run = Run::begin(tx.cx(), house).await?;
    run.check(tx.cx(), habilitation).await?;
    run.end(tx.cx()).await
}

/// Checks a request and the others of its body.
pub(super) async fn run(house: &House, habilitation: &Habilitation) -> Result<(), Failure> {
    let mut tx = house.db.begin().await?;
    let mut numbers = vec![habilitation.datapass_id];
    if let Some(siret) = habilitation.dossier.organisation.siret() {
        let others = habilitations::of_siren(tx.cx(), &siret.to_string()[..9], habilitation.id).await?;
        numbers.extend(others.into_iter().map(|other| other.datapass_id));
    }
    numbers.sort_unstable();
    check_all(&mut tx, house, &numbers).await?;
    Ok(tx.commit().await?)
}

/// Checks what other rules checked: some batches, then the same job again until nothing is left. Stopped and begun again, it
/// goes on where it was, since what is checked says by which rules.
pub(super) async fn run_all(house: &House) -> Result<(), Failure> {
    let mut last = i64::MIN;
    let mut count = 0;
    for _ in 0..BATCHES {
        let mut tx = house.db.begin().await?;
        let name = rules(tx.cx(), house).await?.name();
        let numbers = table::checked_otherwise(tx.cx(), &name, last, BATCH).await?;
        let Some(end) = numbers.last() else {
            tracing::info!(count, rules = name, "every request is checked by the rules in use");
            return Ok(());
        };
        last = *end;
        count += numbers.len();
        check_all(&mut tx, house, &numbers).await?;
        tx.commit().await?;
    }
    let mut tx = house.db.begin().await?;
    let now = house.clock.now();
    jobs::enqueue(tx.cx(), &checks_of_all(now), now).await?;
    Ok(tx.commit().await?)
}

/// Requests in the order of their numbers, whoever checks: two transactions never wait for each other.
async fn check_all(tx: &mut Tx, house: &House, numbers: &[i64]) -> store::Result<()> {
    let mut run = Run::begin(tx.cx(), house).await?;
    for number in numbers {
        match habilitations::by_datapass_id(tx.cx(), *number).await {
            Ok(Some(habilitation)) => run.check(tx.cx(), &habilitation).await?,
            Ok(None) => {}
            Err(store::Error::Corrupt(why)) => tracing::error!(number, why, "a request can't be read, nor checked"),
            Err(error) => return Err(error),
        }
    }
    run.end(tx.cx()).await
}

/// One run of the checks over some requests.
struct Run {
    rules: Rules,
    now: DateTime<Utc>,
    today: NaiveDate,
    tallies: BTreeMap<&'static str, Tally>,
}

impl Run {
    async fn begin(cx: Cx<'_>, house: &House) -> store::Result<Self> {
        let (now, today) = (house.clock.now(), house.clock.today());
        Ok(Self { rules: rules(cx, house).await?, now, today, tallies: BTreeMap::new() })
    }

    async fn check(&mut self, mut cx: Cx<'_>, habilitation: &Habilitation) -> store::Result<()> {
        let checks = checked(cx.cx(), habilitation, &self.rules).await?;
        let said = self.said(&checks);
        if !queue::set_checks(cx.cx(), habilitation.id, habilitation.version, &said, self.now).await? {
            return Ok(());
        }
        let before = table::results_of(cx.cx(), habilitation.id).await?;
        let changed: Vec<ResultRow> = checks.iter().filter_map(|check| self.changed(check, &before)).collect();
        table::keep_results(cx.cx(), habilitation.id, &changed, self.now).await?;
        for gone in before.iter().filter(|row| checks.iter().all(|check| check.code != row.code)) {
            table::forget_result(cx.cx(), habilitation.id, &gone.code).await?;
        }
        Ok(())
    }

    fn said(&self, checks: &[Check]) -> Checked {
        let summary = Summary::of(checks);
        Checked {
            blocking: summary.blocking.bits(),
            look: summary.look.bits(),
            unverified: summary.unverified.bits(),
            overridden: summary.overridden.bits(),
            rules: self.rules.name(),
        }
    }

    /// The row to keep, when it says something new; counts what was made and found for the first time.
    fn changed(&mut self, check: &Check, before: &[ResultRow]) -> Option<ResultRow> {
        let was = before.iter().find(|row| row.code == check.code);
        let now = ResultRow {
            code: check.code.to_owned(),
            verdict: check.verdict.name().to_owned(),
            fingerprint: check.fingerprint(),
        };
        if was == Some(&now) {
            return None;
        }
        let made = |verdict: &str| ![Verdict::Unverified.name(), Verdict::Moot.name()].contains(&verdict);
        let found = |verdict: &str| [Verdict::Blocking.name(), Verdict::Look.name()].contains(&verdict);
        let first =
            |kind: &dyn Fn(&str) -> bool| i64::from(kind(&now.verdict) && !was.is_some_and(|was| kind(&was.verdict)));
        let (made, found) = (first(&made), first(&found));
        if made + found > 0 {
            let tally = self
                .tallies
                .entry(check.code)
                .or_insert_with(|| Tally { code: check.code.to_owned(), ..Tally::default() });
            tally.made += made;
            tally.found += found;
        }
        Some(now)
    }

    async fn end(self, cx: Cx<'_>) -> store::Result<()> {
        let tallies: Vec<Tally> = self.tallies.into_values().collect();
        table::count(cx, self.today, &tallies).await
    }
}
