//! `/instruction/controles`: what each check reads, how serious it is, how often it finds something and is set aside.
//! Everybody reads it, responsables change it.

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::{Days, NaiveDate};
use serde::Deserialize;

use super::request::actor;
use crate::accounts::Account;
use crate::http::session::LoggedIn;
use crate::http::views::components::FieldError;
use crate::http::views::settings::{self as view, Period, Typed};
use crate::http::{Error, PageResult, Shared, paths};
use crate::instruction::checks::catalogue::{self, Entry};
use crate::instruction::checks::{Severity, reason};
use crate::store::checks::{self as table, SettingRow};
use crate::workflow::{self, NotSet};

const STALE: &str = "Ce réglage a été changé depuis que vous l’avez ouvert : rien n’a été enregistré. Rouvrez-le";
const SAME: &str = "Ce contrôle est déjà réglé ainsi : choisissez un autre réglage";
const UNKNOWN: &str = "Choisissez un réglage";

pub fn routes() -> Router<Shared> {
    Router::new().route(paths::CHECKS, get(list)).route(&paths::check("{code}"), get(one).post(set))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    periode: String,
    #[serde(default)]
    fait: String,
}

async fn list(State(house): State<Shared>, LoggedIn(account): LoggedIn, Query(asked): Query<Asked>) -> PageResult {
    let period = Period::parse(&asked.periode);
    let mut conn = house.db.read().await?;
    let changes = table::settings(conn.cx()).await?;
    let tallies = table::tallies(conn.cx(), since(period, house.clock.today())).await?;
    Ok(view::list(&view::List {
        viewer: &account.name,
        may_set: account.role.can_manage(),
        period,
        changes: &changes,
        tallies: &tallies,
        done: &asked.fait,
    }))
}

fn since(period: Period, today: NaiveDate) -> NaiveDate {
    period
        .days()
        .and_then(|days| today.checked_sub_days(Days::new(days)))
        .unwrap_or(NaiveDate::MIN.max(today - Days::new(36_500)))
}

async fn one(
    State(house): State<Shared>,
    LoggedIn(account): LoggedIn,
    Path(code): Path<String>,
) -> PageResult<Response> {
    let entry = catalogue::of(&code).ok_or(Error::NotFound)?;
    let changes = table::settings(house.db.read().await?.cx()).await?;
    Ok(page(&account, entry, &changes, None).into_response())
}

fn page(account: &Account, entry: &Entry, changes: &[SettingRow], typed: Option<&Typed<'_>>) -> maud::Markup {
    let ours: Vec<&SettingRow> = changes.iter().filter(|row| row.code == entry.code).collect();
    view::one(&account.name, account.role.can_manage(), entry, &ours, typed)
}

#[derive(Deserialize)]
struct Posted {
    #[serde(default)]
    reglage: String,
    #[serde(default)]
    motif: String,
    /// Revision of the last change that was read.
    #[serde(default)]
    lu: i64,
}

async fn set(
    State(house): State<Shared>,
    logged: LoggedIn,
    Path(code): Path<String>,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    let account = logged.manager()?;
    let entry = catalogue::of(&code).ok_or(Error::NotFound)?;
    let errors = match (Severity::parse(&posted.reglage), reason(&posted.motif)) {
        (Some(severity), Ok(reason)) => {
            match workflow::set_severity(&house, actor(&account), entry, severity, &reason, posted.lu).await {
                Ok(()) => {
                    return Ok(Redirect::to(&format!("{}?fait={}", paths::CHECKS, entry.code)).into_response());
                }
                Err(NotSet::Store(error)) => return Err(error.into()),
                Err(NotSet::Stale) => vec![error("reglage", STALE)],
                Err(NotSet::Same) => vec![error("reglage", SAME)],
                Err(NotSet::Firm(why)) => vec![error("reglage", why)],
            }
        }
        (severity, reason) => {
            let missing = severity.is_none().then(|| error("reglage", UNKNOWN));
            missing.into_iter().chain(reason.err().map(|fault| error("motif", &fault.to_string()))).collect()
        }
    };
    let changes = table::settings(house.db.read().await?.cx()).await?;
    let typed = Typed { severity: &posted.reglage, reason: &posted.motif, read: posted.lu, errors: &errors };
    let stale = errors.iter().any(|error| error.sentence == STALE);
    let status = if stale { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, page(&account, entry, &changes, Some(&typed))).into_response())
}

fn error(field: &'static str, sentence: &str) -> FieldError {
    FieldError { field, sentence: sentence.to_owned() }
}
