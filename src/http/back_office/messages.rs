//! `POST /instruction/D61234/messages` and `/messages/lus`: writing to the demandeur, and saying what was read.

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use serde::Deserialize;
use uuid::Uuid;

use super::opened::{Opened, ToDecide};
use super::request::{Read, parse};
use crate::accounts::Account;
use crate::domain::HabilitationId;
use crate::http::session::LoggedIn;
use crate::http::views::components::FieldError;
use crate::http::views::messages::{self as view, Conversation};
use crate::http::views::notes::{self as notes_view, Notes};
use crate::http::views::request::Talk;
use crate::http::{Error, PageResult, Shared, paths};
use crate::messages::notes::{self, Note};
use crate::messages::{self, Author, Side, Thread, Unsent, Written};
use crate::store::{self, Cx};
use crate::workflow;

pub fn routes() -> Router<Shared> {
    let path = |part: &str| paths::request_gesture("{number}", part);
    Router::new()
        .route(&path(paths::MESSAGES), post(send).get(back))
        .route(&path(paths::MESSAGES_READ), post(mark).get(back))
}

/// What a form carries.
#[derive(Deserialize)]
struct Posted {
    #[serde(default)]
    message: String,
    /// Last message that the page showed.
    #[serde(default)]
    vu: String,
    #[serde(default)]
    cle: String,
}

/// What the page of a request says beside the request itself.
#[derive(Default)]
pub(super) struct Said {
    pub thread: Thread,
    pub notes: Vec<Note>,
    /// What `?fait=` says.
    pub done: String,
    /// A text that was not taken.
    pub typed: Option<Typed>,
}

/// A text that was not taken, in the field where it was typed.
pub(super) struct Typed {
    pub text: String,
    pub error: FieldError,
}

impl Said {
    /// Messages and notes of a request.
    pub async fn of(mut cx: Cx<'_>, habilitation: HabilitationId) -> store::Result<Self> {
        let thread = messages::thread(cx.cx(), habilitation).await?;
        let notes = notes::of(cx, habilitation).await?;
        Ok(Self { thread, notes, ..Self::default() })
    }
}

/// The parts of the request's page that are about messages and notes.
pub(super) fn talk(account: &Account, read: &Read) -> Talk {
    let (said, number) = (&read.said, read.habilitation.number());
    let path = |part: &str| paths::request_gesture(&number, part);
    let open = messages::may_write(Side::Instructeur, &read.habilitation.state);
    let able = account.role.can_decide();
    let errors: Vec<FieldError> = said.typed.iter().map(|typed| typed.error.clone()).collect();
    let typed = |field: &str| said.typed.as_ref().filter(|t| t.error.field == field).map_or("", |t| t.text.as_str());
    let conversation = Conversation {
        reader: Side::Instructeur,
        thread: &said.thread,
        send: path(paths::MESSAGES),
        mark: path(paths::MESSAGES_READ),
        may_write: able && open,
        may_mark: able,
        closed: if open { "Votre compte permet de lire les messages, pas d’écrire." } else { ARCHIVED },
        key: Uuid::now_v7(),
        typed: typed("message"),
        errors: &errors,
        done: match said.done.as_str() {
            "message" => Some("Votre message est envoyé."),
            "lu" => Some("Les messages sont marqués comme lus."),
            _ => None,
        },
    };
    let notes = Notes {
        number: &number,
        notes: &said.notes,
        writer: able.then_some(account.id),
        key: Uuid::now_v7(),
        typed: typed("note"),
        errors: &errors,
        done: match said.done.as_str() {
            "note" => Some("La note est ajoutée."),
            "rayee" => Some("La note est rayée."),
            _ => None,
        },
    };
    Talk {
        notice: view::notice(&errors, said.thread.unread(Side::Instructeur)),
        sections: notes_view::talk(&view::section("Messages avec le demandeur", &conversation), &notes),
    }
}

const ARCHIVED: &str = "La demande est archivée : on ne peut plus écrire au demandeur.";

async fn send(
    State(house): State<Shared>,
    ToDecide(Opened { account, read }): ToDecide,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    let author = Author::Instructeur { id: account.id, name: account.name.clone() };
    let key = posted.cle.parse().unwrap_or_else(|_| Uuid::now_v7());
    let written = Written { text: &posted.message, seen: posted.vu.parse().ok(), key };
    let sent = workflow::send_message(&house, read.habilitation.id, &author, written).await;
    let (status, sentence) = match sent {
        Ok(()) => return Ok(done(&read, "message", paths::MESSAGES)),
        Err(Unsent::Text(fault)) => (StatusCode::UNPROCESSABLE_ENTITY, format!("Message : {fault}.")),
        Err(Unsent::Closed) => (StatusCode::CONFLICT, ARCHIVED.to_owned()),
        // Only demandeurs are limited.
        Err(Unsent::TooMany { .. }) => return Err(Error::Forbidden),
        Err(Unsent::NotFound) => return Err(Error::NotFound),
        Err(Unsent::Store(error)) => return Err(error.into()),
    };
    // Read again: an answer may be refused because the request changed.
    let read = Read::of(&house, read.habilitation.datapass_id).await?.ok_or(Error::NotFound)?;
    let error = FieldError { field: "message", sentence };
    Ok((status, retyped(&house, &account, read, posted.message, error)).into_response())
}

async fn mark(
    State(house): State<Shared>,
    ToDecide(Opened { read, .. }): ToDecide,
    Form(posted): Form<Posted>,
) -> PageResult<Response> {
    if let Ok(last) = posted.vu.parse() {
        messages::mark_read(&house.db, &house.clock, read.habilitation.id, Side::Instructeur, last).await?;
    }
    Ok(done(&read, "lu", paths::MESSAGES))
}

/// A page reloaded at the address of a form.
pub(super) async fn back(_: LoggedIn, Path(number): Path<String>) -> PageResult<Redirect> {
    let datapass_id = parse(&number).ok_or(Error::NotFound)?;
    Ok(Redirect::to(&paths::request(&format!("D{datapass_id}"))))
}

/// Back to the page, at the section that changed.
pub(super) fn done(read: &Read, what: &str, section: &str) -> Response {
    let page = paths::request(&read.habilitation.number());
    Redirect::to(&format!("{page}?fait={what}#{section}")).into_response()
}

/// The request's page again, the text as it was typed.
pub(super) fn retyped(
    house: &Shared,
    account: &Account,
    mut read: Read,
    text: String,
    error: FieldError,
) -> maud::Markup {
    read.said.typed = Some(Typed { text, error });
    read.page(house, account, None, None)
}
