//! The public list, for programs: same addresses, same bytes and same openness as the service it replaces. Answers from
//! memory, in the encoding that was asked for, and not at all when the client already has it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::cors::{Any, CorsLayer};

use crate::http::public::cached;
use crate::http::{Shared, paths};
use crate::publication::Encoding;

const JSON: (HeaderName, &str) = (header::CONTENT_TYPE, "application/json; charset=utf-8");
const CACHE: (HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=60");

pub fn routes() -> Router<Shared> {
    Router::new()
        .route(paths::API_COLLECTIVITES, get(list))
        .route(&format!("{}/{{code_cog}}", paths::API_COLLECTIVITES), get(one))
        .layer(open_to_all())
}

/// Any site may read the list: nothing in it is private, and no cookie is sent along.
fn open_to_all() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::OPTIONS])
        .allow_headers(Any)
        .expose_headers([header::ETAG])
        // The answer is the same for every origin.
        .vary(Vec::new())
}

async fn list(State(house): State<Shared>, headers: HeaderMap) -> Response {
    let snapshot = house.publication.current();
    let prepared = snapshot.list(cached::encoding(&headers));
    let common = [CACHE, (header::VARY, "accept-encoding"), (header::ETAG, prepared.etag.as_str())];
    if cached::is_known(&headers, &prepared.etag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let mut response = (common, [JSON], body(&prepared.bytes)).into_response();
    let written = match prepared.encoding {
        Encoding::Identity => return response,
        Encoding::Gzip => "gzip",
        Encoding::Brotli => "br",
    };
    response.headers_mut().insert(header::CONTENT_ENCODING, axum::http::HeaderValue::from_static(written));
    response
}

async fn one(State(house): State<Shared>, code_cog: Result<Path<String>, PathRejection>) -> Response {
    let found = code_cog.ok().and_then(|Path(code)| house.publication.current().of_cog(&code));
    match found {
        Some(bytes) => ([JSON, CACHE], body(&bytes)).into_response(),
        None => (StatusCode::NOT_FOUND, [JSON], r#"{"error":"Collectivity not found"}"#).into_response(),
    }
}

/// Shares the prepared bytes, without copying them.
fn body(bytes: &Arc<[u8]>) -> Body {
    Body::from(Bytes::from_owner(Arc::clone(bytes)))
}
