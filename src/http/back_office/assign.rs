//! `POST /instruction/D61234/attribuer` and `POST /instruction/lot`: who is in charge, for one request or several, and
//! the checks of several counted again.

use axum::Router;
use axum::extract::{Form, Path, RawForm, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use serde::Deserialize;
use uuid::Uuid;

use super::queue::{colleagues, pairs, value};
use super::request::{Read, actor, parse};
use crate::accounts::Account;
use crate::http::session::LoggedIn;
use crate::http::views::assign::{self as view, Missed};
use crate::http::{Error, PageResult, Shared, paths};
use crate::store::habilitations;
use crate::workflow::{self, Undecided};

/// Requests of one batch: a page of the list, with room.
const LARGEST: usize = 100;

pub fn routes() -> Router<Shared> {
    Router::new()
        .route(&paths::request_gesture("{number}", paths::ASSIGN), post(one))
        .route(paths::QUEUE_BATCH, post(batch))
}

#[derive(Deserialize)]
struct Posted {
    version: i64,
    /// `moi`, `personne`, or the key of an account.
    a: String,
    #[serde(default)]
    retour: String,
}

/// Key and name of who is meant; nobody may be.
async fn meant(house: &Shared, account: &Account, a: &str) -> Result<Option<(Uuid, String)>, Error> {
    if a == "personne" {
        return Ok(None);
    }
    let id = if a == "moi" { account.id } else { a.parse().map_err(|_| Error::NotFound)? };
    let known = colleagues(house.db.read().await?.cx()).await?.into_iter().find(|colleague| colleague.id == id);
    known.map(|colleague| Some((colleague.id, colleague.name))).ok_or(Error::NotFound)
}

async fn one(
    State(house): State<Shared>,
    logged: LoggedIn,
    Path(number): Path<String>,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    let account = logged.decider()?;
    let datapass_id = parse(&number).ok_or(Error::NotFound)?;
    let known = habilitations::by_datapass_id(house.db.read().await?.cx(), datapass_id).await?;
    let habilitation = known.ok_or(Error::NotFound)?;
    let to = meant(&house, &account, &posted.a).await?;
    let page = paths::request(&habilitation.number());
    let back = way_back(&posted.retour).unwrap_or(&page);
    match workflow::assign(&house, habilitation.id, posted.version, actor(&account), to).await {
        Ok(_) => Ok(Redirect::to(back).into_response()),
        Err(error) => {
            let missed = missed(&house, datapass_id, error).await?;
            Ok((StatusCode::CONFLICT, view::conflict(&account.name, &[missed], 0, back)).into_response())
        }
    }
}

/// Addresses of the list and of its requests only: a form can't send people elsewhere.
fn way_back(retour: &str) -> Option<&str> {
    let ours = retour == paths::QUEUE || retour.starts_with(&format!("{}?", paths::QUEUE));
    (ours && retour.bytes().all(|b| b.is_ascii_graphic())).then_some(retour)
}

/// Why a request was left as it is, with the last line of its history.
async fn missed(house: &Shared, datapass_id: i64, error: Undecided) -> Result<Missed, Error> {
    let why = match error {
        Undecided::Store(error) => return Err(error.into()),
        Undecided::NotFound => return Err(Error::NotFound),
        Undecided::Refused(refusal) => Some(refusal.to_string()),
        Undecided::Stale
        | Undecided::Blocked(_)
        | Undecided::NotConforming(_)
        | Undecided::Own
        | Undecided::DecidedInDatapass => None,
    };
    let read = Read::of(house, datapass_id).await?.ok_or(Error::NotFound)?;
    Ok(Missed {
        number: read.habilitation.number(),
        name: read.habilitation.dossier.organisation.name.clone(),
        assignee: read.habilitation.assignee.map(|who| who.name),
        latest: read.history.into_iter().next(),
        why,
    })
}

/// The checked lines: numbers and the versions that were read.
pub(super) fn choices(pairs: &[(String, String)]) -> Vec<(i64, i64)> {
    let chosen = pairs.iter().filter(|(name, _)| name == "choix").filter_map(|(_, value)| {
        let (number, version) = value.split_once('.')?;
        Some((number.parse().ok()?, version.parse().ok()?))
    });
    chosen.take(LARGEST).collect()
}

async fn batch(State(house): State<Shared>, logged: LoggedIn, RawForm(form): RawForm) -> PageResult<Response> {
    let account = logged.decider()?;
    let pairs = pairs(&String::from_utf8_lossy(&form));
    let back = way_back(value(&pairs, "retour")).unwrap_or(paths::QUEUE).to_owned();
    let choices = choices(&pairs);
    if choices.is_empty() {
        return Ok(Redirect::to(&said(&back, "rien")).into_response());
    }
    match value(&pairs, "geste") {
        "attribuer" => {
            let to = meant(&house, &account, value(&pairs, "a")).await?;
            assign_all(&house, &account, &choices, to, &back).await
        }
        "controles" => {
            let mut count = 0;
            for (number, _) in &choices {
                let known = habilitations::by_datapass_id(house.db.read().await?.cx(), *number).await?;
                if let Some(habilitation) = known {
                    count += usize::from(workflow::recheck(&house, habilitation.id).await?);
                }
            }
            Ok(Redirect::to(&said(&back, &format!("controles-{count}"))).into_response())
        }
        _ => Err(Error::NotFound),
    }
}

async fn assign_all(
    house: &Shared,
    account: &Account,
    choices: &[(i64, i64)],
    to: Option<(Uuid, String)>,
    back: &str,
) -> PageResult<Response> {
    let (mut done, mut left) = (0, Vec::new());
    for (number, version) in choices {
        let known = habilitations::by_datapass_id(house.db.read().await?.cx(), *number).await?;
        let Some(habilitation) = known else { continue };
        match workflow::assign(house, habilitation.id, *version, actor(account), to.clone()).await {
            Ok(_) => done += 1,
            Err(error) => left.push(missed(house, *number, error).await?),
        }
    }
    if left.is_empty() {
        return Ok(Redirect::to(&said(back, &format!("attribuees-{done}"))).into_response());
    }
    Ok((StatusCode::CONFLICT, view::conflict(&account.name, &left, done, back)).into_response())
}

/// The list's address, with what was just done.
fn said(back: &str, done: &str) -> String {
    let base = back.split("&fait=").next().unwrap_or(back);
    if base.contains('?') { format!("{base}&fait={done}") } else { format!("{base}?onglet=a-instruire&fait={done}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_lead_back_to_the_list_only() {
        for fine in ["/instruction", "/instruction?onglet=toutes&q=a%20b"] {
            assert_eq!(way_back(fine), Some(fine));
        }
        for foreign in ["", "https://exemple.fr", "//exemple.fr", "/instructions", "/instruction?\r\nX: y", "/"] {
            assert_eq!(way_back(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn choices_are_numbers_and_versions() {
        let pairs = pairs("choix=61234.3&choix=7.1&choix=x.1&choix=5&a=moi");
        assert_eq!(choices(&pairs), [(61_234, 3), (7, 1)]);
    }

    #[test]
    fn what_was_done_is_said_once() {
        assert_eq!(
            said("/instruction?onglet=toutes&fait=rien", "controles-2"),
            "/instruction?onglet=toutes&fait=controles-2"
        );
        assert_eq!(said("/instruction", "rien"), "/instruction?onglet=a-instruire&fait=rien");
    }
}
