//! What DataPass's webhooks could not deliver is found by asking, once, and by nobody twice.

mod api;
mod command;
mod gestures;
mod walk;

use chrono::Duration;
use habilis::store::events::{self, Line};
use habilis::workflow::{self, Figures};

use crate::support::house::House;

impl House {
    /// Time enough for an event to be no longer left to its webhook.
    fn wait(&self) {
        self.clock.advance(Duration::minutes(6));
    }

    /// One reconciliation, then what it leads to.
    async fn reconcile(&self) -> Figures {
        let figures = workflow::reconcile(&self.service).await.unwrap();
        self.run_jobs().await;
        figures
    }

    /// The history of a request, oldest first.
    async fn history(&self, number: i64) -> Vec<Line> {
        let id = self.habilitation(number).await.id;
        let mut lines = events::of(self.db.read().await.unwrap().cx(), id).await.unwrap();
        lines.reverse();
        lines
    }

    /// The names of the lines of its history.
    async fn lines(&self, number: i64) -> Vec<&'static str> {
        self.history(number).await.iter().map(|line| line.event.name()).collect()
    }

    async fn published(&self) -> String {
        self.anyone().get("/api/collectivites").await.text
    }

    fn subjects(&self) -> Vec<String> {
        self.mails().into_iter().map(|mail| mail.subject).collect()
    }
}

/// Nothing to find: only how many requests were read.
fn nothing(read: usize) -> Figures {
    Figures { read, ..Figures::default() }
}
