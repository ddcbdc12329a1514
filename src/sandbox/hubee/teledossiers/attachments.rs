//! Files: announced with a name, a size and a type, then deposited and compared with what was announced. A file that the
//! antivirus refuses is corrupted, and whoever sends it decides. Must not keep a file.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::super::calls::Seen;
use super::super::envelope::Answer;
use super::super::processes;
use super::super::validation::{Field, Kind, Problems, read_only, required};

pub(super) const RECEIVED: &str = "RECEIVED";
const PENDING: &str = "PENDING";
const CORRUPTED: &str = "CORRUPTED";
const REJECTED: &str = "REJECTED";

/// What every antivirus finds: the readable part of the EICAR test file.
const VIRUS: &[u8] = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE";

pub(super) const FIELDS: &[Field] = &[
    read_only("id"),
    read_only("status"),
    required("fileName", Kind::Text(255)),
    required("type", Kind::Text(100)),
    required("size", Kind::Integer),
    required("mimeType", Kind::Text(255)),
    required("recipients", Kind::Texts),
];

/// A file of a folder, or of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    pub id: Uuid,
    pub file_name: String,
    #[serde(rename = "type")]
    pub kind: String,
    /// In bytes.
    pub size: i64,
    pub mime_type: String,
    /// External identifiers of the cases it is for.
    pub recipients: Vec<String>,
    /// `PENDING`, `RECEIVED`, `CORRUPTED` or `REJECTED`.
    pub status: String,
}

impl Attachment {
    /// From a body already validated; the démarche has its say.
    pub(super) fn announced(body: &Value) -> Result<Self, Answer> {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let recipients = body["recipients"].as_array().map(Vec::as_slice).unwrap_or_default();
        let announced = Self {
            id: Uuid::new_v4(),
            file_name: text("fileName"),
            kind: text("type"),
            size: body["size"].as_i64().unwrap_or_default(),
            mime_type: text("mimeType"),
            recipients: recipients.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            status: PENDING.to_owned(),
        };
        processes::accepts(&announced.kind, &announced.mime_type, announced.size)?;
        Ok(announced)
    }

    pub(super) fn is_received(&self) -> bool {
        self.status == RECEIVED
    }

    pub(super) fn is_missing(&self) -> bool {
        self.status == PENDING || self.status == REJECTED
    }

    /// Compares the file with what was announced. 204, or why not.
    pub(super) fn deposit(&mut self, seen: &Seen) -> Result<Answer, Answer> {
        let size = i64::try_from(seen.body.len()).unwrap_or(i64::MAX);
        let digest = || BASE64_STANDARD.encode(Sha256::digest(&seen.body));
        let problem = if size != self.size {
            Some("Size does not match with attachment meta-data")
        } else if seen.header("digest").is_some_and(|given| given != digest()) {
            Some("Digest does not match with attachment content")
        } else if self.is_infected(&seen.body) {
            CORRUPTED.clone_into(&mut self.status);
            return Ok(Answer::no_content());
        } else {
            (!looks_like(&self.mime_type, &seen.body)).then_some("Mime type does not match with attachment meta-data")
        };
        let Some(problem) = problem else {
            RECEIVED.clone_into(&mut self.status);
            return Ok(Answer::no_content());
        };
        REJECTED.clone_into(&mut self.status);
        Err(Answer::error(400, problem))
    }

    fn is_infected(&self, bytes: &[u8]) -> bool {
        bytes.windows(VIRUS.len()).any(|window| window == VIRUS)
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "fileName": self.file_name,
            "type": self.kind,
            "size": self.size,
            "mimeType": self.mime_type,
            "recipients": self.recipients,
            "status": self.status,
        })
    }
}

/// The gateway's own check of an upload: files are sent as raw bytes.
pub(super) fn raw(seen: &Seen) -> Result<(), Answer> {
    if seen.has_type("application/octet-stream") {
        return Ok(());
    }
    let Some(route) = seen.route() else { return Ok(()) };
    let given = seen.header("content-type").unwrap_or_default();
    let mut problems = Problems::on(route);
    let allowed = "does not match any allowed types. Must be one of: [application/octet-stream].";
    problems.at("body", format!("Request Content-Type header '{given}' {allowed}"));
    problems.finish()
}

/// The same file in both hands, for the place where it is: 404 when it was not announced.
pub(super) fn deposit(attachments: &mut [Attachment], id: Option<Uuid>, seen: &Seen) -> Result<Answer, Answer> {
    let found = attachments.iter_mut().find(|one| Some(one.id) == id);
    found.ok_or_else(|| Answer::not_found("Binary meta-data"))?.deposit(seen)
}

/// Whether the first bytes are those of this type; types without a mark are believed.
fn looks_like(mime: &str, bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    match mime {
        "application/pdf" => bytes.starts_with(b"%PDF-"),
        "application/xml" => text.starts_with(b"<"),
        "application/json" => text.starts_with(b"{") || text.starts_with(b"["),
        _ => true,
    }
}
