//! What the instructeurs' lists read: pages of each list by its index, lines by their numbers, and the facets from which
//! the room keeps its own index. Which list shows what to whom is the room's to say.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{Cx, Result};
use crate::domain::HabilitationId;

/// A line of the queue.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct QueueRow {
    pub datapass_id: i64,
    /// What a gesture from the list is made on.
    pub version: i64,
    pub name: String,
    pub siret: Option<String>,
    pub code_cog: Option<String>,
    pub departement: Option<String>,
    pub state: String,
    pub due_on: Option<NaiveDate>,
    pub submitted_at: Option<DateTime<Utc>>,
    /// A habilitation is in force: open states are then reopenings.
    pub in_force: bool,
    /// A decision taken here is still to be taken again in DataPass.
    pub to_report: bool,
    /// Empty when none was begun.
    pub provisioning: String,
    pub assignee_id: Option<Uuid>,
    pub assignee: Option<String>,
    /// Codes, one bit each.
    pub checks_blocking: i64,
    pub checks_look: i64,
    pub checks_unverified: i64,
    pub checks_overridden: i64,
    /// When the checks were counted, if ever.
    pub checks_at: Option<DateTime<Utc>>,
    /// Messages of the demandeur that nobody read here.
    pub unread: i64,
}

/// What a line is found and counted by.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FacetRow {
    pub datapass_id: i64,
    pub state: String,
    pub in_force: bool,
    pub provisioning: String,
    pub due_on: Option<NaiveDate>,
    pub assignee_id: Option<Uuid>,
    pub departement: Option<String>,
    /// Codes, one bit each.
    pub checks_blocking: i64,
    pub checks_look: i64,
    pub checks_unverified: i64,
    pub checks_overridden: i64,
    pub checked: bool,
    /// Normalised words.
    pub search: String,
}

/// A list: requests that share where they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Submitted,
    /// Submitted, and due before this day.
    Late(NaiveDate),
    ChangesRequested,
    /// Accepted, and families can't use the form yet.
    ToOpen,
    Open,
    Done,
    All,
}

impl Part {
    /// Written as the partial indexes are, or they would not serve.
    fn condition(self) -> &'static str {
        match self {
            Self::Submitted => "h.state = 'submitted'",
            Self::Late(_) => "h.state = 'submitted' and h.due_on < $4",
            Self::ChangesRequested => "h.state = 'changes_requested'",
            Self::ToOpen => "h.state = 'accepted' and h.in_force is not null and h.provisioning_status <> 'open'",
            Self::Open => "h.state in ('accepted', 'draft') and h.provisioning_status = 'open'",
            Self::Done => "h.state in ('refused', 'revoked', 'archived')",
            Self::All => "1 = 1",
        }
    }

    /// Whether its order is that of deadlines, oldest first; the others have the newest number first.
    pub fn by_deadline(self) -> bool {
        matches!(self, Self::Submitted | Self::Late(_))
    }
}

/// A line's place in its list: its deadline where lists are in that order, and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub due_on: Option<NaiveDate>,
    pub datapass_id: i64,
}

/// Which side of a place is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    Start,
    After(Place),
    /// The lines just before, in the list's own order.
    Before(Place),
}

macro_rules! line {
    () => {
        "select h.datapass_id, h.version, h.name, h.siret, h.code_cog, h.departement, h.state, h.state_facts ->> 'unreported' is not null as to_report, \
         h.due_on, h.submitted_at, h.in_force is not null as in_force, h.provisioning_status as provisioning, \
         h.assignee_id, a.name as assignee, h.checks_blocking, h.checks_look, h.checks_unverified, \
         h.checks_overridden, h.checks_at, h.unread \
         from habilitation h left join account a on a.id = h.assignee_id "
    };
}

macro_rules! facets {
    () => {
        "select datapass_id, state, in_force is not null as in_force, provisioning_status as provisioning, due_on, \
         assignee_id, departement, checks_blocking, checks_look, checks_unverified, checks_overridden, \
         checks_at is not null as checked, search \
         from habilitation "
    };
}

/// The statement of [`page`]. `$1` is the place's number and `$2` how many; then come, where they are used, the place's
/// day, today, and the account: `mine` has an index for the lists of deadlines alone.
pub fn page_sql(part: Part, backwards: bool, mine: bool) -> String {
    let mine = match (mine, part) {
        (false, _) => "",
        (true, Part::Late(_)) => " and h.assignee_id = $5",
        (true, Part::Submitted) => " and h.assignee_id = $4",
        (true, _) => " and h.assignee_id = $3",
    };
    let (place, order) = match (part.by_deadline(), backwards) {
        (true, false) => ("(h.due_on, h.datapass_id) > ($3, $1)", "h.due_on, h.datapass_id"),
        (true, true) => ("(h.due_on, h.datapass_id) < ($3, $1)", "h.due_on desc, h.datapass_id desc"),
        (false, false) => ("h.datapass_id < $1", "h.datapass_id desc"),
        (false, true) => ("h.datapass_id > $1", "h.datapass_id"),
    };
    let condition = part.condition();
    format!("{}where {condition}{mine} and {place} order by {order} limit $2", line!())
}

/// Lines of a list, all or those in the charge of `mine`, from a place on and in the list's order.
pub async fn page(cx: Cx<'_>, part: Part, mine: Option<Uuid>, from: From, limit: i64) -> Result<Vec<QueueRow>> {
    let backwards = matches!(from, From::Before(_));
    let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default();
    let (due, number) = match from {
        From::Start if part.by_deadline() => (first, -1),
        From::Start => (first, i64::MAX),
        From::After(place) | From::Before(place) => (place.due_on.unwrap_or(first), place.datapass_id),
    };
    let sql = page_sql(part, backwards, mine.is_some());
    let mut rows: Vec<QueueRow> = on!(cx, conn => {
        let mut query = sqlx::query_as::<_, QueueRow>(AssertSqlSafe(sql)).bind(number).bind(limit);
        if part.by_deadline() {
            query = query.bind(due);
        }
        if let Part::Late(today) = part {
            query = query.bind(today);
        }
        if let Some(account) = mine {
            query = query.bind(account);
        }
        query.fetch_all(conn).await
    })?;
    if backwards {
        rows.reverse();
    }
    Ok(rows)
}

/// The lines of these numbers, in no order.
pub async fn by_numbers(cx: Cx<'_>, numbers: &[i64]) -> Result<Vec<QueueRow>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=numbers.len()).map(|n| format!("${n}")).collect();
    let sql = format!("{}where h.datapass_id in ({})", line!(), places.join(", "));
    Ok(on!(cx, conn => {
        let query = sqlx::query_as::<_, QueueRow>(AssertSqlSafe(sql)).persistent(numbers.len() < 30);
        numbers.iter().fold(query, |query, number| query.bind(*number)).fetch_all(conn).await
    })?)
}

/// Every line's facets, by number, after this one.
pub async fn facets_after(cx: Cx<'_>, number: i64, limit: i64) -> Result<Vec<FacetRow>> {
    let sql = concat!(facets!(), "where datapass_id > $1 order by datapass_id limit $2");
    Ok(fetch_all!(cx, FacetRow, sql, number, limit)?)
}

/// Facets of the lines written since.
pub async fn facets_since(cx: Cx<'_>, since: DateTime<Utc>) -> Result<Vec<FacetRow>> {
    Ok(fetch_all!(cx, FacetRow, concat!(facets!(), "where updated_at >= $1"), since)?)
}

/// What the checks say of a request, as lists need it: codes are bits, those of the room's catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub blocking: i64,
    pub look: i64,
    pub unverified: i64,
    pub overridden: i64,
    /// Name of the rules that said so.
    pub rules: String,
}

/// Keeps what the checks say of a version. Not a new one: nobody's page is stale for it. Lists read the row again only when
/// it says something else. `false` when the request moved on meanwhile: whoever moved it has it checked.
pub async fn set_checks(
    cx: Cx<'_>,
    habilitation: HabilitationId,
    version: i64,
    said: &Checked,
    now: DateTime<Utc>,
) -> Result<bool> {
    let touched = execute!(
        cx,
        "update habilitation set updated_at = case when checks_at is not null and checks_blocking = $2 \
         and checks_look = $3 and checks_unverified = $4 and checks_overridden = $5 then updated_at else $7 end, \
         checks_blocking = $2, checks_look = $3, checks_unverified = $4, checks_overridden = $5, checks_rules = $6, \
         checks_at = $7 where id = $1 and version = $8",
        habilitation,
        said.blocking,
        said.look,
        said.unverified,
        said.overridden,
        &said.rules,
        now,
        version
    )?;
    Ok(touched == 1)
}

/// Accounts that are not disabled, of one of two roles: key and name, by name.
pub async fn colleagues(cx: Cx<'_>, roles: [&str; 2]) -> Result<Vec<(Uuid, String)>> {
    Ok(fetch_all!(
        cx,
        (Uuid, String),
        "select id, name from account where disabled_at is null and role in ($1, $2) order by name, email",
        roles[0],
        roles[1]
    )?)
}
