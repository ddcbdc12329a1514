//! The mails to the people of the house: the digest and the alerts, how they read and how they leave, with the link
//! that stops them. Knows neither who gets them nor when. Nothing personal is said: a collectivité and a number.

use minijinja::value::{Serde, Value};
use serde::Serialize;
use uuid::Uuid;

use super::letter::{Letter, written};
use super::templates::BadTemplate;
use super::{Outgoing, Post, Undelivered, hand_over, later};
use crate::clock::Clock;
use crate::store::Db;

/// One mail to somebody of the house. Addresses are whole (`https://…`).
#[derive(Clone, Debug)]
pub struct Reminder {
    pub content: Content,
    pub preferences_url: String,
    /// Stops this sort of mail; also posted to by mail software.
    pub unsubscribe_url: String,
}

/// What it tells.
#[derive(Clone, Debug)]
pub enum Content {
    Digest(DigestFacts),
    /// The last day of a request that nobody took.
    LastDay(AlertFacts),
    /// A request that nobody took is late.
    Late(AlertFacts),
    /// HubEE refuses our credentials, or what our scope should allow.
    Hubee(HubeeFacts),
    /// An activation does not come, or is said to be done.
    Activation(ActivationFacts),
}

/// What is refused.
#[derive(Clone, Debug, Serialize)]
pub struct HubeeFacts {
    /// The credentials themselves.
    pub credentials: bool,
    /// A gesture that they should allow.
    pub rights: bool,
    /// An abonnement that was suspended is active again.
    pub reactivated: bool,
    /// Jobs wait for too long.
    pub late: bool,
    /// Something stays stopped.
    pub stuck: Option<StuckFacts>,
    /// Otherwise: what sort of failure stopped a mise en service, « données refusées ».
    pub class: String,
    /// « 2 avril 2026 ».
    pub day: String,
    pub operation_url: String,
}

/// What stays stopped, in whole sentences.
#[derive(Clone, Debug, Serialize)]
pub struct StuckFacts {
    pub title: String,
    /// How many, since when.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

/// The request whose activation is awaited.
#[derive(Clone, Debug, Serialize)]
pub struct ActivationFacts {
    pub number: String,
    pub organisation: String,
    /// « 2 avril 2026 ».
    pub since: String,
    /// The demandeur says that it is done.
    pub declared: bool,
    pub request_url: String,
}

/// What a digest tells.
#[derive(Clone, Debug, Serialize)]
pub struct DigestFacts {
    /// « 2 avril 2026 ».
    pub day: String,
    /// Those with something to say, in reading order.
    pub sections: Vec<SectionFacts>,
    pub queue_url: String,
}

/// Requests told together.
#[derive(Clone, Debug, Serialize)]
pub struct SectionFacts {
    pub title: &'static str,
    /// Its count in the subject: « 2 en retard ».
    pub short: String,
    pub lines: Vec<LineFacts>,
    pub total: usize,
    /// What was left out: « 3 autres ».
    pub more: Option<String>,
    pub url: String,
}

/// One request of a digest.
#[derive(Clone, Debug, Serialize)]
pub struct LineFacts {
    pub number: String,
    pub organisation: String,
    /// « en retard de 2 j ».
    pub deadline: String,
    /// « , à vous », or nothing.
    pub holder: &'static str,
    pub url: String,
}

/// The request of an alert.
#[derive(Clone, Debug, Serialize)]
pub struct AlertFacts {
    pub number: String,
    pub organisation: String,
    /// « aujourd’hui », « demain » or « le 2 avril 2026 ».
    pub deadline: String,
    /// « 2 avril 2026 ».
    pub day: String,
    pub request_url: String,
    pub queue_url: String,
}

impl Content {
    /// Stable name: the `kind` column, and the folder of its templates.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Digest(_) => "recapitulatif",
            Self::LastDay(_) => "alerte_echeance",
            Self::Late(_) => "alerte_retard",
            Self::Hubee(_) => "alerte_hubee",
            Self::Activation(_) => "alerte_activation",
        }
    }

    fn facts(&self) -> Value {
        match self {
            Self::Digest(facts) => Value::from(Serde(facts)),
            Self::LastDay(facts) | Self::Late(facts) => Value::from(Serde(facts)),
            Self::Hubee(facts) => Value::from(Serde(facts)),
            Self::Activation(facts) => Value::from(Serde(facts)),
        }
    }

    /// « 1 en retard, 2 à rendre aujourd’hui ».
    fn summary(&self) -> String {
        let Self::Digest(facts) = self else { return String::new() };
        facts.sections.iter().map(|section| section.short.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Writes a reminder.
///
/// # Errors
/// When a template is wrong.
pub fn compose(reminder: &Reminder) -> Result<Letter, BadTemplate> {
    let context = minijinja::context! {
        preferences_url => &reminder.preferences_url,
        unsubscribe_url => &reminder.unsubscribe_url,
        summary => reminder.content.summary(),
        ..reminder.content.facts()
    };
    written(reminder.content.name(), context)
}

/// Sends a reminder to an address, once for a `cause` however often it is asked. `about`: the request of an alert.
///
/// # Errors
/// As a mail about a request: see [`super::deliver`].
pub async fn remind(
    post: &Post,
    db: &Db,
    clock: &Clock,
    reminder: &Reminder,
    to: &str,
    about: Option<Uuid>,
    cause: &str,
) -> Result<(), Undelivered> {
    let letter = compose(reminder).map_err(later)?;
    let outgoing = Outgoing {
        habilitation: about,
        kind: reminder.content.name(),
        cause,
        to_name: None,
        to,
        letter: &letter,
        unsubscribe: Some(&reminder.unsubscribe_url),
    };
    hand_over(post, db, clock, &outgoing).await
}

#[cfg(test)]
mod tests;
