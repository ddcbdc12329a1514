//! A letter as bytes: headers and MIME parts. Must not know the network.

use std::time::SystemTime;

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart};
use lettre::{Address, Message};

use super::Parcel;
use super::failure::{Undelivered, masked};

/// Says that no person wrote it, so that absence notices are not sent back (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".into())
    }
}

/// Where mail software shows a way out (RFC 2369). Written as it is: an encoded address would be no address, and ours
/// are ASCII without spaces.
#[derive(Clone)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.trim_matches(['<', '>']).to_owned()))
    }

    fn display(&self) -> HeaderValue {
        let value = format!("<{}>", self.0);
        HeaderValue::dangerous_new_pre_encoded(Self::name(), value.clone(), value)
    }
}

/// Says that a bare POST to that address is enough (RFC 8058).
#[derive(Clone)]
struct OneClick;

impl Header for OneClick {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".into())
    }
}

/// Builds the message; an address that can't be one is [`Undelivered::Never`].
pub fn build(from: &Mailbox, parcel: &Parcel<'_>) -> Result<Message, Undelivered> {
    let address: Address =
        parcel.to.parse().map_err(|_| Undelivered::Never(format!("adresse inutilisable : {}", masked(parcel.to))))?;
    let name = parcel.to_name.map(|name| name.chars().filter(|c| !c.is_control()).collect());
    let builder = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(name, address))
        .subject(parcel.letter.subject.clone())
        .message_id(Some(parcel.message_id.to_owned()))
        .date(SystemTime::from(parcel.date))
        .header(AutoSubmitted);
    let builder = match parcel.unsubscribe {
        Some(address) => builder.header(ListUnsubscribe(address.to_owned())).header(OneClick),
        None => builder,
    };
    builder
        .multipart(parts(parcel))
        .map_err(|error| Undelivered::Never(format!("message impossible à former : {error}")))
}

fn parts(parcel: &Parcel<'_>) -> MultiPart {
    let letter = parcel.letter;
    let body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
    if letter.attachments.is_empty() {
        return body;
    }
    letter.attachments.iter().fold(MultiPart::mixed().multipart(body), |mixed, file| {
        let kind = ContentType::parse(file.mime).unwrap_or(ContentType::TEXT_PLAIN);
        mixed.singlepart(Attachment::new(file.name.clone()).body(file.bytes.clone(), kind))
    })
}
