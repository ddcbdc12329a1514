//! What is said about a request: with its demandeur, through real pages and mails, and between colleagues.

mod conversation;
mod limits;
mod notes;

use crate::support::browser::Page;
use crate::support::house::{House, hauteluce};

/// A submitted request whose first mail left: its number and the address of its tracking page.
async fn scene() -> (House, i64, String) {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let token = house.habilitation(number).await.tracking_token;
    (house, number, format!("/suivi/{token}"))
}

/// Mails received since the first `before`: to whom, subject, text.
fn mails_after(house: &House, before: usize) -> Vec<(String, String, String)> {
    let mails = house.mails();
    let new = mails.iter().skip(before);
    new.map(|m| (m.to.join(", "), m.subject.clone(), m.text.clone().unwrap_or_default())).collect()
}

/// What a page says, without the no-break spaces of typography.
fn says(page: &Page) -> String {
    page.main().replace('\u{a0}', " ")
}
