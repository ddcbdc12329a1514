//! A mailbox that receives for everybody: a small real SMTP server, the mails it was given, parsed, and pages to read
//! them. Must not know who writes, nor the other simulators.

mod archive;
mod mail;
mod pages;
mod smtp;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::Router;
use chrono::{DateTime, Utc};
use tokio::net::TcpListener;

pub use self::mail::{Attachment, Mail};
use self::{archive::Archive, mail::Received};
use super::page::{self, Frame};

/// Beyond, the oldest are forgotten, unless told otherwise.
const CAPACITY: usize = 1000;

/// Clones share the same state.
#[derive(Clone, Default)]
pub struct Mailbox {
    inner: Arc<Mutex<Inner>>,
    frame: Frame,
}

/// What becomes of the answer to a mail that was kept.
enum Answer {
    Given,
    Lost,
}

struct Inner {
    mails: Vec<Mail>,
    capacity: usize,
    received: u64,
    archive: Option<Archive>,
    to_refuse: u32,
    to_lose: u32,
}

impl Default for Inner {
    fn default() -> Self {
        Self { mails: Vec::new(), capacity: CAPACITY, received: 0, archive: None, to_refuse: 0, to_lose: 0 }
    }
}

impl Mailbox {
    /// A mailbox forgotten when the process ends.
    pub fn new() -> Self {
        Self::default()
    }

    /// A mailbox kept in `file`, one mail a line, read now if it exists.
    pub fn persisted(file: PathBuf) -> anyhow::Result<Self> {
        let (archive, received) = Archive::open(file, CAPACITY)?;
        let mails: Vec<Mail> = received.into_iter().map(Mail::from).collect();
        let received = mails.last().map_or(0, |mail| mail.number);
        let inner = Inner { mails, received, archive: Some(archive), ..Inner::default() };
        Ok(Self { inner: Arc::new(Mutex::new(inner)), frame: Frame::default() })
    }

    /// The same, with pages that know where they are mounted.
    #[must_use]
    pub fn framed(mut self, frame: Frame) -> Self {
        self.frame = frame;
        self
    }

    /// Receives mails on `listener`, for ever; dropping the future cuts the conversations. No TLS, no authentication:
    /// for loopback only.
    pub async fn serve_smtp(self, listener: TcpListener) {
        smtp::serve(self, listener).await;
    }

    pub fn router(&self) -> Router {
        page::guarded(pages::router(self.clone()))
    }

    /// The mails, oldest first.
    pub fn mails(&self) -> Vec<Mail> {
        self.lock().mails.clone()
    }

    /// One mail by its number.
    pub fn mail(&self, number: u64) -> Option<Mail> {
        self.lock().mails.iter().find(|mail| mail.number == number).cloned()
    }

    /// Forgets the mails, on disk too; numbers go on.
    pub fn clear(&self) {
        let mut inner = self.lock();
        inner.mails.clear();
        if let Some(archive) = &inner.archive {
            archive.clear();
        }
    }

    /// Keeps this many mails from now on.
    pub fn keep(&self, capacity: usize) {
        self.lock().capacity = capacity;
    }

    /// A mail that came by another way than SMTP: no fault is for it. `text` is plain.
    pub fn deposit(&self, from: &str, to: &str, subject: &str, text: &str, at: DateTime<Utc>) {
        let raw = mail::written(from, to, subject, text, at);
        self.lock().keep(from.to_owned(), vec![to.to_owned()], raw);
    }

    /// Answers 451 to the next `count` mails, before anything is accepted.
    pub fn refuse_next(&self, count: u32) {
        self.lock().to_refuse = count;
    }

    /// Keeps the next `count` mails, then cuts the connection without answering.
    pub fn lose_answer_after_data(&self, count: u32) {
        self.lock().to_lose = count;
    }

    /// How many mails are still to be refused, and how many to be kept without an answer.
    pub fn faults(&self) -> (u32, u32) {
        let inner = self.lock();
        (inner.to_refuse, inner.to_lose)
    }

    /// Uses up one refusal, if any is left.
    fn refuses(&self) -> bool {
        take_one(&mut self.lock().to_refuse)
    }

    /// Keeps a mail; gives what becomes of the answer.
    fn receive(&self, sender: String, recipients: Vec<String>, raw: Vec<u8>) -> Answer {
        let mut inner = self.lock();
        inner.keep(sender, recipients, raw);
        if take_one(&mut inner.to_lose) { Answer::Lost } else { Answer::Given }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn keep(&mut self, sender: String, recipients: Vec<String>, raw: Vec<u8>) {
        self.received += 1;
        let received = Received { number: self.received, sender, recipients, raw };
        if let Some(archive) = &self.archive {
            archive.append(&received);
        }
        self.mails.push(Mail::from(received));
        let excess = self.mails.len().saturating_sub(self.capacity);
        self.mails.drain(..excess);
    }
}

fn take_one(count: &mut u32) -> bool {
    let some = *count > 0;
    *count = count.saturating_sub(1);
    some
}
