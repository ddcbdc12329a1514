//! The one HTTP client of the simulators: a request, a patience and a size in; a status and bytes, or the way it
//! failed, out. Plain `http` only, since the sandbox lives on loopback; follows no redirection, as DataPass does not.

use std::{error::Error, io, time::Duration};

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{Request, StatusCode},
};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    Refused,
    TimedOut,
    /// Unknown host, wrong scheme, cut connection, oversized answer…
    Broken(String),
}

/// Sends `request` and reads the whole answer, at most `cap` bytes, within `patience`.
pub(super) async fn exchange(
    request: Request<Body>,
    patience: Duration,
    cap: usize,
) -> Result<(StatusCode, Bytes), Failure> {
    let answered = async {
        let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
        let response = client.request(request).await.map_err(|error| failure(&error))?;
        let status = response.status();
        let body = to_bytes(Body::new(response.into_body()), cap).await;
        body.map(|body| (status, body)).map_err(|error| Failure::Broken(error.to_string()))
    };
    tokio::time::timeout(patience, answered).await.unwrap_or(Err(Failure::TimedOut))
}

fn failure(error: &hyper_util::client::legacy::Error) -> Failure {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    let mut deepest = String::new();
    while let Some(current) = cause {
        let refused = io::ErrorKind::ConnectionRefused;
        if current.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == refused) {
            return Failure::Refused;
        }
        deepest = current.to_string();
        cause = current.source();
    }
    Failure::Broken(deepest)
}
