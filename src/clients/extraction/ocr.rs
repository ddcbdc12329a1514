//! What is written on the image of a page: poppler draws it, tesseract recognises French.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use super::process::{Ended, Limits, is_installed, run};

/// Longest side of the image, in pixels: an A4 page at some 200 dots per inch, whatever size the page pretends to have.
const SIDE: &str = "2400";

/// What was seen on a page.
#[derive(Debug)]
pub enum Seen {
    Text(String),
    /// Nothing is written on it, or the image can't be drawn.
    Blank,
    /// Too slow or too heavy.
    Stopped,
    /// A program, or its French, is not installed.
    Absent,
}

/// Recognises one page of `document.pdf`, in `folder`.
pub async fn recognise(limits: &Limits, folder: &Path, page: u32) -> Seen {
    if !is_installed("tesseract") {
        return Seen::Absent;
    }
    let number = page.to_string();
    let draw = ["-q", "-gray", "-scale-to", SIDE, "-f", &number, "-l", &number, "-singlefile", "document.pdf", "page"];
    match run(limits, folder, "pdftoppm", &arguments(&draw)).await {
        Ended::Absent => return Seen::Absent,
        Ended::Stopped => return Seen::Stopped,
        Ended::Said { success: false, .. } => return Seen::Blank,
        Ended::Said { .. } => {}
    }
    let slower = Limits { time: limits.time.max(Duration::from_secs(60)), cpu: limits.cpu.max(60), ..*limits };
    let read = run(&slower, folder, "tesseract", &arguments(&["page.pgm", "stdout", "-l", "fra", "--psm", "3"])).await;
    // The next page must not be mistaken for this one.
    let removed = tokio::fs::remove_file(folder.join("page.pgm")).await;
    match read {
        _ if removed.is_err() => Seen::Blank,
        Ended::Absent => Seen::Absent,
        Ended::Stopped => Seen::Stopped,
        Ended::Said { success: true, out, .. } => Seen::Text(String::from_utf8_lossy(&out).into_owned()),
        Ended::Said { err, .. } if err.contains("loading language") => Seen::Absent,
        Ended::Said { .. } => Seen::Blank,
    }
}

fn arguments(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}
