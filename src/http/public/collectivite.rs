//! Everything a collectivité shows to its families: its page, QR codes, poster and kit. A form that is closed, unknown
//! or misspelt gets one and the same answer.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::cached;
use crate::http::views::collectivite::{self as view, Shown};
use crate::http::views::{kit as kit_view, poster as poster_view};
use crate::http::{Error, Shared};
use crate::publication::kit::Kit;
use crate::publication::{digest, qr};
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
    shown(&house, siret, |shown| view::page(shown).into_response())
}

pub async fn poster(State(house): State<Shared>, siret: Segment) -> Response {
    shown(&house, siret, |shown| poster_view::page(shown).into_response())
}

pub async fn kit(State(house): State<Shared>, siret: Segment) -> Response {
    shown(&house, siret, |shown| kit_view::page(shown, &Kit::of(&shown.collectivite.name, &shown.form)).into_response())
}

pub async fn png(State(house): State<Shared>, siret: Segment, asked: AskedQuery, headers: HeaderMap) -> Response {
    shown(&house, siret, |shown| {
        picture(
            qr::png(&shown.form),
            &Picture { mime: "image/png", name: format!("qr-{}.png", shown.collectivite.siret) },
            &asked,
            &headers,
        )
    })
}

pub async fn svg(State(house): State<Shared>, siret: Segment, asked: AskedQuery, headers: HeaderMap) -> Response {
    shown(&house, siret, |shown| {
        let bytes = qr::svg(&shown.form).map(String::into_bytes);
        picture(
            bytes,
            &Picture { mime: "image/svg+xml", name: format!("qr-{}.svg", shown.collectivite.siret) },
            &asked,
            &headers,
        )
    })
}

fn shown(house: &House, siret: Segment, answer: impl FnOnce(&Shown<'_>) -> Response) -> Response {
    let snapshot = house.publication.current();
    let found = siret.ok().and_then(|Path(siret)| snapshot.of_siret(&siret));
    match found {
        Some(collectivite) => answer(&Shown { collectivite, form: house.config.form_of(&collectivite.siret) }),
        None => (StatusCode::NOT_FOUND, view::closed()).into_response(),
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
