//! Requests put straight in the database, each told from the others by what a test cares about.

use chrono::{DateTime, NaiveDate, Utc};
use habilis::domain::datapass::Moment;
use habilis::domain::{
    Actor, Assignee, Contact, DatapassState, Dossier, Habilitation, InForce, Mirror, Organisation, State,
};
use habilis::store::provisioning::{self, ProvisioningRow};
use habilis::store::queue::Checked;
use habilis::store::{Db, habilitations, queue};
use uuid::Uuid;

use crate::support::browser::Page;

pub const NOW: &str = "2026-09-08T09:00:00Z";
pub const TODAY: &str = "2026-09-08";

pub fn at() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A request of this number, submitted, due that day.
pub fn submitted(number: i64, due: &str) -> Habilitation {
    let dossier = Dossier {
        organisation: Organisation {
            raw_siret: Some("21730132400018".into()),
            name: format!("COMMUNE {number}"),
            code_cog: Some("73132".into()),
            ..Organisation::default()
        },
        demandeur: Contact { email: format!("mairie{number}@exemple.fr"), ..Contact::default() },
        ..Dossier::default()
    };
    Habilitation {
        id: Uuid::now_v7(),
        datapass_id: number,
        version: 1,
        state: State::Submitted { at: at(), due: day(due) },
        dossier,
        in_force: None,
        datapass: Mirror {
            state: DatapassState::Submitted,
            moment: Moment { fired_at: at(), rank: 3 },
            public_id: None,
            authorisations: Vec::new(),
        },
        submitted_at: Some(at()),
        unreported: None,
        assignee: None,
        tracking_token: format!("jeton{number}"),
        created_at: at(),
    }
}

/// The same in another state; accepted ones are in force.
pub fn standing(number: i64, state: State) -> Habilitation {
    let mut one = submitted(number, TODAY);
    if matches!(state, State::Accepted { .. }) {
        one.in_force = Some(InForce { since: at(), by: Actor::Habilis, dossier: one.dossier.clone() });
    }
    one.state = state;
    one
}

pub async fn put(db: &Db, one: &Habilitation) {
    let mut tx = db.begin().await.unwrap();
    assert!(habilitations::insert(tx.cx(), one, at()).await.unwrap());
    if one.assignee.is_some() {
        let next = Habilitation { version: one.version + 1, ..one.clone() };
        assert!(habilitations::update(tx.cx(), &next, at()).await.unwrap());
    }
    tx.commit().await.unwrap();
}

pub async fn service(db: &Db, one: &Habilitation, status: &str) {
    let row = ProvisioningRow::new(one.id, one.datapass_id, "open", status, at());
    let mut tx = db.begin().await.unwrap();
    provisioning::save(tx.cx(), &row).await.unwrap();
    tx.commit().await.unwrap();
}

/// So many checks block, and so many others are to be looked at: the first ones of the catalogue.
pub async fn checked(db: &Db, one: &Habilitation, blocking: u32, look: u32) {
    let first = |count: u32| (1_i64 << count) - 1;
    let said = Checked { blocking: first(blocking), look: first(look) << blocking, ..Checked::default() };
    let mut tx = db.begin().await.unwrap();
    let version = habilitations::by_id(tx.cx(), one.id).await.unwrap().unwrap().version;
    assert!(queue::set_checks(tx.cx(), one.id, version, &said, at()).await.unwrap());
    tx.commit().await.unwrap();
}

/// Puts an account in charge.
pub async fn given(db: &Db, one: &mut Habilitation, email: &str) {
    let mut conn = db.read().await.unwrap();
    let account = habilis::store::accounts::by_email(conn.cx(), email).await.unwrap().unwrap();
    drop(conn);
    one.assignee = Some(Assignee { id: account.id, name: account.name, since: at() });
}

/// The numbers that a list shows, in order.
pub fn numbers(page: &Page) -> Vec<i64> {
    let html = page.html();
    let links = scraper::Selector::parse("tbody th a").unwrap();
    html.select(&links).map(|a| a.text().collect::<String>()[1..].parse().unwrap()).collect()
}

/// The counts of the tabs, in order.
pub fn counts(page: &Page) -> Vec<i64> {
    let html = page.html();
    let links = scraper::Selector::parse(".habilis-tabs a").unwrap();
    let count = |text: String| text.split(['(', ')']).nth(1).unwrap().parse().unwrap();
    html.select(&links).map(|a| count(a.text().collect())).collect()
}

/// Where the link of these words leads.
pub fn link(page: &Page, words: &str) -> Option<String> {
    let html = page.html();
    let links = scraper::Selector::parse("main a").unwrap();
    let found = html.select(&links).find(|a| a.text().collect::<String>().trim() == words);
    found.and_then(|a| a.value().attr("href").map(str::to_owned))
}
