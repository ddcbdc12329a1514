//! Everything a collectivité shows to its families: its page, QR codes, poster and kit. Unknown and misspelt get one and
//! the same answer; a form that was open says why it is not, and where to go.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::cached;
use crate::http::views::collectivite::{self as view, Shown};
use crate::http::views::collectivite_shut::{self as shut_view, Why};
use crate::http::views::{kit as kit_view, poster as poster_view};
use crate::http::{Error, Shared, paths};
use crate::publication::kit::Kit;
use crate::publication::{Snapshot, digest, qr};
use crate::store::collectivites::{Ended, Shut};
use crate::workflow::House;

/// `?telecharger=1`: to be saved rather than shown.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    telecharger: String,
}

type AskedQuery = Result<Query<Asked>, QueryRejection>;
/// An address that is not even text is one we don't have.
type Segment = Result<Path<String>, PathRejection>;

pub async fn page(State(house): State<Shared>, siret: Segment) -> Response {
    shown(&house, siret, "", |shown| view::page(shown).into_response())
}

pub async fn poster(State(house): State<Shared>, siret: Segment) -> Response {
    shown(&house, siret, "affiche", |shown| poster_view::page(shown).into_response())
}

pub async fn kit(State(house): State<Shared>, siret: Segment) -> Response {
    let answer =
        |shown: &Shown<'_>| kit_view::page(shown, &Kit::of(&shown.collectivite.name, &shown.form)).into_response();
    shown(&house, siret, "kit", answer)
}

pub async fn png(State(house): State<Shared>, siret: Segment, asked: AskedQuery, headers: HeaderMap) -> Response {
    shown(&house, siret, "qr.png", |shown| {
        picture(
            qr::png(&shown.form),
            &Picture { mime: "image/png", name: format!("qr-{}.png", shown.collectivite.siret) },
            &asked,
            &headers,
        )
    })
}

pub async fn svg(State(house): State<Shared>, siret: Segment, asked: AskedQuery, headers: HeaderMap) -> Response {
    shown(&house, siret, "qr.svg", |shown| {
        let bytes = qr::svg(&shown.form).map(String::into_bytes);
        picture(
            bytes,
            &Picture { mime: "image/svg+xml", name: format!("qr-{}.svg", shown.collectivite.siret) },
            &asked,
            &headers,
        )
    })
}

fn shown(house: &House, siret: Segment, part: &str, answer: impl FnOnce(&Shown<'_>) -> Response) -> Response {
    let snapshot = house.publication.current();
    let Ok(Path(siret)) = siret else { return (StatusCode::NOT_FOUND, view::closed()).into_response() };
    match (snapshot.of_siret(&siret), snapshot.shut(&siret)) {
        (Some(collectivite), _) => answer(&Shown { collectivite, form: house.config.form_of(&collectivite.siret) }),
        (None, Some(one)) => shut(&snapshot, one, part),
        (None, None) => (StatusCode::NOT_FOUND, view::closed()).into_response(),
    }
}

/// 503 while it is paused, 410 once it is closed. What sites embed (QR code, kit) follows the collectivité to where it
/// went; its page says so and lets people go there by themselves.
fn shut(snapshot: &Snapshot, one: &Shut, part: &str) -> Response {
    let no_store = (header::CACHE_CONTROL, "no-store".to_owned());
    if one.paused {
        let later = (header::RETRY_AFTER, "86400".to_owned());
        return (StatusCode::SERVICE_UNAVAILABLE, [no_store, later], shut_view::page(&one.name, &Why::Paused))
            .into_response();
    }
    let successor = snapshot.successor(one);
    if let (false, Some(open)) = (part.is_empty(), successor) {
        let there = (header::LOCATION, paths::collectivite_part(&open.siret, part));
        return (StatusCode::PERMANENT_REDIRECT, [no_store, there]).into_response();
    }
    let name = successor.map_or(one.successor_name.as_deref(), |open| Some(open.name.as_str()));
    let link = successor.map(|open| paths::collectivite(&open.siret));
    let why = match (one.ended_as.as_deref().and_then(Ended::parse), name) {
        (Some(Ended::Merged), Some(name)) => Why::Merged { into: name, link: link.as_deref() },
        (Some(Ended::Transferred), Some(name)) => Why::Transferred { to: name, link: link.as_deref() },
        _ => Why::Closed,
    };
    let page = shut_view::page(&one.name, &why);
    match &link {
        Some(link) => {
            let link = (header::LINK, format!("<{link}>; rel=\"successor-version\""));
            (StatusCode::GONE, [no_store, link], page).into_response()
        }
        None => (StatusCode::GONE, [no_store], page).into_response(),
    }
}

struct Picture {
    mime: &'static str,
    /// Digits and letters only: `siret` was found among the published ones.
    name: String,
}

fn picture(bytes: Result<Vec<u8>, qr::Error>, picture: &Picture, asked: &AskedQuery, headers: &HeaderMap) -> Response {
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => return Error::Internal(error.into()).into_response(),
    };
    let etag = format!("\"{}\"", digest(&bytes));
    let known = cached::is_known(headers, &etag);
    let common = [(header::ETAG, etag), (header::CACHE_CONTROL, "public, max-age=3600".to_owned())];
    if known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let save = asked.as_ref().is_ok_and(|Query(asked)| asked.telecharger == "1");
    let disposition = format!("{}; filename=\"{}\"", if save { "attachment" } else { "inline" }, picture.name);
    (common, [(header::CONTENT_TYPE, picture.mime.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}
