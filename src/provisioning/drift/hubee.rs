//! The walk through HubEE's list, one part a run. The list is asked in the order of SIRETs, so that each part is set
//! against ours of the same stretch, and what is missing is seen without keeping what was read. Lists refused, or not in
//! that order: ours are read one by one.

use std::collections::BTreeMap;

use super::compare::{self, Both};
use super::{Kind, Part, Standing};
use crate::clients::hubee::{Client, Failed, Fault, Subscription};
use crate::store::drift::{self as table, Ours, Walk};
use crate::store::suspensions::SuspensionRow;
use crate::store::{self, Db, suspensions};

/// Lines of HubEE's list asked for at once.
const PAGE: usize = 200;
/// Ours set against one part.
const OURS: i64 = 1000;
/// Objects asked for one by one in a run: a few calls, then the pause between two runs.
const READS: usize = 5;
/// After every SIRET.
const END: &str = "99999999999999";

/// What a run needs.
pub struct Comparing<'a> {
    pub db: &'a Db,
    pub hubee: &'a Client,
}

/// Compares one more part; the walk says where it stopped and whether it is over.
///
/// # Errors
/// When the database can't be reached.
pub async fn hubee(comparing: &Comparing<'_>, walk: &mut Walk) -> store::Result<Result<Part, Failed>> {
    if Standing::parse(&walk.status) == Standing::OneByOne {
        return one_by_one(comparing, walk).await;
    }
    let rank = usize::try_from(walk.next_rank).unwrap_or_default();
    match comparing.hubee.subscriptions_from(rank, PAGE).await {
        Ok(reply) => {
            let all = reply.trace.total.unwrap_or(if reply.value.len() < PAGE { 0 } else { usize::MAX });
            let last = reply.value.is_empty() || rank + reply.value.len() >= all;
            match ordered(&reply.value) {
                true => part(comparing, walk, reply.value, last).await,
                false => one_by_one_from_start(comparing, walk).await,
            }
        }
        // Not every scope may list, and not every gateway knows this order.
        Err(failed) if matches!(failed.fault, Fault::Forbidden | Fault::Invalid(_)) => {
            one_by_one_from_start(comparing, walk).await
        }
        Err(failed) => Ok(Err(failed)),
    }
}

fn ordered(rows: &[Subscription]) -> bool {
    rows.windows(2).all(|pair| pair[0].siret() <= pair[1].siret())
}

/// One stretch: from the last SIRET compared to the last one that this page holds whole.
async fn part(
    comparing: &Comparing<'_>,
    walk: &mut Walk,
    rows: Vec<Subscription>,
    last: bool,
) -> store::Result<Result<Part, Failed>> {
    let after = walk.after_siret.clone();
    let mut upto = match rows.last() {
        _ if last => END.to_owned(),
        // Other branches of the last SIRET may come with the next page.
        Some(row) => before_last(&rows).unwrap_or_else(|| row.siret().to_owned()),
        None => END.to_owned(),
    };
    let mut conn = comparing.db.read().await?;
    let mut ours = table::ours(conn.cx(), &after, &upto, OURS).await?;
    if ours.len() == usize::try_from(OURS).unwrap_or_default()
        && let Some(one) = ours.last()
    {
        upto.clone_from(&one.siret);
    }
    drop(conn);
    let listed = |siret: &str| rows.binary_search_by(|row| row.siret().cmp(siret)).is_ok();
    let absent: Vec<&Ours> = ours.iter().filter(|one| one.live && !listed(&one.siret)).collect();
    // Many are missing: a few at a time, each confirmed by its own call.
    if let Some(one) = absent.get(READS) {
        upto = ours.iter().rev().find(|other| other.siret < one.siret).map_or(upto, |other| other.siret.clone());
    }
    let confirm: Vec<Ours> = absent.into_iter().filter(|one| one.siret <= upto).cloned().collect();
    ours.retain(|one| one.siret <= upto);
    let mut theirs: Vec<Subscription> = Vec::new();
    for one in &confirm {
        match read(comparing.hubee, one).await {
            Ok(found) => theirs.extend(found),
            Err(failed) => return Ok(Err(failed)),
        }
    }
    let done = rows.iter().take_while(|row| row.siret() <= upto.as_str()).count();
    theirs.extend(rows.into_iter().take(done).filter(|row| row.siret() > after.as_str()));
    walk.next_rank += i64::try_from(done).unwrap_or_default();
    let part = set_against(comparing, &after, &upto, &ours, &theirs, &Kind::OF_HUBEE, |_| true).await?;
    advance(walk, &ours, &part, &upto);
    if upto == END {
        walk.status = Standing::Done.name().to_owned();
    }
    Ok(Ok(part))
}

/// The last SIRET but one of a page.
fn before_last(rows: &[Subscription]) -> Option<String> {
    let last = rows.last()?.siret();
    rows.iter().rev().map(Subscription::siret).find(|siret| *siret != last).map(str::to_owned)
}

async fn one_by_one_from_start(comparing: &Comparing<'_>, walk: &mut Walk) -> store::Result<Result<Part, Failed>> {
    walk.status = Standing::OneByOne.name().to_owned();
    walk.after_siret.clear();
    walk.next_rank = 0;
    walk.compared = 0;
    one_by_one(comparing, walk).await
}

/// Ours alone, each asked for: what HubEE has and we don't stays unknown.
async fn one_by_one(comparing: &Comparing<'_>, walk: &mut Walk) -> store::Result<Result<Part, Failed>> {
    let after = walk.after_siret.clone();
    let limit = i64::try_from(READS).unwrap_or(i64::MAX);
    let mut conn = comparing.db.read().await?;
    let ours = table::ours(conn.cx(), &after, END, limit).await?;
    drop(conn);
    let upto = match ours.last() {
        Some(one) if ours.len() == READS => one.siret.clone(),
        _ => END.to_owned(),
    };
    let mut theirs = Vec::new();
    for one in &ours {
        match read(comparing.hubee, one).await {
            Ok(found) => theirs.extend(found),
            Err(failed) if failed.fault == Fault::Forbidden => {
                walk.status = Standing::Refused.name().to_owned();
                return Ok(Ok(Part::default()));
            }
            Err(failed) => return Ok(Err(failed)),
        }
    }
    let read = |siret: &str| ours.iter().any(|one| one.siret == siret);
    let part = set_against(comparing, &after, &upto, &ours, &theirs, &Kind::OF_ONE, read).await?;
    advance(walk, &ours, &part, &upto);
    if upto == END {
        walk.status = Standing::Done.name().to_owned();
    }
    Ok(Ok(part))
}

fn advance(walk: &mut Walk, ours: &[Ours], part: &Part, upto: &str) {
    walk.after_siret = upto.to_owned();
    walk.compared += i64::try_from(ours.len()).unwrap_or_default();
    walk.found += i64::try_from(part.seen.len()).unwrap_or_default();
}

/// What HubEE shows of one of ours: by its id, else by its SIRET.
async fn read(hubee: &Client, ours: &Ours) -> Result<Vec<Subscription>, Failed> {
    if let Some(id) = &ours.subscription_id {
        match hubee.subscription(id).await {
            Ok(reply) => return Ok(vec![reply.value]),
            Err(failed) if failed.fault == Fault::NotFound => {}
            Err(failed) => return Err(failed),
        }
    }
    Ok(hubee.subscriptions(&ours.siret).await?.value)
}

/// Both sides of a stretch, SIRET by SIRET. `kinds`: what this reading can tell; `compared`: HubEE was really asked about
/// it.
async fn set_against(
    comparing: &Comparing<'_>,
    after: &str,
    upto: &str,
    ours: &[Ours],
    theirs: &[Subscription],
    kinds: &[Kind],
    compared: impl Fn(&str) -> bool,
) -> store::Result<Part> {
    let mut conn = comparing.db.read().await?;
    let stopped = suspensions::between(conn.cx(), after, upto).await?;
    let known = table::known(conn.cx(), after, upto).await?;
    let standing = table::between(conn.cx(), after, upto).await?;
    drop(conn);
    let mut sides: BTreeMap<&str, Both<'_>> = BTreeMap::new();
    for one in ours {
        side(&mut sides, &one.siret, &known).ours = Some(one);
    }
    for one in theirs {
        side(&mut sides, one.siret(), &known).theirs.push(one);
    }
    for row in &stopped {
        side(&mut sides, &row.siret, &known).suspensions.push(row as &SuspensionRow);
    }
    let mut part = Part::default();
    for both in sides.values().filter(|both| compared(both.siret)) {
        compare::hubee(both, &mut part);
    }
    part.forget(standing, kinds, compared);
    // Found at a transfer: only a form that is open was compared on this.
    let live = |siret: &str| ours.iter().any(|one| one.live && one.siret == siret);
    part.gone.retain(|(kind, siret)| kind != Kind::Administrator.name() || live(siret));
    Ok(part)
}

fn side<'a, 'b>(sides: &'b mut BTreeMap<&'a str, Both<'a>>, siret: &'a str, known: &[String]) -> &'b mut Both<'a> {
    sides.entry(siret).or_insert_with(|| Both {
        siret,
        ours: None,
        suspensions: Vec::new(),
        known: known.binary_search_by(|one| one.as_str().cmp(siret)).is_ok(),
        theirs: Vec::new(),
    })
}
