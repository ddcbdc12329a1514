//! The text of a web page, and the PDF files it leads to. Only the words are read, one after the other: no tree is built,
//! nothing is run nor fetched.

use std::borrow::Cow;
use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::bounded;
use crate::domain::document::{By, Page, Text, Trouble};

/// Longest text kept, in bytes.
const LONGEST: usize = 200_000;
/// Links kept.
const LINKS: usize = 20;
/// Longest address kept.
const LONGEST_LINK: usize = 1000;

/// Reads a web page.
pub fn extract(bytes: &[u8]) -> Text {
    let words = Words::default();
    let tokenizer = Tokenizer::new(words, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(decoded(bytes).as_ref()));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let Found { text, links, .. } = tokenizer.sink.found.into_inner();
    let flow = bounded(&tidy(&text), LONGEST);
    if !flow.chars().any(char::is_alphanumeric) {
        return Text { links, ..Text::failed(Trouble::Empty) };
    }
    Text { pages: vec![Page { number: 1, by: By::Text, layout: flow.clone(), flow }], links, ..Text::default() }
}

/// UTF-8, or else Latin-1, in which any bytes are letters: old sites don't say.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
    }
}

/// One blank between words, no empty line.
fn tidy(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Gathers words.
#[derive(Default)]
struct Words {
    found: RefCell<Found>,
}

#[derive(Default)]
struct Found {
    text: String,
    links: Vec<String>,
    /// Inside an element that no reader sees.
    hidden: bool,
}

impl TokenSink for Words {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut found = self.found.borrow_mut();
        match token {
            Token::CharacterTokens(text) if !found.hidden && found.text.len() < 4 * LONGEST => {
                found.text.push_str(&text)
            }
            Token::TagToken(tag) => return found.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Found {
    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let opens = tag.kind == TagKind::StartTag;
        match tag.name.as_ref() {
            "script" | "style" | "noscript" | "template" => {
                self.hidden = opens && !tag.self_closing;
                return match (opens, tag.name.as_ref()) {
                    (true, "script") => TokenSinkResult::RawData(RawKind::ScriptData),
                    (true, "style") => TokenSinkResult::RawData(RawKind::Rawtext),
                    _ => TokenSinkResult::Continue,
                };
            }
            "a" | "iframe" | "embed" | "object" if opens => self.link(tag),
            "td" | "th" => self.text.push(' '),
            "b" | "i" | "em" | "strong" | "span" | "sup" | "sub" | "u" | "font" | "abbr" | "a" => {}
            _ if !self.text.ends_with('\n') => self.text.push('\n'),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn link(&mut self, tag: &Tag) {
        let address =
            tag.attrs.iter().find(|attribute| matches!(attribute.name.local.as_ref(), "href" | "src" | "data"));
        let Some(address) = address.map(|attribute| attribute.value.trim().to_owned()) else { return };
        let path = address.split(['?', '#']).next().unwrap_or_default().to_lowercase();
        let fits = path.ends_with(".pdf") && address.len() <= LONGEST_LINK && self.links.len() < LINKS;
        if fits && !self.links.contains(&address) {
            self.links.push(address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_links() {
        let page = "<!doctype html><title>Mairie</title><style>p{}</style><script>var a = '<p>non</p>';</script>\
            <p>Le quotient&nbsp;familial est <b>pr</b>is en compte &eacute;galement.<p>Voir \
            <a href=' /d/2026-031.PDF?x=1 '>la délibération</a>, <a href='/contact'>nous écrire</a>\
            <table><tr><td>0 à 400</td><td>1,20 €</td></tr></table><noscript>caché</noscript>";
        let text = extract(page.as_bytes());
        assert_eq!(text.links, ["/d/2026-031.PDF?x=1"]);
        let lines: Vec<&str> = text.pages[0].flow.lines().collect();
        assert_eq!(
            lines,
            [
                "Mairie",
                "Le quotient familial est pris en compte également.",
                "Voir la délibération, nous écrire",
                "0 à 400 1,20 €"
            ]
        );
    }

    #[test]
    fn nothing_written_is_said() {
        for page in ["<html></html>", "<script>alert(1)</script>", "<!doctype html><p>…"] {
            assert_eq!(extract(page.as_bytes()).troubles, [Trouble::Empty], "{page}");
        }
    }

    #[test]
    fn depth_and_disorder_cost_nothing() {
        let deep = "<div><b><table>".repeat(400_000) + "fin";
        assert!(extract(deep.as_bytes()).pages[0].flow.ends_with("fin"));
        let unclosed = "<a href='".to_owned() + &"x".repeat(1 << 20);
        assert_eq!(extract(unclosed.as_bytes()).troubles, [Trouble::Empty]);
    }
}
