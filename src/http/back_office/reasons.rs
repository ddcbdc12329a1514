//! `/instruction/modeles`: the texts that answers start from. Everybody reads them, responsables write them.

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use uuid::Uuid;

use crate::accounts::Account;
use crate::domain::Habilitation;
use crate::domain::paris::day_in_words;
use crate::http::session::LoggedIn;
use crate::http::views::components::FieldError;
use crate::http::views::reasons as view;
use crate::http::{Error, PageResult, Shared, paths};
use crate::instruction::Gesture;
use crate::instruction::decision::{PER_GESTURE, TemplateFault, Values, checked, fill};
use crate::store::reasons::{self, ReasonRow, Written};

const TAKEN: &str = "Ce geste a déjà un modèle de ce titre : choisissez-en un autre";
const FULL: &str = "Ce geste a déjà vingt modèles : supprimez-en un d’abord";
const STALE: &str = "Ce modèle a été changé ou supprimé depuis que vous l’avez ouvert : rien n’a été enregistré. \
                     Copiez votre texte, puis rouvrez le modèle";

pub fn routes() -> Router<Shared> {
    Router::new()
        .route(paths::REASONS, get(list).post(create))
        .route(paths::REASON_NEW, get(new))
        .route(&paths::reason("{id}"), get(edit).post(update))
        .route(&paths::reason_delete("{id}"), get(ask_delete).post(delete))
}

/// The text with its variables filled in for a request.
pub(super) fn filled(house: &Shared, account: &Account, habilitation: &Habilitation, body: &str) -> String {
    let config = &house.config;
    let due = habilitation.state.due().map(day_in_words);
    let values = Values {
        numero: habilitation.number(),
        collectivite: habilitation.dossier.organisation.name.clone(),
        // Seen by who writes, who says it otherwise.
        echeance: due.unwrap_or_else(|| "(pas d’échéance en cours)".into()),
        lien_suivi: config.absolute(&paths::tracking(&habilitation.tracking_token)),
        lien_datapass: paths::datapass_request(config, habilitation.datapass_id),
        instructeur: account.name.clone(),
    };
    fill(body, &values)
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    geste: String,
    #[serde(default)]
    fait: String,
}

/// A template as typed.
#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    geste: String,
    #[serde(default)]
    titre: String,
    #[serde(default)]
    texte: String,
    /// When what is edited was written.
    #[serde(default)]
    lu: String,
}

async fn list(State(house): State<Shared>, LoggedIn(account): LoggedIn, Query(asked): Query<Asked>) -> PageResult {
    let rows = reasons::all(house.db.read().await?.cx()).await?;
    Ok(view::list(&account.name, &rows, account.role.can_manage(), &asked.fait))
}

async fn new(State(_): State<Shared>, logged: LoggedIn, Query(asked): Query<Asked>) -> PageResult {
    let account = logged.manager()?;
    let gesture = worded(&asked.geste).unwrap_or(Gesture::AskChanges);
    Ok(view::form(&account.name, &view::Edited { id: None, gesture, title: "", body: "", read_at: "" }, &[]))
}

async fn create(State(house): State<Shared>, logged: LoggedIn, Form(typed): Form<Typed>) -> PageResult<Response> {
    let account = logged.manager()?;
    let gesture = worded(&typed.geste).ok_or(Error::NotFound)?;
    let (title, body) = match checked(&typed.titre, &typed.texte) {
        Ok(kept) => kept,
        Err(faults) => return Ok(refused(&account, None, gesture, &typed, errors(&faults))),
    };
    let row = row(&house, &account, Uuid::now_v7(), gesture, title, body);
    let written = reasons::insert(&house.db, &row, PER_GESTURE).await?;
    Ok(after(&account, None, gesture, &typed, written))
}

async fn edit(State(house): State<Shared>, logged: LoggedIn, Path(id): Path<Uuid>) -> PageResult {
    let account = logged.manager()?;
    let (known, gesture) = known(&house, id).await?;
    let read_at = known.updated_at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let edited = view::Edited { id: Some(id), gesture, title: &known.title, body: &known.body, read_at: &read_at };
    Ok(view::form(&account.name, &edited, &[]))
}

async fn update(
    State(house): State<Shared>,
    logged: LoggedIn,
    Path(id): Path<Uuid>,
    Form(typed): Form<Typed>,
) -> PageResult<Response> {
    let account = logged.manager()?;
    let (_, gesture) = known(&house, id).await?;
    let (title, body) = match checked(&typed.titre, &typed.texte) {
        Ok(kept) => kept,
        Err(faults) => return Ok(refused(&account, Some(id), gesture, &typed, errors(&faults))),
    };
    let Ok(read_at) = typed.lu.parse::<DateTime<Utc>>() else {
        return Ok(after(&account, Some(id), gesture, &typed, Written::Stale));
    };
    let row = row(&house, &account, id, gesture, title, body);
    let written = reasons::update(&house.db, &row, read_at).await?;
    Ok(after(&account, Some(id), gesture, &typed, written))
}

async fn ask_delete(State(house): State<Shared>, logged: LoggedIn, Path(id): Path<Uuid>) -> PageResult {
    let account = logged.manager()?;
    let (known, _) = known(&house, id).await?;
    Ok(view::confirm_delete(&account.name, &known))
}

async fn delete(State(house): State<Shared>, logged: LoggedIn, Path(id): Path<Uuid>) -> PageResult<Response> {
    let account = logged.manager()?;
    reasons::delete(&house.db, id).await?;
    tracing::info!(account = %account.id, template = %id, "reason template removed");
    Ok(Redirect::to(&format!("{}?fait=supprime", paths::REASONS)).into_response())
}

/// The gesture named so, if it carries a text.
fn worded(name: &str) -> Option<Gesture> {
    Gesture::parse(name).filter(|gesture| Gesture::WORDED.contains(gesture))
}

async fn known(house: &Shared, id: Uuid) -> Result<(ReasonRow, Gesture), Error> {
    let known = reasons::by_id(house.db.read().await?.cx(), id).await?.ok_or(Error::NotFound)?;
    let gesture = worded(&known.gesture).ok_or(Error::NotFound)?;
    Ok((known, gesture))
}

fn row(house: &Shared, account: &Account, id: Uuid, gesture: Gesture, title: String, body: String) -> ReasonRow {
    ReasonRow {
        id,
        gesture: gesture.name().to_owned(),
        title,
        body,
        updated_at: house.clock.now(),
        updated_by: account.name.clone(),
    }
}

fn after(account: &Account, id: Option<Uuid>, gesture: Gesture, typed: &Typed, written: Written) -> Response {
    let error = |field, sentence: &str| vec![FieldError { field, sentence: sentence.to_owned() }];
    match written {
        Written::Done => Redirect::to(&format!("{}?fait=enregistre", paths::REASONS)).into_response(),
        Written::Taken => refused(account, id, gesture, typed, error("titre", TAKEN)),
        Written::Full => refused(account, id, gesture, typed, error("titre", FULL)),
        Written::Stale => refused(account, id, gesture, typed, error("texte", STALE)),
    }
}

fn errors(faults: &[TemplateFault]) -> Vec<FieldError> {
    let field = |fault: &TemplateFault| if fault.of_title() { "titre" } else { "texte" };
    faults.iter().map(|fault| FieldError { field: field(fault), sentence: fault.to_string() }).collect()
}

/// The form again, as it was typed.
fn refused(account: &Account, id: Option<Uuid>, gesture: Gesture, typed: &Typed, errors: Vec<FieldError>) -> Response {
    let edited = view::Edited { id, gesture, title: &typed.titre, body: &typed.texte, read_at: &typed.lu };
    (StatusCode::UNPROCESSABLE_ENTITY, view::form(&account.name, &edited, &errors)).into_response()
}
