//! What leaves the simulator: a JSON answer, HubEE's error envelope, compression, and the answer that never leaves.
//! Must not know which route it answers.

use std::io::Write;

use axum::RequestExt;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

/// Gateway code of a token that is missing, unknown or expired.
const INVALID_CREDENTIALS: i64 = 900_901;

/// An answer before it is put on the wire.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: AnswerBody,
    pub(super) headers: Vec<(&'static str, String)>,
}

#[derive(Clone, Debug)]
pub(super) enum AnswerBody {
    Json(Value),
    /// Bytes sent as they are, under this content type.
    Text(&'static str, String),
    Empty,
}

impl Answer {
    pub(super) fn json(status: u16, body: Value) -> Self {
        Self { status, body: AnswerBody::Json(body), headers: Vec::new() }
    }

    pub(super) fn no_content() -> Self {
        Self { status: 204, body: AnswerBody::Empty, headers: Vec::new() }
    }

    /// HubEE's envelope, with the status as code.
    pub(super) fn error(status: u16, message: impl Into<String>) -> Self {
        Self::coded(status, i64::from(status), message)
    }

    pub(super) fn coded(status: u16, code: i64, message: impl Into<String>) -> Self {
        Self::json(status, json!({"errors": [{"code": code, "message": message.into()}]}))
    }

    pub(super) fn invalid_token() -> Self {
        let message = "Invalid Credentials. Make sure you have provided the correct security credentials";
        Self::coded(401, INVALID_CREDENTIALS, message)
    }

    pub(super) fn unauthorized_user() -> Self {
        Self::error(403, "Unauthorized user")
    }

    /// `X is not found`, where X is the English name of the object.
    pub(super) fn not_found(what: &str) -> Self {
        Self::error(404, format!("{what} is not found"))
    }

    pub(super) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The response, compressed if `gzip`.
    pub(super) fn into_response(self, request_id: &str, gzip: bool) -> Response {
        let (content_type, bytes) = match self.body {
            AnswerBody::Json(body) => (Some("application/json"), body.to_string().into_bytes()),
            AnswerBody::Text(content_type, text) => (Some(content_type), text.into_bytes()),
            AnswerBody::Empty => (None, Vec::new()),
        };
        let compressed = if gzip && !bytes.is_empty() { compress(&bytes) } else { None };
        let mut response = Response::default();
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut set = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(name, value);
            }
        };
        set("x-request-id", request_id);
        content_type.into_iter().for_each(|content_type| set(header::CONTENT_TYPE.as_str(), content_type));
        compressed.iter().for_each(|_| set(header::CONTENT_ENCODING.as_str(), "gzip"));
        self.headers.iter().for_each(|(name, value)| set(name, value));
        *response.body_mut() = Body::from(compressed.unwrap_or(bytes));
        response
    }
}

fn compress(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// A response that makes the server close the connection without a byte of answer: its body fails when first read,
/// before the head is flushed. Two bytes under a limit of one are the shortest such body the libraries at hand give.
pub(super) fn lost() -> Response {
    let mut carrier = Request::new(Body::from("--"));
    DefaultBodyLimit::max(1).apply(&mut carrier);
    Response::new(carrier.with_limited_body().into_body())
}
