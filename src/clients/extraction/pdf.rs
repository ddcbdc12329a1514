//! A PDF, page by page: what poppler finds written in it, in reading order and as laid out, then what is recognised on
//! the pages that are images.

use std::ffi::OsString;
use std::path::Path;

use super::ocr::{self, Seen};
use super::process::{Ended, Limits, run};
use super::{bounded, structure};
use crate::domain::document::{By, PAGES, Page, Structure, Text, Trouble};

/// Letters and figures under which a page is taken for an image.
const LITTLE: usize = 25;
/// Longest text kept of a page, and of a document, in bytes.
const LONGEST: usize = 40_000;
const LONGEST_WHOLE: usize = 1_500_000;

/// Reads a PDF.
pub async fn extract(limits: &Limits, images: u32, bytes: Vec<u8>) -> Text {
    let Ok(folder) = tempfile::tempdir() else { return Text::failed(Trouble::NoReader) };
    let file = folder.path().join("document.pdf");
    if tokio::fs::write(&file, &bytes).await.is_err() {
        return Text::failed(Trouble::NoReader);
    }
    let structure = tokio::task::spawn_blocking(move || structure::scan(&bytes)).await.unwrap_or_default();
    let mut text = match read(limits, folder.path(), structure).await {
        Ok(text) => text,
        Err(trouble) => return Text { structure, ..Text::failed(trouble) },
    };
    recognise(limits, images, folder.path(), &mut text).await;
    if !text.is_read() && text.troubles.is_empty() {
        text.troubles.push(Trouble::Empty);
    }
    text
}

/// What is written in the file.
async fn read(limits: &Limits, folder: &Path, mut structure: Structure) -> Result<Text, Trouble> {
    let information = said(limits, folder, "pdfinfo", &["document.pdf"]).await?;
    let line = |name: &str| information.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let page_count: Option<u32> = line("Pages:").and_then(|count| count.parse().ok());
    structure.active |= line("JavaScript:").is_some_and(|answer| answer == "yes");
    structure.encrypted |= line("Encrypted:").is_some_and(|answer| answer.starts_with("yes"));
    let last = PAGES.to_string();
    let common = ["-q", "-enc", "UTF-8", "-eol", "unix", "-l", &last];
    let flow = said(limits, folder, "pdftotext", &[&common[..], &["document.pdf", "-"]].concat()).await?;
    // A file that takes too long to lay out was still read once.
    let laid_out = [&common[..], &["-layout", "document.pdf", "-"]].concat();
    let layout = said(limits, folder, "pdftotext", &laid_out).await.unwrap_or_default();
    let mut text = Text { pages: pages(&flow, &layout), page_count, structure, ..Text::default() };
    if page_count.is_some_and(|count| count > PAGES) || text.pages.len() < flow.matches('\u{c}').count() {
        text.troubles.push(Trouble::PagesCut);
    }
    Ok(text)
}

/// What a program says of the document.
async fn said(limits: &Limits, folder: &Path, program: &str, arguments: &[&str]) -> Result<String, Trouble> {
    let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    match run(limits, folder, program, &arguments).await {
        Ended::Absent => Err(Trouble::NoReader),
        Ended::Stopped => Err(Trouble::TooHeavy),
        Ended::Said { success: true, out, .. } => Ok(String::from_utf8_lossy(&out).into_owned()),
        Ended::Said { err, .. } if err.contains("ncorrect password") => Err(Trouble::Protected),
        Ended::Said { err, .. } if err.contains("emory") || err.contains("bad_alloc") => Err(Trouble::TooHeavy),
        Ended::Said { .. } => Err(Trouble::Unreadable),
    }
}

/// Both texts cut at their form feeds, one of which ends each page.
fn pages(flow: &str, layout: &str) -> Vec<Page> {
    let mut layouts = layout.split('\u{c}');
    let mut kept = 0;
    let mut pages = Vec::new();
    let count = flow.matches('\u{c}').count();
    for (number, flow) in (1..=PAGES).zip(flow.split('\u{c}').take(count)) {
        let (flow, layout) = (bounded(flow, LONGEST), bounded(layouts.next().unwrap_or_default(), LONGEST));
        kept += flow.len() + layout.len();
        if kept > LONGEST_WHOLE {
            break;
        }
        let by = if is_image(&flow) { By::Nothing } else { By::Text };
        pages.push(Page { number, by, flow, layout });
    }
    pages
}

fn is_image(flow: &str) -> bool {
    flow.chars().filter(|c| c.is_alphanumeric()).nth(LITTLE).is_none()
}

/// Recognises what is written on the pages that are images, the first ones.
async fn recognise(limits: &Limits, images: u32, folder: &Path, text: &mut Text) {
    let mut left = images;
    for page in text.pages.iter_mut().filter(|page| page.by == By::Nothing) {
        if left == 0 {
            text.troubles.push(Trouble::OcrCut);
            return;
        }
        left -= 1;
        match ocr::recognise(limits, folder, page.number).await {
            Seen::Text(seen) if !is_image(&seen) => {
                page.by = By::Ocr;
                page.flow = bounded(&seen, LONGEST);
                page.layout.clone_from(&page.flow);
            }
            Seen::Blank | Seen::Text(_) => {}
            Seen::Stopped => text.troubles.push(Trouble::TooHeavy),
            Seen::Absent => {
                text.troubles.push(Trouble::NoOcr);
                return;
            }
        }
    }
    text.troubles.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_end_with_a_form_feed() {
        let long = "a".repeat(60);
        let cut = pages(&format!("{long}\u{c}\u{c}{long} b\0\u{c}"), &format!("{long}\u{c}\u{c}"));
        let shapes: Vec<_> = cut.iter().map(|page| (page.number, page.by, page.layout.len())).collect();
        assert_eq!(shapes, [(1, By::Text, 60), (2, By::Nothing, 0), (3, By::Text, 0)]);
        assert!(cut[2].flow.ends_with(" b"), "no byte that a database refuses");
        assert!(pages("", "").is_empty());
        let huge = format!("{}\u{c}", "é".repeat(30_000)).repeat(60);
        let kept: usize = pages(&huge, &huge).iter().map(|page| page.flow.len() + page.layout.len()).sum();
        assert!(kept <= LONGEST_WHOLE, "{kept}");
    }
}
