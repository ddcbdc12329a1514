//! A file in a form, read whole with a cap: what is over it is read and dropped, so that the browser hears the answer
//! instead of a broken connection. And documents on their way out, which no browser may take for a page.

use std::time::Duration;

use axum::extract::Multipart;
use axum::extract::multipart::MultipartRejection;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::domain::document::{Format, LARGEST};
use crate::http::views::components::FieldError;
use crate::store::documents::Document;
use crate::workflow::deliberation::{Deposit, FROM_DEMANDEUR, NotDeposited};

/// Largest form read to its end, in bytes.
pub const FORM: usize = 64 << 20;
/// Forms with a file read at once: each may hold a whole file in memory.
pub const AT_ONCE: usize = 8;
/// The longest a form with a file may take: ten megabytes from a village at the end of its line.
pub const PATIENCE: Duration = Duration::from_secs(180);
/// The field's name and id.
pub const FIELD: &str = "document";

/// The file of a form. A form without one is an empty file.
///
/// # Errors
/// [`NotDeposited::TooLarge`], or [`NotDeposited::Empty`] when the form can't be read.
pub async fn file(form: Result<Multipart, MultipartRejection>) -> Result<Deposit, NotDeposited> {
    let mut form = form.map_err(|_| NotDeposited::Empty)?;
    let mut found = Deposit { name: String::new(), bytes: Vec::new() };
    let mut length = 0;
    while let Some(mut field) = form.next_field().await.map_err(|error| broken(&error))? {
        let is_ours = field.name() == Some(FIELD);
        if is_ours {
            found.name = field.file_name().unwrap_or_default().to_owned();
        }
        while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
            if is_ours {
                length += chunk.len();
                if length <= LARGEST {
                    found.bytes.extend_from_slice(&chunk);
                }
            }
        }
    }
    if length > LARGEST { Err(NotDeposited::TooLarge) } else { Ok(found) }
}

fn broken(error: &axum::extract::multipart::MultipartError) -> NotDeposited {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { NotDeposited::TooLarge } else { NotDeposited::Empty }
}

/// What a person is told, and with which status. `None`: it is ours to mend.
pub fn refusal(why: &NotDeposited) -> Option<(StatusCode, FieldError)> {
    let (status, sentence) = match why {
        NotDeposited::Empty => (StatusCode::UNPROCESSABLE_ENTITY, "choisissez un fichier PDF.".to_owned()),
        NotDeposited::TooLarge => (
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("le fichier pèse plus de {} Mo : réduisez-le, ou numérisez-le en noir et blanc.", LARGEST >> 20),
        ),
        NotDeposited::NotPdf => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "ce fichier n’est pas un PDF : convertissez-le, puis déposez-le.".to_owned(),
        ),
        NotDeposited::TooMany => (
            StatusCode::CONFLICT,
            format!("{FROM_DEMANDEUR} fichiers ont déjà été déposés : écrivez à l’instructeur s’il en faut un autre."),
        ),
        NotDeposited::Closed => (StatusCode::CONFLICT, "cette demande ne reçoit plus de documents.".to_owned()),
        NotDeposited::NotFound | NotDeposited::Files(_) | NotDeposited::Store(_) => return None,
    };
    Some((status, FieldError { field: FIELD, sentence: format!("Délibération : {sentence}") }))
}

/// Nothing in it may run, whatever a browser makes of it.
const SANDBOXED: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";
/// A PDF beside its request: browsers' own readers refuse to work in a sandbox, and write their own styles.
const READER: &str = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'";

/// A document to keep on one's disk.
pub fn attachment(document: &Document, bytes: Vec<u8>) -> Response {
    sent(
        document,
        bytes,
        "attachment",
        [(header::CONTENT_SECURITY_POLICY, SANDBOXED), (header::X_FRAME_OPTIONS, "DENY")],
    )
}

/// A document to read beside its request: a PDF without anything active in it, else a file to keep.
pub fn reading(document: &Document, bytes: Vec<u8>) -> Response {
    if !document.may_be_shown() {
        return attachment(document, bytes);
    }
    sent(
        document,
        bytes,
        "inline",
        [(header::CONTENT_SECURITY_POLICY, READER), (header::X_FRAME_OPTIONS, "SAMEORIGIN")],
    )
}

fn sent(document: &Document, bytes: Vec<u8>, how: &str, policy: [(HeaderName, &'static str); 2]) -> Response {
    // A web page of somebody else's is never ours to show.
    let kind = if document.format == Format::Pdf { "application/pdf" } else { "application/octet-stream" };
    let mut response = ([(header::CONTENT_TYPE, kind)], policy, bytes).into_response();
    let named = format!(
        "{how}; filename=\"{}\"; filename*=UTF-8''{}",
        plain(&document.file_name),
        escaped(&document.file_name)
    );
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&named) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    response
}

fn plain(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') { c } else { '_' })
        .collect()
}

fn escaped(name: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    name.bytes().map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
