//! A mail as it will be read: facts in, subject, text, HTML and attachments out. Pure: no network, no clock, no store,
//! so that a page can preview what will be sent.

use chrono::NaiveDate;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::catalogue::Kind;
use super::templates::{BadTemplate, render};
use crate::domain::paris::day_in_words;

/// What mails tell. Addresses are whole (`https://…`); a fact without object for a mail is left out of it.
#[derive(Clone, Default, Serialize)]
pub struct Facts {
    /// `D61234`.
    pub number: String,
    pub organisation: String,
    /// Name of the demandeur, or the e-mail when no name is known.
    pub demandeur_name: String,
    pub demandeur_email: String,
    /// Last day of the answer.
    #[serde(skip)]
    pub deadline: Option<NaiveDate>,
    /// Why changes are asked, or why it is refused.
    #[serde(skip)]
    pub reason: Option<String>,
    /// What the instructeur adds to an acceptance.
    #[serde(skip)]
    pub comment: Option<String>,
    pub tracking_url: String,
    /// The request in DataPass, as its demandeur sees it.
    pub datapass_url: String,
    /// The national form, for this collectivité.
    pub form_url: Option<String>,
    /// Our public page of the collectivité.
    pub page_url: Option<String>,
    pub kit_url: Option<String>,
    /// QR code of `form_url`.
    #[serde(skip)]
    pub qr_png: Option<Vec<u8>>,
    /// A habilitation was in force already: this is about changes to it.
    pub reopening: bool,
    /// A software publisher receives the files through the API instead of the portal.
    pub editeur: bool,
    /// What is expected of the demandeur's account at HubEE: `new`, `existing`, `other` (somebody else's) or `unknown`.
    pub account: &'static str,
    /// The address they log in there with.
    pub login: String,
    /// HubEE's portal.
    pub portail_url: String,
    /// The request in our back-office.
    pub request_url: String,
    /// What an instructeur wrote to the demandeur.
    #[serde(skip)]
    pub said: Option<Said>,
    /// Whom it is for, when it isn't the demandeur.
    #[serde(skip)]
    pub addressee: Option<Addressee>,
}

/// A message for the demandeur.
#[derive(Clone, Serialize)]
pub struct Said {
    /// The instructeur's name.
    pub author: String,
    pub text: String,
    /// The demandeur may answer on the tracking page.
    pub may_answer: bool,
}

/// Whom a mail is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    pub name: String,
    pub email: String,
}

impl Facts {
    /// Whom the mail is for: name and e-mail. The name is the e-mail when none is known.
    pub(super) fn addressee(&self) -> (&str, &str) {
        match &self.addressee {
            Some(one) => (&one.name, &one.email),
            None => (&self.demandeur_name, &self.demandeur_email),
        }
    }
}

/// A mail ready to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,
}

/// A joined file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    /// `image/png`…
    pub mime: &'static str,
    pub bytes: Vec<u8>,
}

/// Writes the mail of `kind`.
///
/// # Errors
/// When a template is wrong, which depends on its file rather than on the facts.
pub fn compose(kind: Kind, facts: &Facts) -> Result<Letter, BadTemplate> {
    let context = context! {
        deadline => facts.deadline.map(day_in_words),
        reason => spoken(facts.reason.as_deref()),
        comment => spoken(facts.comment.as_deref()),
        qr => facts.qr_png.is_some(),
        // An account made long before the changes that a mail tells of: nothing was sent about it lately.
        account => if facts.reopening && facts.account == "new" { "unknown" } else { facts.account },
        said => facts.said.as_ref().map(|said| Value::from(Serde(said))),
        ..Value::from(Serde(facts))
    };
    let attachments = if kind == Kind::EnService { attachments(facts) } else { Vec::new() };
    Ok(Letter { attachments, ..written(kind.name(), context)? })
}

/// The letter of a folder of templates.
pub(super) fn written(folder: &str, context: Value) -> Result<Letter, BadTemplate> {
    let path = |file: &str| format!("{folder}/{file}");
    let subject = one_line(&render(&path("subject.txt"), &context)?);
    let context = context! { subject => &subject, ..context };
    Ok(Letter {
        text: squeezed(&render(&path("body.txt"), &context)?),
        html: render(&path("body.html"), &context)?,
        attachments: Vec::new(),
        subject,
    })
}

fn attachments(facts: &Facts) -> Vec<Attachment> {
    let name = format!("qr-code-formulaire-{}.png", facts.number);
    facts.qr_png.iter().map(|png| Attachment { name: name.clone(), mime: "image/png", bytes: png.clone() }).collect()
}

/// What somebody wrote, unless it is blank.
fn spoken(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The text with one blank line at most between two paragraphs: templates need not mind the blocks left out.
fn squeezed(text: &str) -> String {
    let mut paragraphs = String::with_capacity(text.len());
    for line in text.lines() {
        let line = if line.trim().is_empty() { "" } else { line };
        if !(line.is_empty() && (paragraphs.is_empty() || paragraphs.ends_with("\n\n"))) {
            paragraphs.push_str(line);
            paragraphs.push('\n');
        }
    }
    paragraphs
}

/// A subject is one line, whatever the names in it.
fn one_line(text: &str) -> String {
    text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests;
