//! `GET /instruction/D61234`: one request and everything known of it.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use maud::Markup;
use serde::Deserialize;

use super::documents::{Kept, papers};
use super::messages::{Said, talk};
use super::{checks, queue, service, upkeep};
use crate::accounts::Account;
use crate::config::{Config, Decisions};
use crate::domain::sources::Source;
use crate::domain::{Actor, Habilitation, transition};
use crate::http::session::{LoggedIn, Remembered};
use crate::http::views::assign;
use crate::http::views::components::{self, FieldError};
use crate::http::views::decision::{Desk, Typed};
use crate::http::views::queue::{Colleague, neighbours};
use crate::http::views::request::{self as view, Links};
use crate::http::{Error, PageResult, Shared, paths};
use crate::instruction::{Check, Gesture, decision};
use crate::provisioning::{self, Progress};
use crate::store::collectivites::{self, Standing};
use crate::store::drift::{self, DriftRow};
use crate::store::events::{self, Line};
use crate::store::habilitations;
use crate::store::mails::{self, MailRow};
use crate::store::reasons::{self, ReasonRow};
use crate::store::suspensions::{self, SuspensionRow};
use crate::workflow;

pub fn routes() -> Router<Shared> {
    Router::new().route(&paths::request("{number}"), get(show))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    fait: String,
}

async fn show(
    State(house): State<Shared>,
    LoggedIn(account): LoggedIn,
    remembered: Remembered,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> PageResult<Response> {
    let datapass_id = parse(&number).ok_or(Error::NotFound)?;
    let canonical = format!("D{datapass_id}");
    if number != canonical {
        return Ok(Redirect::to(&paths::request(&canonical)).into_response());
    }
    let mut read = Read::of(&house, datapass_id).await?.ok_or(Error::NotFound)?;
    read.said.done.clone_from(&asked.fait);
    read.around = queue::neighbours(&house, &account, &remembered, &read.habilitation).await?;
    let done = Gesture::ALL.into_iter().find(|gesture| done_name(*gesture) == asked.fait);
    read.checks_done = checks::done_words(&asked.fait);
    Ok(read.page(&house, &account, None, done).into_response())
}

/// The DataPass number in an address: `D61234`, or bare.
pub(super) fn parse(number: &str) -> Option<i64> {
    let digits = number.strip_prefix(['D', 'd']).unwrap_or(number);
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// What `?fait=` says after a gesture.
pub(super) fn done_name(gesture: Gesture) -> &'static str {
    match gesture {
        Gesture::Accept => "acceptee",
        Gesture::AskChanges => "modifications",
        Gesture::Refuse => "refusee",
        Gesture::Revoke => "revoquee",
        Gesture::Archive => "archivee",
    }
}

/// A request, read with all that its page shows.
pub(super) struct Read {
    pub habilitation: Habilitation,
    pub checks: Vec<Check>,
    /// Newest first.
    pub history: Vec<Line>,
    mails: Vec<MailRow>,
    /// Messages and notes.
    pub said: Said,
    /// Its délibération.
    pub kept: Kept,
    /// Texts that answers start from.
    pub templates: Vec<ReasonRow>,
    /// Absent before an acceptance.
    pub service: Option<Progress>,
    /// Its forms, open or closed.
    pub forms: Vec<Standing>,
    /// Its abonnements that end.
    pub suspensions: Vec<SuspensionRow>,
    /// Differences that stand.
    pub drifts: Vec<DriftRow>,
    /// Who may be in charge of it.
    colleagues: Vec<Colleague>,
    /// Numbers of the requests before and after it in the list it was opened from.
    around: (Option<i64>, Option<i64>),
    /// What was just done to its checks.
    checks_done: Option<&'static str>,
}

impl Read {
    /// The request of a DataPass number.
    pub async fn of(house: &Shared, datapass_id: i64) -> Result<Option<Self>, Error> {
        let mut conn = house.db.read().await?;
        let Some(habilitation) = habilitations::by_datapass_id(conn.cx(), datapass_id).await? else {
            return Ok(None);
        };
        let history = events::of(conn.cx(), habilitation.id).await?;
        let mails = mails::of(conn.cx(), habilitation.id).await?;
        let said = Said::of(conn.cx(), habilitation.id).await?;
        let kept = Kept::of(conn.cx(), habilitation.id).await?;
        let templates = reasons::all(conn.cx()).await?;
        let forms = collectivites::of(conn.cx(), habilitation.id).await?;
        let suspensions = suspensions::of(conn.cx(), habilitation.id).await?;
        let drifts = drift::of(conn.cx(), habilitation.id).await?;
        drop(conn);
        let checks = workflow::checks_of(house, &habilitation).await?;
        let service = provisioning::progress(&house.db, habilitation.id).await?;
        let colleagues = queue::colleagues(house.db.read().await?.cx()).await?;
        let (around, checks_done) = ((None, None), None);
        Ok(Some(Self {
            habilitation,
            checks,
            history,
            mails,
            said,
            kept,
            templates,
            service,
            forms,
            suspensions,
            drifts,
            colleagues,
            around,
            checks_done,
        }))
    }

    /// Its page, with a text that was not taken or with what was just done.
    pub fn page(&self, house: &Shared, account: &Account, typed: Option<Typed<'_>>, done: Option<Gesture>) -> Markup {
        self.whole(house, account, typed, done, &self.sections(house, account, &[]))
    }

    /// Its page, with corrections of the mise en service that were not taken.
    pub fn page_with(&self, house: &Shared, account: &Account, errors: &[FieldError]) -> Markup {
        self.whole(house, account, None, None, &self.sections(house, account, errors))
    }

    /// Its page, with a gesture on the service that was not taken.
    pub fn page_with_upkeep(
        &self,
        house: &Shared,
        account: &Account,
        section: &Markup,
        errors: &[FieldError],
    ) -> Markup {
        let sections = view::Sections {
            errors: components::error_summary(errors),
            service: service::section(house, account, self, &[]),
            upkeep: section.clone(),
        };
        self.whole(house, account, None, None, &sections)
    }

    fn sections(&self, house: &Shared, account: &Account, errors: &[FieldError]) -> view::Sections {
        view::Sections {
            errors: Markup::default(),
            service: service::section(house, account, self, errors),
            upkeep: upkeep::section(account, self, &Default::default(), &[]),
        }
    }

    fn whole(
        &self,
        house: &Shared,
        account: &Account,
        typed: Option<Typed<'_>>,
        done: Option<Gesture>,
        sections: &view::Sections,
    ) -> Markup {
        let habilitation = &self.habilitation;
        let (days, today) = (house.config.days, house.clock.today());
        let request = view::Request {
            viewer: &account.name,
            habilitation,
            checks: &self.checks,
            urgency: habilitation.state.due().map(|due| days.urgency(due, today)),
            history: &self.history,
            mails: &self.mails,
            talk: &talk(account, self),
            papers: &papers(house, account, habilitation, &self.kept, &self.said.done),
            links: &links(&house.config, habilitation),
            desk: &desk(&house.config, account, habilitation, typed, &self.templates),
            done,
            checks_done: self.checks_done,
            has_sources: Source::ALL.into_iter().any(|source| house.asks(source)),
            neighbours: neighbours(self.around.0, self.around.1),
            charge: assign::section(habilitation, &self.colleagues, account.role.can_decide().then_some(account.id)),
        };
        view::page(&request, sections)
    }
}

/// The gestures that the state allows to this person.
pub(super) fn gestures(account: &Account, habilitation: &Habilitation) -> Vec<Gesture> {
    let by = actor(account);
    let possible = |gesture: &Gesture| transition::may(habilitation, &by, &gesture.bare());
    Gesture::ALL.into_iter().filter(possible).collect()
}

/// The account as it is written in the history.
pub(super) fn actor(account: &Account) -> Actor {
    Actor::Instructeur { id: account.id, name: account.name.clone() }
}

fn desk<'a>(
    config: &Config,
    account: &Account,
    habilitation: &Habilitation,
    typed: Option<Typed<'a>>,
    templates: &'a [ReasonRow],
) -> Desk<'a> {
    let gestures = gestures(account, habilitation);
    if gestures.is_empty() {
        Desk::Closed
    } else if config.decisions == Decisions::Datapass {
        Desk::InDatapass
    } else if !account.role.can_decide() {
        Desk::ReadOnly
    } else if decision::is_own(habilitation, &account.email) {
        Desk::Own
    } else {
        Desk::Open { gestures, typed, templates }
    }
}

pub(super) fn links(config: &Config, habilitation: &Habilitation) -> Links {
    let root = config.datapass_url.as_str().trim_end_matches('/');
    let siret = habilitation.dossier.organisation.siret();
    Links {
        datapass: paths::datapass_instruction(config, habilitation.datapass_id),
        datapass_public: habilitation.datapass.public_id.map(|id| format!("{root}/public/demandes/{id}")),
        annuaire: siret.map(|siret| format!("https://annuaire-entreprises.data.gouv.fr/etablissement/{siret}")),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn numbers_of_an_address() {
        for (text, number) in [
            ("D61234", Some(61_234)),
            ("d61234", Some(61_234)),
            ("61234", Some(61_234)),
            ("D", None),
            ("", None),
            ("D-1", None),
            ("D+1", None),
            ("DD1", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(parse(text), number, "{text}");
        }
    }
}
