//! `/instruction/ecarts`: what HubEE or Sirene shows and we don't, and what a person does about it.

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::request::actor;
use crate::accounts::Account;
use crate::http::session::LoggedIn;
use crate::http::views::components::FieldError;
use crate::http::views::drift::{self as view, Detail, List};
use crate::http::{Error, PageResult, Shared, paths};
use crate::provisioning::drift::{HUBEE, Kind, SIRENE};
use crate::store::drift::{self as table, DriftRow};
use crate::workflow::{self, NotSettled};

/// Lines of a page.
const LINES: i64 = 50;
/// Longest reason, in characters.
const LONGEST: usize = 2000;
/// A difference may be left alone this many days.
const LONGEST_DAYS: u64 = 366;

pub fn routes() -> Router<Shared> {
    Router::new()
        .route(paths::DRIFTS, get(list))
        .route(&paths::difference("{id}"), get(detail))
        .route(&paths::difference_gesture("{id}", paths::DRIFT_FIX), post(fix))
        .route(&paths::difference_gesture("{id}", paths::DRIFT_IGNORE), post(ignore))
}

/// Text on purpose: an address cut short gets the list.
#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    ignores: String,
    #[serde(default)]
    apres: String,
    #[serde(default)]
    fait: String,
}

async fn list(State(house): State<Shared>, LoggedIn(account): LoggedIn, Query(asked): Query<Asked>) -> PageResult {
    let (kind, ignored, today) = (Kind::parse(&asked.kind), asked.ignores == "oui", house.clock.today());
    let after = place(&asked.apres);
    let mut conn = house.db.read().await?;
    let mut rows = table::page(conn.cx(), kind.map(Kind::name), ignored, after, today, LINES + 1).await?;
    let counts = table::counts(conn.cx(), today).await?;
    let mut walks = Vec::new();
    for source in [HUBEE, SIRENE] {
        walks.extend(table::walk(conn.cx(), source).await?);
    }
    drop(conn);
    let more = rows.len() > usize::try_from(LINES).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(LINES).unwrap_or(usize::MAX));
    let last = rows.last().filter(|_| more);
    Ok(view::list(&List {
        viewer: &account.name,
        next: last.map(|row| view::address(kind, ignored, Some(&place_of(row)))),
        rows: &rows,
        counts: &counts,
        walks: &walks,
        kind,
        ignored,
        today,
        further: after.is_some(),
        done: match asked.fait.as_str() {
            "traite" => Some("L’écart est traité"),
            "ignore" => Some("L’écart est ignoré"),
            _ => None,
        },
    }))
}

/// Where a page begins: after this line.
fn place(text: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (micros, id) = text.split_once('-')?;
    Some((DateTime::from_timestamp_micros(micros.parse().ok()?)?, Uuid::parse_str(id).ok()?))
}

fn place_of(row: &DriftRow) -> String {
    format!("{}-{}", row.first_seen_at.timestamp_micros(), row.id.simple())
}

async fn found(house: &Shared, id: &str) -> Result<DriftRow, Error> {
    let id = Uuid::parse_str(id).map_err(|_| Error::NotFound)?;
    table::by_id(house.db.read().await?.cx(), id).await?.ok_or(Error::NotFound)
}

async fn detail(State(house): State<Shared>, LoggedIn(account): LoggedIn, Path(id): Path<String>) -> PageResult {
    let row = found(&house, &id).await?;
    Ok(page(&house, &account, &row, &Posted::default(), &[], None))
}

#[derive(Default, Deserialize)]
struct Posted {
    #[serde(default)]
    version: i64,
    #[serde(default)]
    motif: String,
    #[serde(default, rename = "jusqu-au")]
    until: String,
}

fn page(
    house: &Shared,
    account: &Account,
    row: &DriftRow,
    typed: &Posted,
    errors: &[FieldError],
    refused: Option<&str>,
) -> maud::Markup {
    let month = house.clock.today().checked_add_days(Days::new(30)).map(|day| day.to_string()).unwrap_or_default();
    view::detail(&Detail {
        viewer: &account.name,
        row,
        may_act: account.role.can_decide(),
        reason: &typed.motif,
        until: if typed.until.is_empty() { &month } else { &typed.until },
        errors,
        refused,
    })
}

async fn fix(
    State(house): State<Shared>,
    logged: LoggedIn,
    Path(id): Path<String>,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    let account = logged.decider()?;
    let row = found(&house, &id).await?;
    let reason = posted.motif.trim();
    let done = workflow::settle_difference(&house, row.id, posted.version, reason, actor(&account)).await;
    after(&house, &account, &id, &posted, done, "traite").await
}

async fn ignore(
    State(house): State<Shared>,
    logged: LoggedIn,
    Path(id): Path<String>,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    let account = logged.decider()?;
    let row = found(&house, &id).await?;
    let (reason, until) = match said(&posted, house.clock.today()) {
        Ok(said) => said,
        Err(errors) => {
            let page = page(&house, &account, &row, &posted, &errors, None);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let done = workflow::ignore_difference(&house, row.id, posted.version, until, &reason, actor(&account)).await;
    after(&house, &account, &id, &posted, done, "ignore").await
}

/// The reason and the day, or what is wrong with them.
fn said(posted: &Posted, today: NaiveDate) -> Result<(String, NaiveDate), Vec<FieldError>> {
    let mut errors = Vec::new();
    let reason = posted.motif.trim();
    let mut wrong = |field: &'static str, sentence: &str| errors.push(FieldError { field, sentence: sentence.into() });
    match reason.chars().count() {
        0 => wrong("motif", "Motif : dites pourquoi l’écart peut attendre."),
        count if count > LONGEST => wrong("motif", "Motif : 2 000 caractères au plus."),
        _ => {}
    }
    let latest = today.checked_add_days(Days::new(LONGEST_DAYS)).unwrap_or(today);
    let day = posted.until.parse::<NaiveDate>().ok().filter(|day| *day > today && *day <= latest);
    if day.is_none() {
        wrong("jusqu-au", "Ignorer jusqu’au : indiquez un jour à venir, dans un an au plus, par exemple 2026-12-31.");
    }
    match day.filter(|_| errors.is_empty()) {
        Some(day) => Ok((reason.to_owned(), day)),
        None => Err(errors),
    }
}

async fn after(
    house: &Shared,
    account: &Account,
    id: &str,
    posted: &Posted,
    done: Result<DriftRow, NotSettled>,
    word: &str,
) -> PageResult<Response> {
    let sentence = match done {
        Ok(_) => return Ok(Redirect::to(&format!("{}?fait={word}", paths::DRIFTS)).into_response()),
        Err(NotSettled::NotFound) => return Err(Error::NotFound),
        Err(NotSettled::Store(error)) => return Err(error.into()),
        Err(NotSettled::Stale) => {
            "Cet écart a changé depuis que vous l’avez lu, ou quelqu’un l’a traité : voici où il en est.".to_owned()
        }
        Err(NotSettled::Refused(sentence)) => sentence,
    };
    let row = found(house, id).await?;
    let page = page(house, account, &row, posted, &[], Some(&sentence));
    Ok((StatusCode::CONFLICT, page).into_response())
}
