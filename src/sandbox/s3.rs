//! An S3-compatible store, as far as documents need one: objects of one bucket put, read, looked at and removed by
//! addresses signed with signature v4, whose signature is computed again here. Fails on command.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, OriginalUri, Path, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::any,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

pub const BUCKET: &str = "deliberations";
pub const REGION: &str = "fr-bac";
pub const KEY_ID: &str = "CLEBACASABLE";

/// The store; clones share it.
#[derive(Clone, Default)]
pub struct S3 {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    objects: BTreeMap<String, Bytes>,
    /// Method and answer of each call.
    calls: Vec<(Method, u16)>,
    down: bool,
}

impl S3 {
    /// The objects held, by name.
    pub fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        self.lock().objects.iter().map(|(name, bytes)| (name.clone(), bytes.to_vec())).collect()
    }

    /// Puts other bytes under a name, as a damaged disk would.
    pub fn damage(&self, name: &str) {
        self.lock().objects.insert(name.to_owned(), Bytes::from_static(b"%PDF-damaged"));
    }

    /// Method and status of each call, in order.
    pub fn calls(&self) -> Vec<(String, u16)> {
        self.lock().calls.iter().map(|(method, status)| (method.to_string(), *status)).collect()
    }

    /// Answers 503 to everything, or not any more.
    pub fn down(&self, down: bool) {
        self.lock().down = down;
    }

    pub(super) fn router(&self) -> Router {
        Router::new()
            .route("/{bucket}/{name}", any(answer))
            .layer(DefaultBodyLimit::max(64 << 20))
            .with_state(self.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(
    State(s3): State<S3>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    Path((bucket, name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut inner = s3.lock();
    let response = if inner.down {
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    } else if !is_signed(&method, &uri, &headers) {
        (StatusCode::FORBIDDEN, "<Error><Code>SignatureDoesNotMatch</Code></Error>").into_response()
    } else if bucket != BUCKET {
        (StatusCode::NOT_FOUND, "<Error><Code>NoSuchBucket</Code></Error>").into_response()
    } else {
        inner.act(&method, &name, body)
    };
    let status = response.status().as_u16();
    inner.calls.push((method, status));
    response
}

impl Inner {
    fn act(&mut self, method: &Method, name: &str, body: Bytes) -> Response {
        match (method.as_str(), self.objects.get(name)) {
            ("PUT", _) => {
                self.objects.insert(name.to_owned(), body);
                StatusCode::OK.into_response()
            }
            ("GET" | "HEAD", Some(bytes)) => {
                ([(header::CONTENT_TYPE, "binary/octet-stream")], bytes.clone()).into_response()
            }
            ("GET" | "HEAD", None) => (StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>").into_response(),
            ("DELETE", _) => {
                self.objects.remove(name);
                StatusCode::NO_CONTENT.into_response()
            }
            _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        }
    }
}

/// Whether an address carries the signature that AWS's documentation (« Authenticating Requests: Using Query Parameters »)
/// leads to, with the headers it says were signed.
fn is_signed(method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
    let pairs: Vec<(&str, &str)> =
        uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('=')).collect();
    let one = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| *value).unwrap_or_default();
    let date = one("X-Amz-Date");
    let Some(day) = date.get(..8) else { return false };
    let scope = format!("{day}/{REGION}/s3/aws4_request");
    let seconds: u32 = one("X-Amz-Expires").parse().unwrap_or(0);
    let expected = format!("{KEY_ID}/{scope}").replace('/', "%2F");
    let known = one("X-Amz-Algorithm") == "AWS4-HMAC-SHA256" && one("X-Amz-Credential") == expected;
    if !known || !(1..=604_800).contains(&seconds) {
        return false;
    }
    let canonical = canonical(method, uri, &pairs, &one("X-Amz-SignedHeaders").replace("%3B", ";"), headers);
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
    let secret = format!("AWS4{}", crate::SANDBOX_S3_SECRET);
    let key = [day, REGION, "s3", "aws4_request"].iter().fold(secret.into_bytes(), |key, part| mac(&key, part));
    hex(&mac(&key, &to_sign)) == one("X-Amz-Signature")
}

fn canonical(method: &Method, uri: &Uri, pairs: &[(&str, &str)], signed: &str, headers: &HeaderMap) -> String {
    let mut query: Vec<String> = pairs
        .iter()
        .filter(|(key, _)| *key != "X-Amz-Signature")
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    query.sort();
    let header =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().trim().to_owned();
    let lines: String = signed.split(';').map(|name| format!("{name}:{}\n", header(name))).collect();
    format!("{method}\n{}\n{}\n{lines}\n{signed}\nUNSIGNED-PAYLOAD", uri.path(), query.join("&"))
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
