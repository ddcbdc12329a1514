//! `POST /suivi/{jeton}/messages` and `/messages/lus`: the demandeur writes, behind their link alone.

use axum::extract::rejection::PathRejection;
use axum::extract::{Form, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Duration;
use serde::Deserialize;
use uuid::Uuid;

use super::tracking::{PRIVATE, Typed, found, show};
use crate::domain::Habilitation;
use crate::domain::paris::instant_in_words;
use crate::http::{Error, PageResult, Shared, paths};
use crate::messages::{self, Author, Side, Unsent, Written};
use crate::workflow;

type Token = Result<Path<String>, PathRejection>;

/// What a form carries.
#[derive(Deserialize)]
pub struct Posted {
    #[serde(default)]
    message: String,
    /// Last message that the page showed.
    #[serde(default)]
    vu: String,
    #[serde(default)]
    cle: String,
}

/// Takes a message.
pub async fn send(State(house): State<Shared>, token: Token, Form(posted): Form<Posted>) -> PageResult<Response> {
    let habilitation = found(&house, token).await?;
    let key = posted.cle.parse().unwrap_or_else(|_| Uuid::now_v7());
    let written = Written { text: &posted.message, seen: posted.vu.parse().ok(), key };
    let sent = workflow::send_message(&house, habilitation.id, &Author::Demandeur, written).await;
    let (status, sentence, wait) = match sent {
        Ok(()) => return Ok(done(&habilitation, "message")),
        Err(Unsent::Text(fault)) => (StatusCode::UNPROCESSABLE_ENTITY, format!("Message : {fault}."), None),
        Err(Unsent::Closed) => (StatusCode::CONFLICT, "Cette demande ne reçoit plus de messages.".to_owned(), None),
        Err(Unsent::TooMany { until }) => {
            // The minute after: nobody reads seconds.
            let again = instant_in_words(until + Duration::seconds(59));
            let sentence = format!(
                "Votre message n’est pas parti : 10 messages par heure et 30 par jour au plus. Vous pourrez l’envoyer \
                 à partir du {again}."
            );
            (StatusCode::TOO_MANY_REQUESTS, sentence, Some((until - house.clock.now()).num_seconds() + 1))
        }
        Err(Unsent::NotFound) => return Err(Error::NotFound),
        Err(Unsent::Store(error)) => return Err(error.into()),
    };
    let typed = Typed { text: &posted.message, sentence };
    let mut response =
        (status, PRIVATE, show(&house, &habilitation.tracking_token, Some(typed), "").await?).into_response();
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Ok(response)
}

/// Notes that the messages shown were read.
pub async fn mark(State(house): State<Shared>, token: Token, Form(posted): Form<Posted>) -> PageResult<Response> {
    let habilitation = found(&house, token).await?;
    if let Ok(last) = posted.vu.parse() {
        messages::mark_read(&house.db, &house.clock, habilitation.id, Side::Demandeur, last).await?;
    }
    Ok(done(&habilitation, "lu"))
}

/// A page reloaded at the address of a form.
pub async fn back(State(house): State<Shared>, token: Token) -> PageResult<Response> {
    let habilitation = found(&house, token).await?;
    Ok((PRIVATE, Redirect::to(&paths::tracking(&habilitation.tracking_token))).into_response())
}

fn done(habilitation: &Habilitation, what: &str) -> Response {
    let page = paths::tracking(&habilitation.tracking_token);
    (PRIVATE, Redirect::to(&format!("{page}?fait={what}#{}", paths::MESSAGES))).into_response()
}
