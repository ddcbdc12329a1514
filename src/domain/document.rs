//! A document that came with a request: where from, what could be read of it, what reading it showed. Values kept as
//! JSON by the store, made elsewhere. Must not know how a text is extracted nor what it is worth.

use serde::{Deserialize, Serialize};

/// Largest document taken, in bytes: DataPass's own limit.
pub const LARGEST: usize = 10 * 1024 * 1024;
/// Pages read of a document.
pub const PAGES: u32 = 60;

/// Which way a document came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Fetched by us at the address given in the request.
    Address,
    /// Deposited by an instructeur.
    Instructeur,
    /// Deposited by the demandeur, from their tracking page.
    Demandeur,
}

impl Origin {
    pub const ALL: [Self; 3] = [Self::Address, Self::Instructeur, Self::Demandeur];

    /// Stable name: the `origin` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Instructeur => "instructeur",
            Self::Demandeur => "demandeur",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.name() == name)
    }
}

/// What the bytes are, whatever they were called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Pdf,
    Html,
}

impl Format {
    /// Stable name: the `format` column, and the extension of a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Html => "html",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        [Self::Pdf, Self::Html].into_iter().find(|format| format.name() == name)
    }

    /// What the first bytes say. A PDF may begin after some blanks, as its readers allow.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let head = &bytes[..bytes.len().min(1024)];
        if head.windows(5).any(|five| five == b"%PDF-") {
            return Some(Self::Pdf);
        }
        let text = String::from_utf8_lossy(head).to_lowercase();
        let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let opens = ["<!doctype html", "<html", "<head", "<body", "<!--"].iter().any(|tag| text.starts_with(tag));
        let declared = text.starts_with("<?xml") && text.contains("<html");
        (opens || declared).then_some(Self::Html)
    }
}

/// How the text of a page was obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// It was in the file.
    Text,
    /// Recognised on the image of the page.
    Ocr,
    /// Neither: the page is an image that could not be recognised, or is blank.
    Nothing,
}

/// The text of one page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// 1 is the first.
    pub number: u32,
    pub by: By,
    /// In reading order: columns one after the other.
    pub flow: String,
    /// As laid out: what is on one line of the page is on one line.
    pub layout: String,
}

/// Why a document, or a part of it, gave no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// A password is needed to open it.
    Protected,
    /// It can't be opened: truncated, damaged, or not what it says.
    Unreadable,
    /// It opens, and nothing is written in it.
    Empty,
    /// Reading it took more time or memory than allowed.
    TooHeavy,
    /// The program that reads PDF files is not installed.
    NoReader,
    /// Pages are images and the program that recognises text is not installed.
    NoOcr,
    /// Text was recognised on the first images only.
    OcrCut,
    /// Only the first pages were read.
    PagesCut,
}

/// What the structure of a PDF shows besides its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Structure {
    pub encrypted: bool,
    /// Scripts, or actions that start programs.
    pub active: bool,
    /// Other files inside.
    pub attachments: bool,
}

/// All that was extracted from a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub pages: Vec<Page>,
    /// Pages of the whole document, when known.
    pub page_count: Option<u32>,
    pub troubles: Vec<Trouble>,
    pub structure: Structure,
    /// Addresses of PDF files that a web page leads to.
    pub links: Vec<String>,
}

impl Text {
    /// Nothing, for this reason.
    pub fn failed(trouble: Trouble) -> Self {
        Self { troubles: vec![trouble], ..Self::default() }
    }

    /// Whether something was read.
    pub fn is_read(&self) -> bool {
        self.pages.iter().any(|page| page.by != By::Nothing)
    }
}

/// A line of a document, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub page: u32,
    pub text: String,
}

/// A mention of the quotient familial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    pub page: u32,
    /// Around it.
    pub before: String,
    /// As written.
    pub words: String,
    pub after: String,
}

/// Who voted or signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    ConseilMunicipal,
    ConseilCommunautaire,
    ConseilAdministration,
    ConseilSyndical,
    ConseilDepartemental,
    DecisionDuMaire,
    Arrete,
}

impl Body {
    /// French words.
    pub fn label(self) -> &'static str {
        match self {
            Self::ConseilMunicipal => "conseil municipal",
            Self::ConseilCommunautaire => "conseil communautaire",
            Self::ConseilAdministration => "conseil d’administration",
            Self::ConseilSyndical => "comité syndical",
            Self::ConseilDepartemental => "conseil départemental",
            Self::DecisionDuMaire => "décision du maire ou du président, par délégation",
            Self::Arrete => "arrêté",
        }
    }
}

/// What reading a document showed: hints for an instructeur, never a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    pub mentions: Vec<Mention>,
    /// Lines with tranches or amounts near a mention.
    pub tariffs: Vec<Quote>,
    pub body: Option<(Body, Quote)>,
    pub date: Option<(chrono::NaiveDate, Quote)>,
    /// Says that API Particulier will be used.
    pub api: Option<Quote>,
    /// SIREN numbers written in it.
    pub sirens: Vec<String>,
    /// First words, normalised: where the name of the collectivité is looked for.
    pub opening: String,
    /// Which rules read it.
    #[serde(default)]
    pub rules: u32,
    /// Pages of the whole document, when known.
    pub page_count: Option<u32>,
    /// Pages whose text was recognised on an image.
    pub recognised: u32,
    /// Pages of which nothing was read.
    pub blank: u32,
    pub troubles: Vec<Trouble>,
    pub structure: Structure,
    /// PDF files that a web page leads to.
    pub links: Vec<String>,
    /// The beginning of its text, when it is a web page.
    pub excerpt: String,
}

impl Reading {
    /// Whether any text was read.
    pub fn has_text(&self) -> bool {
        !self.opening.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn formats_are_told_by_their_bytes() {
        for (bytes, format) in [
            (&b"%PDF-1.7\n"[..], Some(Format::Pdf)),
            (b"\r\n\0 %PDF-1.4", Some(Format::Pdf)),
            (b"<!DOCTYPE html><p>", Some(Format::Html)),
            ("\u{feff}  <HTML>".as_bytes(), Some(Format::Html)),
            (b"<?xml version=\"1.0\"?><html xmlns=\"x\">", Some(Format::Html)),
            (b"<?xml version=\"1.0\"?><svg>", None),
            (b"PK\x03\x04", None),
            (b"\x89PNG", None),
            (b"MZ", None),
            (b"{\"a\": 1}", None),
            (b"", None),
        ] {
            assert_eq!(Format::of(bytes), format, "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
