//! `GET /instruction`: the lists of requests, filtered, page after page; and the requests before and after another.

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use url::form_urlencoded;

use crate::accounts::{Account, Role};
use crate::config::Decisions;
use crate::domain::Habilitation;
use crate::http::session::{LoggedIn, Remembered};
use crate::http::views::queue as view;
use crate::http::{Error, PageResult, Shared, paths};
use crate::instruction::queue::{Asking, Filter, From, Place, around, list, place};
use crate::store::{Cx, queue as table};

/// Lines of one page.
const PAGE: usize = 25;

pub fn routes() -> Router<Shared> {
    Router::new().route(paths::QUEUE, get(show))
}

/// The pairs of an address or of a form, repeated names included.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// What an address asks.
pub(super) fn filter(pairs: &[(String, String)]) -> Filter {
    Filter::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

pub(super) fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

pub(super) fn asking(house: &Shared, account: &Account) -> Asking {
    Asking { me: account.id, now: house.clock.now(), today: house.clock.today() }
}

async fn show(
    State(house): State<Shared>,
    LoggedIn(account): LoggedIn,
    remembered: Remembered,
    RawQuery(query): RawQuery,
) -> PageResult<Response> {
    let query = query.unwrap_or_default();
    if query.is_empty()
        && let Some(last) = remembered.queue()
    {
        // Read and written again: a browser may send anything.
        let last = view::query(&filter(&pairs(last)), None);
        return Ok(Redirect::to(&format!("{}?{last}", paths::QUEUE)).into_response());
    }
    let pairs = pairs(&query);
    let filter = filter(&pairs);
    // A search is a passing question: the list to come back to is the one before.
    let kept = if filter.words.is_empty() {
        let asked = (filter != Filter::default()).then(|| view::query(&filter, None));
        Some(remembered.keep_queue(asked.as_deref()))
    } else {
        None
    };
    let from = match (place(value(&pairs, "avant")), place(value(&pairs, "apres"))) {
        (Some(end), _) => From::Before(end),
        (None, Some(start)) => From::After(start),
        (None, None) => From::Start,
    };
    // One connection for the whole page: lending one costs as much as a short query.
    let mut conn = house.db.read().await?;
    let listing = list(conn.cx(), &house.queue, &filter, asking(&house, &account), from, PAGE).await?;
    let colleagues = people(conn.cx()).await?;
    drop(conn);
    let to_report = match house.config.decisions {
        Decisions::Here => Some(house.queue.to_report().await),
        Decisions::Datapass => None,
    };
    let page = view::list(&view::Queue {
        viewer: &account.name,
        me: account.id,
        may_act: account.role.can_decide(),
        filter: &filter,
        listing: &listing,
        colleagues: &colleagues,
        to_report,
        days: house.config.days,
        today: house.clock.today(),
        done: value(&pairs, "fait"),
    });
    Ok((kept, page).into_response())
}

/// Everybody, by name.
pub(super) async fn people(cx: Cx<'_>) -> Result<Vec<view::Colleague>, crate::store::Error> {
    let roles = [Role::Instructeur.name(), Role::Responsable.name()];
    let known = table::people(cx, roles).await?;
    Ok(known.into_iter().map(|(id, name, may_take)| view::Colleague { id, name, may_take }).collect())
}

/// Who may be in charge of a request.
pub(super) async fn colleagues(cx: Cx<'_>) -> Result<Vec<view::Colleague>, Error> {
    Ok(people(cx).await?.into_iter().filter(|one| one.may_take).collect())
}

/// The requests before and after this one, in the list that its reader came from.
pub(super) async fn neighbours(
    house: &Shared,
    account: &Account,
    remembered: &Remembered,
    habilitation: &Habilitation,
) -> Result<(Option<i64>, Option<i64>), Error> {
    let query = remembered.queue().unwrap_or_default();
    let place = Place { due_on: habilitation.state.due(), datapass_id: habilitation.datapass_id };
    let asking = asking(house, account);
    let mut conn = house.db.read().await?;
    Ok(around(conn.cx(), &house.queue, &filter(&pairs(query)), asking, place).await?)
}
