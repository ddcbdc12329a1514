//! `/instruction/preferences`: which mails the person logged in receives. Only their own, and only those of their role.

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::response::Redirect;
use axum::routing::get;
use serde::Deserialize;

use crate::http::session::LoggedIn;
use crate::http::views::preferences::{self as view, Choice};
use crate::http::{PageResult, Shared, paths};
use crate::reminders::Topic;
use crate::store::preferences;

pub fn routes() -> Router<Shared> {
    Router::new().route(paths::PREFERENCES, get(show).post(save))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    fait: String,
}

async fn show(State(house): State<Shared>, LoggedIn(account): LoggedIn, Query(asked): Query<Asked>) -> PageResult {
    let mut conn = house.db.read().await?;
    let unwanted = preferences::unwanted(conn.cx(), account.id).await?;
    let wanted = |topic: Topic| !unwanted.iter().any(|name| name == topic.name());
    let choices: Vec<Choice> =
        Topic::of_role(account.role.name()).map(|topic| Choice { topic, wanted: wanted(topic) }).collect();
    Ok(view::page(&account.name, &account.email, &choices, asked.fait == "oui", account.role.can_operate()))
}

/// The boxes that are ticked: a browser posts nothing of the others.
#[derive(Deserialize)]
struct Ticked {
    #[serde(default)]
    recapitulatif: String,
    #[serde(default)]
    alertes: String,
    #[serde(default)]
    messages: String,
    #[serde(default)]
    exploitation: String,
}

impl Ticked {
    fn wants(&self, topic: Topic) -> bool {
        let value = match topic {
            Topic::Digest => &self.recapitulatif,
            Topic::Alerts => &self.alertes,
            Topic::Messages => &self.messages,
            Topic::Operation => &self.exploitation,
        };
        value == "oui"
    }
}

async fn save(
    State(house): State<Shared>,
    LoggedIn(account): LoggedIn,
    Form(ticked): Form<Ticked>,
) -> PageResult<Redirect> {
    let mut tx = house.db.begin().await?;
    // A topic that was not shown keeps its setting, for the day the role changes.
    for topic in Topic::of_role(account.role.name()) {
        preferences::set(tx.cx(), account.id, topic.name(), ticked.wants(topic), house.clock.now()).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("{}?fait=oui", paths::PREFERENCES)))
}
