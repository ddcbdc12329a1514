//! `/instruction/exploitation`: what got stuck, for responsables and opérateurs, and the gestures that set it going.

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use serde::Deserialize;
use uuid::Uuid;

use super::request::actor;
use crate::http::session::LoggedIn;
use crate::http::views::operation::{self as view, Done, Group};
use crate::http::{PageResult, Shared, paths};
use crate::provisioning::ErrorClass;
use crate::store::{figures, hubee, inbox, jobs};
use crate::workflow;

pub fn routes() -> Router<Shared> {
    Router::new()
        .route(paths::OPERATION, get(show))
        .route(paths::OPERATION_RETRY, post(retry))
        .route(paths::OPERATION_RETRY_ALL, post(retry_all))
        .route(paths::OPERATION_TRY, post(try_hubee))
}

#[derive(Deserialize)]
struct Asked {
    /// What became of the gesture on a job: `oui`, `non`, or nothing.
    #[serde(default)]
    relancee: String,
    /// How many were tried again by one gesture.
    relancees: Option<usize>,
    /// Whether HubEE took our credentials: `oui`, `non`, or nothing.
    #[serde(default)]
    essai: String,
}

impl Asked {
    fn done(&self) -> Done {
        match (self.relancee.as_str(), self.relancees, self.essai.as_str()) {
            (said @ ("oui" | "non"), ..) => Done::Retried(said == "oui"),
            (_, Some(count), _) => Done::RetriedAll(count),
            (.., said @ ("oui" | "non")) => Done::Tried(said == "oui"),
            _ => Done::Nothing,
        }
    }
}

async fn show(State(house): State<Shared>, logged: LoggedIn, Query(asked): Query<Asked>) -> PageResult {
    let account = logged.operator()?;
    let mut conn = house.db.read().await?;
    let circuit = hubee::circuit(conn.cx()).await?;
    let operation = view::Operation {
        viewer: &account.name,
        figures: &figures::figures(conn.cx()).await?,
        quarantined: &inbox::quarantined(conn.cx()).await?,
        parked: &jobs::parked(conn.cx()).await?,
        groups: &grouped(jobs::parked_by_error(conn.cx()).await?),
        overdue: &jobs::overdue(conn.cx(), house.clock.now()).await?,
        circuit: circuit.as_ref(),
        kind: workflow::job_label,
        done: asked.done(),
    };
    Ok(view::page(&operation))
}

/// Parked jobs by kind, and by class those of mises en service, whose traces begin with it.
fn grouped(lines: Vec<jobs::Traced>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (kind, error, count, oldest) in lines {
        let class = error.as_deref().filter(|_| kind == workflow::PROVISION).and_then(ErrorClass::said_by);
        match groups.iter_mut().find(|group| group.kind == kind && group.class == class) {
            Some(group) => {
                group.count += count;
                group.oldest = group.oldest.min(oldest);
            }
            None => groups.push(Group { kind, class, count, oldest, example: error }),
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups
}

#[derive(Deserialize)]
struct Chosen {
    job: Uuid,
}

async fn retry(State(house): State<Shared>, logged: LoggedIn, Form(chosen): Form<Chosen>) -> PageResult<Redirect> {
    let account = logged.operator()?;
    let done = if workflow::retry(&house, chosen.job, &actor(&account)).await? { "oui" } else { "non" };
    Ok(Redirect::to(&format!("{}?relancee={done}", paths::OPERATION)))
}

#[derive(Deserialize)]
struct Sort {
    genre: String,
    #[serde(default)]
    classe: String,
}

async fn retry_all(State(house): State<Shared>, logged: LoggedIn, Form(sort): Form<Sort>) -> PageResult<Redirect> {
    let account = logged.operator()?;
    let class = ErrorClass::parse(&sort.classe);
    let count = workflow::retry_all(&house, &sort.genre, class, &actor(&account)).await?;
    Ok(Redirect::to(&format!("{}?relancees={count}", paths::OPERATION)))
}

async fn try_hubee(State(house): State<Shared>, logged: LoggedIn) -> PageResult<Redirect> {
    logged.operator()?;
    let said = if workflow::try_hubee(&house).await? { "oui" } else { "non" };
    Ok(Redirect::to(&format!("{}?essai={said}", paths::OPERATION)))
}
