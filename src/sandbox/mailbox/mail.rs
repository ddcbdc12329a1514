//! A mail as received and as understood. Knows no transport and no page.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use mail_parser::{Address, MessageParser, MimeHeaders as _, PartType};

/// What the SMTP conversation gave.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub number: u64,
    pub sender: String,
    pub recipients: Vec<String>,
    pub raw: Vec<u8>,
}

/// A parsed mail. Addresses are bare, without names.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    /// Rank of arrival, from 1.
    pub number: u64,
    /// The envelope: who the server was told it came from, and whom it was for.
    pub envelope_from: String,
    pub envelope_to: Vec<String>,
    /// The headers.
    pub from: String,
    pub to: Vec<String>,
    pub subject: String,
    pub date: Option<DateTime<Utc>>,
    /// Without angle brackets.
    pub message_id: Option<String>,
    pub text: Option<String>,
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
    /// The bytes of DATA, dots unstuffed.
    pub raw: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    /// The media type it claims, such as `application/pdf`.
    pub mime: String,
    pub bytes: Vec<u8>,
}

impl From<Received> for Mail {
    fn from(received: Received) -> Self {
        let Received { number, sender, recipients, raw } = received;
        let mut mail = understand(&raw).unwrap_or_default();
        mail.number = number;
        mail.envelope_from = sender;
        mail.envelope_to = recipients;
        mail.raw = raw;
        mail
    }
}

/// The bytes of a plain mail.
pub(super) fn written(from: &str, to: &str, subject: &str, text: &str, at: DateTime<Utc>) -> Vec<u8> {
    let subject = BASE64_STANDARD.encode(subject);
    let text = text.replace('\n', "\r\n");
    format!(
        "From: <{from}>\r\nTo: <{to}>\r\nSubject: =?UTF-8?B?{subject}?=\r\nDate: {date}\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}",
        date = at.to_rfc2822()
    )
    .into_bytes()
}

fn understand(raw: &[u8]) -> Option<Mail> {
    let message = MessageParser::default().parse(raw)?;
    let text = message.text_bodies().find_map(|part| match &part.body {
        PartType::Text(text) => Some(text.clone().into_owned()),
        _ => None,
    });
    let html = message.html_bodies().find_map(|part| match &part.body {
        PartType::Html(html) => Some(html.clone().into_owned()),
        _ => None,
    });
    Some(Mail {
        from: addresses(message.from()).into_iter().next().unwrap_or_default(),
        to: addresses(message.to()),
        subject: message.subject().unwrap_or_default().to_owned(),
        date: message.date().and_then(|date| DateTime::from_timestamp(date.to_timestamp(), 0)),
        message_id: message.message_id().map(str::to_owned),
        text,
        html,
        attachments: message.attachments().map(attachment).collect(),
        ..Mail::default()
    })
}

fn addresses(header: Option<&Address<'_>>) -> Vec<String> {
    header.into_iter().flat_map(Address::iter).filter_map(|one| one.address().map(str::to_owned)).collect()
}

fn attachment(part: &mail_parser::MessagePart<'_>) -> Attachment {
    let mime = part.content_type().map_or_else(
        || "application/octet-stream".to_owned(),
        |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream")).to_lowercase(),
    );
    Attachment { name: part.attachment_name().unwrap_or("sans-nom").to_owned(), mime, bytes: part.contents().to_vec() }
}
