//! The mise en service of a request: its live section, and the gestures of the person it asks.

use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::Markup;
use serde::Deserialize;
use validator::ValidateEmail;

use super::opened::{Opened, ToDecide, ToMend};
use super::request::{Read, actor};
use super::services::back;
use crate::accounts::Account;
use crate::domain::What;
use crate::domain::hubee_rules::Rules;
use crate::domain::transition::may;
use crate::http::views::components::FieldError;
use crate::http::views::decision as refusal;
use crate::http::views::named::{self, Named};
use crate::http::views::provisioning::{self as view, Section};
use crate::http::{Error, PageResult, Shared, paths};
use crate::provisioning::{Corrections, EditeurChoice, Look, Progress, Step, is_branch};
use crate::workflow::{self, Adoption, Undecided};

pub fn routes() -> Router<Shared> {
    let path = |gesture: &str| paths::request_gesture("{number}", gesture);
    Router::new()
        .route(&path(paths::SERVICE), get(live))
        .route(&path(paths::SERVICE_CORRECT), post(correct))
        .route(&path(paths::SERVICE_RELAUNCH), post(relaunch))
        .route(&path(paths::SERVICE_ADOPT), post(adopt))
        .route(&path(paths::SERVICE_EDITEUR), post(choose_editeur))
        .route(&path(paths::SERVICE_OPEN), post(open_by_hand))
        .route(&path(paths::SERVICE_ACCOUNT), post(confirm_account))
        .route(&path(paths::SERVICE_PARK), post(park))
        .route(&path(paths::SERVICE_SKIP), post(skip))
}

/// What may be set right, as typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    email: String,
    name: String,
    code_cog: String,
    postal_code: String,
    notified: String,
}

#[derive(Deserialize)]
struct Typed {
    version: i64,
    #[serde(flatten)]
    sent: Sent,
}

#[derive(Deserialize)]
struct Version {
    version: i64,
    /// Query of the list it was asked from.
    #[serde(default)]
    retour: String,
}

/// What a person chose about an abonnement.
#[derive(Deserialize)]
struct Chosen {
    version: i64,
    #[serde(default)]
    choix: String,
    /// The abonnement that was shown.
    #[serde(default)]
    montre: String,
    #[serde(default)]
    identifiant: String,
    /// The abonnement that they name was shown to them.
    #[serde(default)]
    confirme: String,
}

/// What a person chose about an éditeur.
#[derive(Deserialize)]
struct Delegated {
    version: i64,
    #[serde(default)]
    choix: String,
    #[serde(default)]
    siret: String,
    #[serde(default)]
    code_cog: String,
}

#[derive(Deserialize)]
struct Opening {
    version: i64,
    #[serde(default)]
    motif: String,
}

#[derive(Deserialize)]
struct Stopped {
    version: i64,
    #[serde(default)]
    motif: String,
    /// Name of the step that was shown.
    #[serde(default)]
    etape: String,
    /// Query of the list it was asked from.
    #[serde(default)]
    retour: String,
}

/// Shortest reason of a gesture, in characters.
const REASON: usize = 10;

/// A reason as typed, when it says enough.
fn reason(typed: &str) -> Option<String> {
    let text = typed.trim();
    (REASON..=1000).contains(&text.chars().count()).then(|| text.to_owned())
}

/// The section for the request's page; empty before an acceptance.
pub(super) fn section(house: &Shared, account: &Account, read: &Read, errors: &[FieldError]) -> Markup {
    read.service.as_ref().map_or_else(Markup::default, |progress| {
        with(house, account, read, progress, &progress.corrections, errors, view::section)
    })
}

fn with(
    house: &Shared,
    account: &Account,
    read: &Read,
    progress: &Progress,
    corrections: &Corrections,
    errors: &[FieldError],
    render: fn(&Section<'_>) -> Markup,
) -> Markup {
    let dossier = read.habilitation.in_force.as_ref().map_or(&read.habilitation.dossier, |i| &i.dossier);
    let siret = read.habilitation.dossier.organisation.siret().map(|s| s.to_string());
    let open = siret.filter(|s| house.publication.current().of_siret(s).is_some());
    let number = read.habilitation.number();
    render(&Section {
        number: &number,
        version: read.habilitation.version,
        progress,
        page: open.map(|s| paths::collectivite(&s)),
        may_act: account.role.can_decide(),
        may_mend: account.role.can_mend(),
        may_confirm: account.role.can_decide()
            && progress.may_confirm_account()
            && may(&read.habilitation, &actor(account), &What::ConfirmAccount),
        corrections,
        editeur: dossier.editeur.as_ref().and_then(|editeur| editeur.siret.as_deref()),
        errors,
    })
}

async fn live(State(house): State<Shared>, Opened { account, read }: Opened) -> PageResult<Markup> {
    let progress = read.service.as_ref().ok_or(Error::NotFound)?;
    Ok(with(&house, &account, &read, progress, &progress.corrections, &[], view::live))
}

async fn correct(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Form(typed): Form<Typed>,
) -> PageResult<Response> {
    let new = typed.sent.corrections();
    let errors = faults(&new, &house.config.hubee.rules);
    if errors.is_empty() {
        let done = workflow::correct(&house, read.habilitation.id, typed.version, actor(&account), new).await;
        return after(&house, &account, &read, done.map(|_| ())).await;
    }
    let mut read = read;
    if let Some(progress) = &mut read.service {
        progress.corrections = new;
    }
    let page = read.page_with(&house, &account, &errors);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn relaunch(
    State(house): State<Shared>,
    ToMend(Opened { account, read }): ToMend,
    Form(posted): Form<Version>,
) -> PageResult<Response> {
    let done = workflow::relaunch(&house, read.habilitation.id, posted.version, actor(&account)).await;
    after_from(&house, &account, &read, done.map(|_| ()), &posted.retour).await
}

async fn park(
    State(house): State<Shared>,
    ToMend(Opened { account, read }): ToMend,
    Form(stopped): Form<Stopped>,
) -> PageResult<Response> {
    let Some(reason) = reason(&stopped.motif) else {
        let sentence = "Motif de la mise de côté : dites en 10 à 1 000 caractères ce qui est attendu.";
        return Ok(wrong(&house, &account, &read, "motif-cote", sentence));
    };
    let done = workflow::park(&house, read.habilitation.id, stopped.version, actor(&account), reason).await;
    after_from(&house, &account, &read, done.map(|_| ()), &stopped.retour).await
}

async fn skip(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Form(stopped): Form<Stopped>,
) -> PageResult<Response> {
    let Some(reason) = reason(&stopped.motif) else {
        let sentence =
            "Motif pour passer l’étape : dites en 10 à 1 000 caractères comment vous savez qu’elle est faite.";
        return Ok(wrong(&house, &account, &read, "motif-etape", sentence));
    };
    let (id, step) = (read.habilitation.id, Step::parse(&stopped.etape));
    let done = workflow::skip(&house, id, stopped.version, actor(&account), step, reason).await;
    after(&house, &account, &read, done.map(|_| ())).await
}

async fn adopt(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Form(chosen): Form<Chosen>,
) -> PageResult<Response> {
    let choice = match (chosen.choix.as_str(), chosen.identifiant.trim().parse::<uuid::Uuid>()) {
        ("adopter", _) => Adoption::AsItStands { id: chosen.montre },
        ("attendre", _) => Adoption::Wait,
        ("autre", Ok(id)) if chosen.confirme != "oui" => {
            let id = id.to_string();
            let look = workflow::look(&house, &read.habilitation, &id).await?;
            return Ok(shown(&account, &read, chosen.version, &id, &look));
        }
        ("autre", Ok(id)) => Adoption::Another { id: id.to_string() },
        ("autre", Err(_)) => {
            return Ok(wrong(
                &house,
                &account,
                &read,
                "identifiant",
                "Identifiant : recopiez celui que donne le support HubEE, 36 caractères.",
            ));
        }
        _ => return Ok(wrong(&house, &account, &read, "choix", "Abonnement existant : faites un choix.")),
    };
    let done = workflow::adopt(&house, read.habilitation.id, chosen.version, actor(&account), choice).await;
    after(&house, &account, &read, done.map(|_| ())).await
}

/// The abonnement that they name, before they take it.
fn shown(account: &Account, read: &Read, version: i64, id: &str, look: &Look) -> Response {
    let status = match look {
        Look::Shown(_) | Look::Unreadable => StatusCode::OK,
        Look::NotOurs(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Look::Failed(_) => StatusCode::BAD_GATEWAY,
    };
    let habilitation = &read.habilitation;
    let page = named::page(&Named {
        viewer: &account.name,
        number: &habilitation.number(),
        organisation: &habilitation.dossier.organisation.name,
        version,
        id,
        look,
    });
    (status, page).into_response()
}

async fn choose_editeur(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Form(chosen): Form<Delegated>,
) -> PageResult<Response> {
    let delegate = match chosen.choix.as_str() {
        "deleguer" => true,
        "portail" => false,
        _ => return Ok(wrong(&house, &account, &read, "editeur", "Éditeur : faites un choix.")),
    };
    let choice = EditeurChoice { siret: chosen.siret, code_cog: chosen.code_cog, delegate };
    let done = workflow::choose_editeur(&house, read.habilitation.id, chosen.version, actor(&account), choice).await;
    after(&house, &account, &read, done.map(|_| ())).await
}

async fn confirm_account(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Form(posted): Form<Version>,
) -> PageResult<Response> {
    let done = workflow::confirm_account(&house, read.habilitation.id, posted.version, actor(&account)).await;
    after(&house, &account, &read, done).await
}

async fn open_by_hand(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Form(opening): Form<Opening>,
) -> PageResult<Response> {
    let Some(reason) = reason(&opening.motif) else {
        let sentence = "Motif : dites en 10 à 1 000 caractères comment vous savez que l’abonnement est actif.";
        return Ok(wrong(&house, &account, &read, "motif", sentence));
    };
    let by = actor(&account);
    let done = workflow::open_by_hand(&house, read.habilitation.id, opening.version, by, reason).await;
    after(&house, &account, &read, done.map(|_| ())).await
}

/// The page again, with what is wrong in one of its forms.
fn wrong(house: &Shared, account: &Account, read: &Read, field: &'static str, sentence: &str) -> Response {
    let errors = [FieldError { field, sentence: sentence.to_owned() }];
    (StatusCode::UNPROCESSABLE_ENTITY, read.page_with(house, account, &errors)).into_response()
}

/// The same, then back to the list when it was asked from there.
async fn after_from(
    house: &Shared,
    account: &Account,
    read: &Read,
    done: Result<(), Undecided>,
    list: &str,
) -> PageResult<Response> {
    match back(list, read.habilitation.datapass_id) {
        Some(address) if done.is_ok() => Ok(Redirect::to(&address).into_response()),
        _ => after(house, account, read, done).await,
    }
}

pub(super) async fn after(
    house: &Shared,
    account: &Account,
    read: &Read,
    done: Result<(), Undecided>,
) -> PageResult<Response> {
    let number = read.habilitation.number();
    let refused = |status: StatusCode, sentence: &str| {
        Ok((status, refusal::refused(&account.name, &number, sentence, "", None)).into_response())
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{}#mise-en-service", paths::request(&number))).into_response()),
        Err(Undecided::NotFound) => Err(Error::NotFound),
        Err(Undecided::Stale) => {
            let latest = Read::of(house, read.habilitation.datapass_id).await?.ok_or(Error::NotFound)?;
            let page = refusal::stale(&account.name, &number, latest.history.first(), "");
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(Undecided::Refused(why)) => refused(StatusCode::CONFLICT, &format!("Rien n’a été fait : {why}.")),
        Err(Undecided::Store(error)) => Err(error.into()),
        Err(Undecided::Blocked(_) | Undecided::NotConforming(_) | Undecided::Own | Undecided::DecidedInDatapass) => {
            Err(Error::Forbidden)
        }
    }
}

impl Sent {
    /// What was typed, blanks left out.
    pub(super) fn corrections(&self) -> Corrections {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
        Corrections {
            email: given(&self.email),
            name: given(&self.name),
            code_cog: given(&self.code_cog).map(|code| if is_corsican(&code) { code.to_uppercase() } else { code }),
            postal_code: given(&self.postal_code),
            notified: given(&self.notified).map(|address| address.to_lowercase()),
            ..Corrections::default()
        }
    }
}

/// « 2a004 »: as typed, it would be another branch than the commune's.
fn is_corsican(code: &str) -> bool {
    code.len() == 5 && (code.starts_with("2a") || code.starts_with("2b"))
}

/// What HubEE would refuse of it.
pub(super) fn faults(new: &Corrections, rules: &Rules) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |field: &'static str, sentence: String| errors.push(FieldError { field, sentence });
    if let Some(Err(fault)) = new.email.as_deref().map(|address| rules.email(address)) {
        wrong("email", format!("Adresse du demandeur : {fault}. Indiquez une adresse que HubEE accepte."));
    }
    if new.name.as_ref().is_some_and(|n| n.chars().count() > 100) {
        wrong("name", "Nom dans HubEE : 100 caractères au plus.".into());
    }
    // HubEE's own rule: the branch that it knows may be no commune's code.
    if new.code_cog.as_ref().is_some_and(|code| !is_branch(code)) {
        let sentence = "Code INSEE ou code guichet : de 1 à 10 lettres sans accent ou chiffres, par exemple 73132.";
        wrong("code_cog", sentence.into());
    }
    if new.postal_code.as_ref().is_some_and(|c| c.len() != 5 || !c.bytes().all(|b| b.is_ascii_digit())) {
        wrong("postal_code", "Code postal : cinq chiffres.".into());
    }
    if new.notified.as_ref().is_some_and(|address| address.len() > 320 || !address.validate_email()) {
        wrong("notified", "Adresse des notifications : une seule adresse, de la forme « nom@domaine.fr ».".into());
    }
    errors
}
