//! The mails on disk: one JSON object a line, appended, so that a mail costs its own size and not the whole box's.
//! A line cut by a crash is dropped at the next opening, which rewrites the file whole.

use std::{
    fs,
    io::{self, Write as _},
    path::PathBuf,
};

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::mail::Received;
use crate::sandbox::kept::write_whole;

pub(super) struct Archive {
    file: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Line {
    number: u64,
    sender: String,
    recipients: Vec<String>,
    /// Base64.
    raw: String,
}

impl Archive {
    /// The archive in `file`, and its last `capacity` mails, oldest first.
    pub fn open(file: PathBuf, capacity: usize) -> anyhow::Result<(Self, Vec<Received>)> {
        let text = match fs::read(&file) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", file.display())),
        };
        let mut mails: Vec<Received> = text.lines().filter_map(read_line).collect();
        mails.drain(..mails.len().saturating_sub(capacity));
        let lines: String = mails.iter().map(line).collect();
        write_whole(&file, lines.as_bytes()).with_context(|| format!("{} cannot be written", file.display()))?;
        Ok((Self { file }, mails))
    }

    /// The mailbox goes on without its file: see the error in the log.
    pub fn append(&self, mail: &Received) {
        let open = || fs::OpenOptions::new().create(true).append(true).open(&self.file);
        if let Err(error) = open().and_then(|mut file| file.write_all(line(mail).as_bytes())) {
            tracing::error!(%error, "a received mail was not written");
        }
    }

    pub fn clear(&self) {
        if let Err(error) = write_whole(&self.file, b"") {
            tracing::error!(%error, "the mails were not erased");
        }
    }
}

fn line(mail: &Received) -> String {
    let Received { number, sender, recipients, raw } = mail.clone();
    let line = Line { number, sender, recipients, raw: STANDARD.encode(raw) };
    serde_json::to_string(&line).map(|text| text + "\n").unwrap_or_default()
}

fn read_line(text: &str) -> Option<Received> {
    let Line { number, sender, recipients, raw } = serde_json::from_str(text).ok()?;
    Some(Received { number, sender, recipients, raw: STANDARD.decode(raw).ok()? })
}
