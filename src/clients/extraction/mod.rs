//! The text of a document, by programs that a hostile file may kill without harm: poppler reads PDF files and tesseract
//! recognises what is written on images, each as a process of its own with limits on time, memory and what it writes.
//! Without them, says so. Web pages are read here. Knows nothing of requests, nor of what a text is worth.

mod html;
mod ocr;
mod pdf;
mod process;
mod structure;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::domain::document::{Format, Text, Trouble};

pub use process::Limits;

/// The wall clock of a whole document, however many pages are recognised.
const WHOLE: Duration = Duration::from_secs(300);
/// Pages recognised on images: each takes seconds.
const IMAGES: u32 = 12;

/// Reads documents, a few at once.
#[derive(Clone)]
pub struct Extractor {
    limits: Limits,
    /// Pages recognised of one document.
    images: u32,
    /// Documents read at once: their programs are the heaviest thing that this machine runs for us.
    turns: Arc<Semaphore>,
}

impl Default for Extractor {
    fn default() -> Self {
        Self { limits: Limits::default(), images: IMAGES, turns: Arc::new(Semaphore::new(2)) }
    }
}

impl Extractor {
    /// The same with other limits; `images`: pages recognised of one document.
    #[must_use]
    pub fn within(self, limits: Limits, images: u32) -> Self {
        Self { limits, images, ..self }
    }

    /// Everything that could be read, or why nothing was. Never fails: a document that can't be read is a fact about it.
    pub async fn extract(&self, format: Format, bytes: Vec<u8>) -> Text {
        let Ok(_turn) = self.turns.acquire().await else { return Text::failed(Trouble::TooHeavy) };
        let reading = async {
            match format {
                Format::Html => html_text(bytes).await,
                Format::Pdf => pdf::extract(&self.limits, self.images, bytes).await,
            }
        };
        tokio::time::timeout(WHOLE, reading).await.unwrap_or_else(|_| Text::failed(Trouble::TooHeavy))
    }
}

async fn html_text(bytes: Vec<u8>) -> Text {
    let read = tokio::task::spawn_blocking(move || html::extract(&bytes)).await;
    read.unwrap_or_else(|_| Text::failed(Trouble::Unreadable))
}

/// Text that both databases can hold, and no longer than a page may be.
fn bounded(text: &str, longest: usize) -> String {
    let kept = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t' | '\u{c}'));
    let mut out = String::with_capacity(text.len().min(longest));
    for c in kept {
        if out.len() + c.len_utf8() > longest {
            break;
        }
        out.push(c);
    }
    out
}
