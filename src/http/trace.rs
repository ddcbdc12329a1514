//! One span per request, named by its route and not its address: a tracking address is a key, and a search may name
//! somebody.

use axum::body::Body;
use axum::extract::MatchedPath;
use axum::http::Request;
use tracing::Span;

/// The span of a request.
pub fn span(request: &Request<Body>) -> Span {
    let route = request.extensions().get::<MatchedPath>().map_or("(no route)", MatchedPath::as_str);
    tracing::info_span!("request", method = %request.method(), route)
}
