//! `GET /instruction`: the list of requests, by state, page after page.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use chrono::NaiveDate;
use serde::Deserialize;

use crate::config::Decisions;
use crate::http::session::LoggedIn;
use crate::http::views::queue as view;
use crate::http::{PageResult, Shared, paths};
use crate::instruction::queue::Tab;
use crate::store::habilitations;
use crate::store::queue::{self, QueueRow};

/// Lines of one page.
const PAGE: usize = 25;

pub fn routes() -> Router<Shared> {
    Router::new().route(paths::QUEUE, get(show))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    etat: String,
    #[serde(default)]
    apres: String,
}

async fn show(State(house): State<Shared>, LoggedIn(account): LoggedIn, Query(asked): Query<Asked>) -> PageResult {
    let tab = Tab::parse(&asked.etat);
    let cursor = Cursor::parse(&asked.apres);
    let mut conn = house.db.read().await?;
    let counts = queue::counts(conn.cx()).await?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = if tab.has_deadlines() {
        let state = tab.states().first().copied().unwrap_or_default();
        let after = cursor.and_then(|cursor| Some((cursor.due?, cursor.datapass_id)));
        queue::page(conn.cx(), state, after, limit).await?
    } else {
        queue::newest(conn.cx(), tab.states(), cursor.map(|cursor| cursor.datapass_id), limit).await?
    };
    let to_report = match house.config.decisions {
        Decisions::Here => Some(habilitations::to_report_count(conn.cx()).await?),
        Decisions::Datapass => None,
    };
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|row| Cursor::of(row).write());
    let (today, further) = (house.clock.today(), cursor.is_some());
    let days = house.config.days;
    Ok(view::list(&view::Queue {
        viewer: &account.name,
        tab,
        counts: &counts,
        rows: &rows,
        to_report,
        days,
        today,
        further,
        next,
    }))
}

/// The last line seen: `2026-06-05_61234`, or its number alone where no answer is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cursor {
    due: Option<NaiveDate>,
    datapass_id: i64,
}

impl Cursor {
    fn of(row: &QueueRow) -> Self {
        Self { due: row.due_on, datapass_id: row.datapass_id }
    }

    /// A text that is not a cursor is the first page.
    fn parse(text: &str) -> Option<Self> {
        match text.split_once('_') {
            Some((due, number)) => Some(Self { due: Some(due.parse().ok()?), datapass_id: number.parse().ok()? }),
            None => Some(Self { due: None, datapass_id: text.parse().ok()? }),
        }
    }

    fn write(self) -> String {
        match self.due {
            Some(due) => format!("{due}_{}", self.datapass_id),
            None => self.datapass_id.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::State;
    use crate::instruction::checks::samples;
    use crate::store::{Db, habilitations};

    /// Requests 1 to 5, the odd ones in the first state.
    async fn filled(folder: &std::path::Path) -> Db {
        let db = Db::open(&format!("sqlite://{}/queue.db", folder.display())).await.unwrap();
        db.migrate().await.unwrap();
        let at = samples::at("2026-06-02T08:00:00Z");
        let mut tx = db.begin().await.unwrap();
        for (number, due) in [(1, "2026-06-09"), (2, ""), (3, "2026-06-05"), (4, ""), (5, "2026-06-05")] {
            let mut habilitation = samples::habilitation();
            habilitation.id = uuid::Uuid::from_u128(u128::try_from(number).unwrap());
            habilitation.datapass_id = number;
            habilitation.tracking_token = number.to_string();
            habilitation.state = due.parse().map_or(State::Draft, |due| State::Submitted { at, due });
            assert!(habilitations::insert(tx.cx(), &habilitation, at).await.unwrap());
        }
        tx.commit().await.unwrap();
        db
    }

    #[tokio::test]
    async fn pages_follow_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let db = filled(folder.path()).await;
        let mut conn = db.read().await.unwrap();
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let rows = queue::page(conn.cx(), "submitted", after, 1).await.unwrap();
            let Some(row) = rows.first() else { break };
            seen.push(row.datapass_id);
            after = row.due_on.map(|due| (due, row.datapass_id));
        }
        assert_eq!(seen, [3, 5, 1]);
        let newest = async |before, conn: &mut crate::store::Conn| {
            let rows = queue::newest(conn.cx(), Tab::Others.states(), before, 10).await.unwrap();
            rows.iter().map(|row| row.datapass_id).collect::<Vec<_>>()
        };
        assert_eq!(newest(None, &mut conn).await, [4, 2]);
        assert_eq!(newest(Some(4), &mut conn).await, [2]);
    }

    #[test]
    fn cursors_are_read_back() {
        for text in ["2026-06-05_61234", "61234"] {
            assert_eq!(Cursor::parse(text).map(Cursor::write).as_deref(), Some(text));
        }
        for text in ["", "x", "2026-06-05_", "_1", "2026-02-30_1", "2026-06-05"] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }
}
