//! `/instruction/mises-en-service`: every mise en service, by state, class and age; a class started again; and, below a
//! request, every call to HubEE.

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use chrono::{DateTime, Duration};
use serde::Deserialize;
use url::form_urlencoded;

use super::request::{actor, parse};
use crate::http::session::LoggedIn;
use crate::http::views::journal::{self, Journal};
use crate::http::views::services::{self as view, Filter};
use crate::http::{Error, PageResult, Shared, paths};
use crate::provisioning::ErrorClass;
use crate::store::services::{self as table, Asked, Place};
use crate::store::{habilitations, provisioning};
use crate::workflow;

/// Lines of a page.
const LINES: usize = 50;
/// Calls of a page of the journal.
const CALLS: usize = 40;

pub fn routes() -> Router<Shared> {
    Router::new()
        .route(paths::SERVICES, get(show))
        .route(paths::SERVICES_RELAUNCH, post(relaunch))
        .route(&paths::request_gesture("{number}", paths::SERVICE_JOURNAL), get(calls))
}

#[derive(Deserialize)]
struct Address {
    #[serde(default)]
    etat: String,
    #[serde(default)]
    classe: String,
    #[serde(default)]
    depuis: String,
    #[serde(default)]
    apres: String,
    /// How many were just started again.
    relancees: Option<usize>,
    /// The request that a gesture was just made on.
    fait: Option<i64>,
}

async fn show(State(house): State<Shared>, LoggedIn(account): LoggedIn, Query(address): Query<Address>) -> PageResult {
    let (filter, now) = (Filter::read(&address.etat, &address.classe, &address.depuis), house.clock.now());
    let asked = Asked {
        status: filter.status.map(|status| status.name().to_owned()),
        class: filter.class.map(|class| class.name().to_owned()),
        before: filter.days.map(|days| now - Duration::days(days)),
    };
    let after = place(&address.apres);
    let mut conn = house.db.read().await?;
    let mut rows = table::page(conn.cx(), &asked, after, more(LINES)).await?;
    let counts = table::counts(conn.cx()).await?;
    drop(conn);
    let next = (rows.len() > LINES).then(|| rows.truncate(LINES)).and(rows.last());
    let next = next.map(|row| (row.status_since, row.datapass_id));
    Ok(view::page(&view::Services {
        viewer: &account.name,
        filter: &filter,
        rows: &rows,
        next,
        further: after.is_some(),
        counts: &counts,
        now,
        may_mend: account.role.can_mend(),
        may_operate: account.role.can_operate(),
        relaunched: address.relancees,
        touched: address.fait,
    }))
}

/// One line more than is shown tells whether others follow.
fn more(lines: usize) -> i64 {
    i64::try_from(lines + 1).unwrap_or(i64::MAX)
}

/// The place in an address: microseconds and a number.
fn place(text: &str) -> Option<Place> {
    let (at, number) = text.split_once('_')?;
    Some((DateTime::from_timestamp_micros(at.parse().ok()?)?, number.parse().ok()?))
}

/// Back to the list from a gesture on the line of a request: only ever to an address of our own.
pub(super) fn back(query: &str, datapass_id: i64) -> Option<String> {
    let query = query.strip_prefix('?')?;
    let read = |name: &str| {
        let found = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
        found.map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let filter = Filter::read(&read("etat"), &read("classe"), &read("depuis"));
    let done =
        form_urlencoded::Serializer::new(filter.query(None)).append_pair("fait", &datapass_id.to_string()).finish();
    Some(format!("{}?{done}", paths::SERVICES))
}

#[derive(Deserialize)]
struct Class {
    classe: String,
}

async fn relaunch(State(house): State<Shared>, logged: LoggedIn, Form(chosen): Form<Class>) -> PageResult<Redirect> {
    let account = logged.mender()?;
    let class = ErrorClass::parse(&chosen.classe).ok_or(Error::NotFound)?;
    let count = workflow::relaunch_all(&house, class.name(), &actor(&account)).await?;
    Ok(Redirect::to(&format!("{}?relancees={count}", paths::SERVICES)))
}

#[derive(Deserialize)]
struct Before {
    avant: Option<i64>,
}

async fn calls(
    State(house): State<Shared>,
    LoggedIn(account): LoggedIn,
    Path(number): Path<String>,
    Query(before): Query<Before>,
) -> PageResult {
    let datapass_id = parse(&number).ok_or(Error::NotFound)?;
    let mut conn = house.db.read().await?;
    let habilitation = habilitations::by_datapass_id(conn.cx(), datapass_id).await?.ok_or(Error::NotFound)?;
    let from = before.avant.unwrap_or(i64::MAX);
    let mut calls = provisioning::calls_before(conn.cx(), habilitation.id, from, more(CALLS)).await?;
    drop(conn);
    let older = (calls.len() > CALLS).then(|| calls.truncate(CALLS)).and(calls.last()).map(|call| call.seq);
    Ok(journal::page(&Journal {
        viewer: &account.name,
        number: &habilitation.number(),
        organisation: &habilitation.dossier.organisation.name,
        calls: &calls,
        older,
        further: before.avant.is_some(),
    }))
}

#[cfg(test)]
mod tests {
    use super::{back, place};

    #[test]
    fn a_place_is_read_or_left() {
        assert_eq!(place("1000000_12").map(|(at, number)| (at.timestamp(), number)), Some((1, 12)));
        for wrong in ["", "12", "a_1", "1_b", "99999999999999999999_1"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn back_leads_nowhere_else() {
        assert_eq!(back("?etat=parked", 5).as_deref(), Some("/instruction/mises-en-service?etat=parked&fait=5"));
        assert_eq!(back("?https://ailleurs.example", 5).as_deref(), Some("/instruction/mises-en-service?fait=5"));
        assert_eq!(back("", 5), None);
    }
}
