//! Decisions from the first click to what the outside sees: confirmation, mail, public page, DataPass.

mod gestures;
mod own;
mod reasons;
mod reopening;
mod to_report;
mod together;

use habilis::sandbox::mailbox::Mail;
use scraper::Selector;

use crate::support::browser::{Browser, Page};
use crate::support::house::House;

pub const REASON: &str = "La délibération ne mentionne pas le quotient familial.\nJoignez-en une autre, svp : merci !";

/// Asks for a gesture on the version the page shows; answers the page that asks to confirm.
pub async fn asks(browser: &mut Browser, number: i64, gesture: &str, text: &str) -> Page {
    let version = browser.version(number).await;
    browser.post(&format!("/instruction/D{number}/{gesture}"), &[("version", &version), ("text", text)]).await
}

/// Confirms what a page asks to confirm, with the fields it holds.
pub async fn confirms(browser: &mut Browser, asked: &Page) -> Page {
    let html = asked.html();
    let form = html.select(&Selector::parse("main form").unwrap()).next().expect("a form to confirm");
    let path = form.value().attr("action").unwrap().to_owned();
    let fields: Vec<(String, String)> = form
        .select(&Selector::parse("input").unwrap())
        .map(|input| {
            let value = |name| input.value().attr(name).unwrap_or_default().to_owned();
            (value("name"), value("value"))
        })
        .collect();
    drop(html);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(&path, &fields).await
}

/// What an element says, character for character.
pub fn verbatim(page: &Page, selector: &str) -> String {
    let html = page.html();
    let selector = Selector::parse(selector).unwrap();
    html.select(&selector).next().expect("an element").text().collect()
}

/// The mail that a page showed is the mail that left.
pub fn assert_shown(asked: &Page, sent: &Mail) {
    assert_eq!(sent.to, [verbatim(asked, "#apercu-destinataire")]);
    assert_eq!(sent.subject, verbatim(asked, "#apercu-objet"));
    let text = sent.text.as_deref().unwrap().replace("\r\n", "\n");
    assert_eq!(text, verbatim(asked, "#apercu-texte"));
}

/// Decides, confirms, runs what follows; answers the confirmation page.
pub async fn decides(house: &House, browser: &mut Browser, number: i64, gesture: &str, text: &str) -> Page {
    let asked = asks(browser, number, gesture, text).await;
    assert_eq!(asked.status, 200, "{}", asked.text);
    let done = confirms(browser, &asked).await;
    assert_eq!(done.status, 303, "{}", done.text);
    house.run_jobs().await;
    asked
}
