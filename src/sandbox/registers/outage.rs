//! How a simulated register fails: one switch each, and the list of what it was asked. Knows no register.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use tokio_util::io::ReaderStream;

/// What goes wrong, until told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// The right answer, late.
    Slow(Duration),
    /// Too many calls: come back in 90 seconds.
    TooMany429,
    Error500,
    /// A proxy's page with status 200.
    Html,
    /// A body of fifty megabytes, which says it is JSON.
    Huge,
}

/// Size of the body of [`Outage::Huge`], in bytes.
const HUGE: u64 = 50 * 1024 * 1024;

/// The switch of one register, between its ways of failing; clones share it.
#[derive(Clone)]
pub struct Switch<F = Outage> {
    inner: Arc<Mutex<Inner<F>>>,
}

struct Inner<F> {
    outage: Option<F>,
    calls: Vec<String>,
}

impl<F> Default for Switch<F> {
    fn default() -> Self {
        Self { inner: Arc::new(Mutex::new(Inner { outage: None, calls: Vec::new() })) }
    }
}

impl<F: Copy> Switch<F> {
    /// Sets the outage of all the next answers; `None` repairs.
    pub fn set(&self, outage: Option<F>) {
        self.lock().outage = outage;
    }

    pub fn get(&self) -> Option<F> {
        self.lock().outage
    }

    /// What was asked, in order, outages included.
    pub fn calls(&self) -> Vec<String> {
        self.lock().calls.clone()
    }

    /// Notes a call.
    pub(crate) fn note(&self, call: String) {
        self.lock().calls.push(call);
    }

    fn lock(&self) -> MutexGuard<'_, Inner<F>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Switch {
    /// The answer that an outage puts in place of the right one, if it does.
    pub(super) async fn spoil(&self) -> Option<Response> {
        match self.get()? {
            Outage::Slow(delay) => {
                tokio::time::sleep(delay).await;
                None
            }
            Outage::TooMany429 => {
                Some((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "90")], "Trop de requêtes").into_response())
            }
            Outage::Error500 => Some((StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error").into_response()),
            Outage::Html => Some(Html("<html><body>Maintenance</body></html>").into_response()),
            Outage::Huge => Some(huge()),
        }
    }
}

/// Fifty megabytes of spaces, sent little by little: valid at the head of a JSON text.
pub(crate) fn huge() -> Response {
    let body = Body::from_stream(ReaderStream::with_capacity(tokio::io::AsyncReadExt::take(Spaces, HUGE), 64 * 1024));
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

struct Spaces;

impl tokio::io::AsyncRead for Spaces {
    fn poll_read(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        into: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        let spaces = Bytes::from_static(&[b' '; 4096]);
        let length = into.remaining().min(spaces.len());
        into.put_slice(&spaces[..length]);
        std::task::Poll::Ready(Ok(()))
    }
}
