//! A request as the lists hold it in memory: the row of the database, packed, since there may be hundreds of thousands.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::super::checks::{Codes, Summary};
use super::STATES;
use crate::store::queue::LineRow;

/// Ends a text: ASCII's « unit separator », which nobody types.
const END: char = '\u{1f}';

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub datapass_id: i64,
    /// What a gesture from the list is made on.
    pub version: i64,
    /// Stable name; empty when this program does not know it.
    pub state: &'static str,
    pub due_on: Option<NaiveDate>,
    pub submitted_at: Option<DateTime<Utc>>,
    /// A habilitation is in force: open states are then reopenings.
    pub in_force: bool,
    /// A decision taken here is still to be taken again in DataPass.
    pub to_report: bool,
    pub assignee: Option<Uuid>,
    /// `None` when the checks were never made.
    pub checks: Option<Summary>,
    /// Messages of the demandeur that nobody read here.
    pub unread: i64,
    /// Every text in one allocation, each ended by the sign that is made for it; then the words.
    texts: Box<str>,
    /// Where the words begin.
    words_at: u32,
}

impl Line {
    /// The name of the collectivité, as filed.
    pub fn name(&self) -> &str {
        self.text(0)
    }

    /// Empty when there is none.
    pub fn siret(&self) -> &str {
        self.text(1)
    }

    /// Empty when there is none.
    pub fn code_cog(&self) -> &str {
        self.text(2)
    }

    /// Its code; empty when there is none.
    pub fn departement(&self) -> &str {
        self.text(3)
    }

    /// Where the mise en service stands; empty when none was begun.
    pub fn provisioning(&self) -> &str {
        self.text(4)
    }

    /// Normalised words.
    pub fn words(&self) -> &str {
        self.texts.get(self.words_at as usize..).unwrap_or_default()
    }

    /// Whether families can use its form.
    pub fn open(&self) -> bool {
        self.provisioning() == "open"
    }

    /// Whether what is in force is being changed.
    pub fn is_reopening(&self) -> bool {
        self.in_force && matches!(self.state, "draft" | "submitted" | "changes_requested")
    }

    fn text(&self, rank: usize) -> &str {
        self.texts.split(END).nth(rank).unwrap_or_default()
    }
}

impl From<&LineRow> for Line {
    fn from(row: &LineRow) -> Self {
        let mut texts = String::with_capacity(64 + row.name.len() + row.search.len());
        let [siret, code_cog, departement] = [&row.siret, &row.code_cog, &row.departement].map(Option::as_deref);
        for text in [Some(&*row.name), siret, code_cog, departement, Some(&row.provisioning)] {
            let text = text.unwrap_or_default();
            texts.extend(text.chars().map(|c| if c == END { ' ' } else { c }));
            texts.push(END);
        }
        let words_at = u32::try_from(texts.len()).unwrap_or_default();
        texts.push_str(&row.search);
        let said = [row.checks_blocking, row.checks_look, row.checks_unverified, row.checks_overridden];
        Self {
            datapass_id: row.datapass_id,
            version: row.version,
            state: STATES.into_iter().find(|state| *state == row.state).unwrap_or(""),
            due_on: row.due_on,
            submitted_at: row.submitted_at,
            in_force: row.in_force,
            to_report: row.to_report,
            assignee: row.assignee_id,
            checks: row.checked.then(|| summed(said)),
            unread: row.unread,
            texts: texts.into(),
            words_at,
        }
    }
}

/// What was kept of the checks.
pub(super) fn summed(said: [i64; 4]) -> Summary {
    let [blocking, look, unverified, overridden] = said.map(Codes::from_bits);
    Summary { blocking, look, unverified, overridden }
}
