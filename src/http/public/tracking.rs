//! The demandeur's tracking page, behind its link alone: never kept, never indexed, and a wrong link looks like any
//! address that does not exist.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Redirect};
use chrono::Duration;
use serde::Deserialize;
use uuid::Uuid;

use crate::domain::document::Origin;
use crate::domain::{Actor, Habilitation};
use crate::http::views::components::FieldError;
use crate::http::views::deliberation::Deposits;
use crate::http::views::messages::Conversation;
use crate::http::views::tracking::{self as view, Tracked};
use crate::http::{Error, PageResult, Shared, paths};
use crate::messages::{self, Side};
use crate::provisioning::{Access, Account, Progress as ServiceProgress, progress_of as provisioning_of};
use crate::store::{collectivites, documents, drift, habilitations, provisioning, sources, suspensions};
use crate::tracking::{Entry, Portal, Turn, ending, progress};
use crate::workflow::deliberation::{Depositor, takes_documents};
use crate::workflow::{self, Undecided};

/// Our tokens are far shorter.
const LONGEST: usize = 200;

/// How long an open form's demandeur is still told how to log in to HubEE.
const FIRST_STEPS: Duration = Duration::days(30);

pub(super) const PRIVATE: [(HeaderName, &str); 3] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    fait: String,
}

/// A message that was not taken, and why.
pub(super) struct Typed<'a> {
    pub text: &'a str,
    pub sentence: String,
}

pub async fn page(
    State(house): State<Shared>,
    token: Result<Path<String>, PathRejection>,
    Query(asked): Query<Asked>,
) -> PageResult<impl IntoResponse> {
    let habilitation = found(&house, token).await?;
    Ok((PRIVATE, show(&house, &habilitation.tracking_token, None, &asked.fait).await?))
}

/// The request behind a link.
pub(super) async fn found(house: &Shared, token: Result<Path<String>, PathRejection>) -> Result<Habilitation, Error> {
    let token = token.ok().map(|Path(token)| token).filter(|token| is_plausible(token)).ok_or(Error::NotFound)?;
    let mut conn = house.db.read().await?;
    habilitations::by_tracking_token(conn.cx(), &token).await?.ok_or(Error::NotFound)
}

/// The page as it is now, with a message that was not taken, or with what was just done.
pub(super) async fn show(house: &Shared, token: &str, typed: Option<Typed<'_>>, done: &str) -> PageResult {
    whole(house, token, typed, &[], done).await
}

/// The page as it is now, with a file that was not taken.
pub(super) async fn show_refused(house: &Shared, token: &str, error: FieldError) -> PageResult {
    whole(house, token, None, &[error], "").await
}

async fn whole(
    house: &Shared,
    token: &str,
    typed: Option<Typed<'_>>,
    refused: &[FieldError],
    done: &str,
) -> PageResult {
    let mut conn = house.db.read().await?;
    let habilitation = habilitations::by_tracking_token(conn.cx(), token).await?.ok_or(Error::NotFound)?;
    let row = provisioning::of(conn.cx(), habilitation.id).await?;
    let thread = messages::thread(conn.cx(), habilitation.id).await?;
    let mut papers = documents::of(conn.cx(), habilitation.id).await?;
    let confirmed = sources::confirmed(conn.cx(), habilitation.id, &habilitation.dossier.demandeur.email).await?;
    let forms = collectivites::of(conn.cx(), habilitation.id).await?;
    let suspensions = suspensions::of(conn.cx(), habilitation.id).await?;
    let drifts = drift::of(conn.cx(), habilitation.id).await?;
    drop(conn);
    papers.retain(|document| document.origin == Origin::Demandeur);
    let snapshot = house.publication.current();
    let open = siret(&habilitation).and_then(|siret| snapshot.of_siret(&siret).cloned());
    let seen = row.clone().map(|row| provisioning_of(row, Vec::new()));
    let access = Access::of(&habilitation, seen.as_ref(), &house.config.hubee.rules);
    let recent = row.as_ref().and_then(|row| row.opened_at).is_none_or(|at| house.clock.now() - at < FIRST_STEPS);
    let account = seen.as_ref().and_then(|seen| seen.account_confirmed.clone());
    let portal = portal(&access, recent && account.is_none());
    let turn = progress(&habilitation, row.as_ref(), open.is_some(), portal).turn;
    let awaited = turn == Turn::HubeeByDemandeur;
    let may_confirm = (awaited || turn == Turn::InService)
        && portal.first_steps
        && seen.as_ref().is_some_and(ServiceProgress::may_confirm_account);
    let unreadable = seen.as_ref().is_some_and(|seen| !seen.is_readable());
    // Once HubEE shows the state, what was said of it no longer matters.
    let declared = awaited && unreadable && seen.as_ref().is_some_and(|seen| seen.declared_at.is_some());
    let part = |part: &str| paths::tracking_part(&habilitation.tracking_token, part);
    let (text, errors) = match typed {
        Some(Typed { text, sentence }) => (text, vec![FieldError { field: "message", sentence }]),
        None => ("", Vec::new()),
    };
    let tracked = Tracked {
        habilitation: &habilitation,
        confirm: part(paths::ADDRESS),
        confirmed,
        progress: {
            let paused = forms.iter().any(|form| form.closed_at.is_none() && form.paused_at.is_some());
            let mut progress = progress(&habilitation, row.as_ref(), open.is_some() || paused, portal);
            if paused {
                "Votre formulaire est momentanément suspendu".clone_into(&mut progress.headline);
            }
            progress
        },
        ending: ending(&forms, &suspensions, &drifts),
        datapass: paths::datapass_request(&house.config, habilitation.datapass_id),
        form: open.as_ref().map(|open| (house.config.form_of(&open.siret), open.siret.clone())),
        deposits: Deposits {
            documents: &papers,
            address: part(paths::DOCUMENTS),
            may_deposit: takes_documents(&Depositor::Demandeur, &habilitation.state),
            errors: refused,
            done: done == "document",
        },
        declare: (awaited && unreadable && !declared).then(|| part(paths::ACTIVATION)),
        declared,
        confirm_account: may_confirm.then(|| part(paths::ACCOUNT)),
        account: account.filter(|_| awaited || turn == Turn::InService),
        conversation: Conversation {
            reader: Side::Demandeur,
            thread: &thread,
            send: part(paths::MESSAGES),
            mark: part(paths::MESSAGES_READ),
            may_write: messages::may_write(Side::Demandeur, &habilitation.state),
            may_mark: true,
            closed: "La demande est close : elle ne reçoit plus de messages.",
            key: Uuid::now_v7(),
            typed: text,
            errors: &errors,
            done: match done {
                "message" => Some("Votre message est envoyé."),
                "lu" => Some("Les messages sont marqués comme lus."),
                _ => None,
            },
        },
    };
    Ok(view::page(&tracked))
}

/// The demandeur says that the abonnement is active. Said too late or twice, the page shows what is true now.
pub async fn declare(
    State(house): State<Shared>,
    token: Result<Path<String>, PathRejection>,
) -> PageResult<impl IntoResponse> {
    let habilitation = found(&house, token).await?;
    let page = paths::tracking(&habilitation.tracking_token);
    match workflow::declare_activation(&house, habilitation).await {
        Ok(()) | Err(Undecided::Stale | Undecided::Refused(_)) => Ok((PRIVATE, Redirect::to(&page))),
        Err(Undecided::Store(error)) => Err(error.into()),
        Err(_) => Err(Error::NotFound),
    }
}

/// The demandeur says that their account works. Said too late or twice, the page shows what is true now.
pub async fn confirm_account(
    State(house): State<Shared>,
    token: Result<Path<String>, PathRejection>,
) -> PageResult<impl IntoResponse> {
    let Habilitation { id, version, tracking_token, .. } = found(&house, token).await?;
    let page = format!("{}#{}", paths::tracking(&tracking_token), paths::ACCOUNT);
    match workflow::confirm_account(&house, id, version, Actor::Demandeur).await {
        Ok(()) | Err(Undecided::Stale | Undecided::Refused(_)) => Ok((PRIVATE, Redirect::to(&page))),
        Err(Undecided::Store(error)) => Err(error.into()),
        Err(_) => Err(Error::NotFound),
    }
}

fn portal(access: &Access, first_steps: bool) -> Portal {
    let entry = match access.account {
        Account::New => Entry::Created,
        Account::Existing => Entry::Existing,
        Account::Other => Entry::Elsewhere,
        Account::Unknown => Entry::Unknown,
    };
    Portal { entry, agreed: access.agreed, first_steps }
}

/// Keeps from the database what it could not even compare.
fn is_plausible(token: &str) -> bool {
    (1..=LONGEST).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The SIRET of the answers in force, else of the answers given.
fn siret(habilitation: &Habilitation) -> Option<String> {
    let dossier = habilitation.in_force.as_ref().map_or(&habilitation.dossier, |in_force| &in_force.dossier);
    dossier.organisation.siret().map(|siret| siret.to_string())
}
