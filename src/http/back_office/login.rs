//! `/connexion` and `/deconnexion`.

use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chrono::Duration;
use serde::Deserialize;
use tower_sessions::Session;

use crate::accounts::{LoginError, log_in};
use crate::http::client_address::ClientAddress;
use crate::http::session::{self, NextPage};
use crate::http::views::components::FieldError;
use crate::http::views::login::{self as view, LoginForm};
use crate::http::{Error, PageResult, Shared, paths};

pub fn routes() -> Router<Shared> {
    Router::new().route(paths::LOGIN, get(show).post(submit)).route(paths::LOGOUT, post(leave))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    suite: NextPage,
}

async fn show(
    State(house): State<Shared>,
    session: Session,
    Query(Asked { suite }): Query<Asked>,
) -> PageResult<Response> {
    if session::current(&session, &house).await?.is_some() {
        return Ok(Redirect::to(suite.or_queue()).into_response());
    }
    Ok(view::page(&LoginForm { email: "", next: suite.as_str(), errors: &[] }).into_response())
}

/// What the form posts. No Debug: it holds a password.
#[derive(Deserialize)]
struct Credentials {
    #[serde(default)]
    email: String,
    #[serde(default, rename = "mot-de-passe")]
    password: String,
    #[serde(default)]
    suite: NextPage,
}

impl Credentials {
    fn missing(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.email.trim().is_empty() {
            errors.push(FieldError { field: view::EMAIL, sentence: "Indiquez votre adresse électronique.".into() });
        }
        if self.password.is_empty() {
            errors.push(FieldError { field: view::PASSWORD, sentence: "Indiquez votre mot de passe.".into() });
        }
        errors
    }

    fn refused(&self, errors: &[FieldError]) -> Response {
        let form = LoginForm { email: self.email.trim(), next: self.suite.as_str(), errors };
        (StatusCode::UNPROCESSABLE_ENTITY, view::page(&form)).into_response()
    }
}

async fn submit(
    State(house): State<Shared>,
    ClientAddress(client): ClientAddress,
    session: Session,
    Form(typed): Form<Credentials>,
) -> PageResult<Response> {
    let missing = typed.missing();
    if !missing.is_empty() {
        return Ok(typed.refused(&missing));
    }
    match log_in(&house.db, &house.clock, &typed.email, &typed.password, client).await {
        Ok(account) => {
            session::begin(&session, &house, &account).await?;
            Ok(Redirect::to(typed.suite.or_queue()).into_response())
        }
        Err(LoginError::Wrong) => {
            let sentence = "Adresse électronique ou mot de passe incorrect.".to_owned();
            Ok(typed.refused(&[FieldError { field: view::EMAIL, sentence }]))
        }
        Err(LoginError::TooMany { retry_after }) => Ok(too_many(retry_after)),
        Err(LoginError::Store(error)) => Err(error.into()),
        Err(error @ LoginError::Password(_)) => Err(Error::Internal(error.into())),
    }
}

fn too_many(retry_after: Duration) -> Response {
    // Rounded up: coming back at the announced second must work.
    let seconds = retry_after.num_seconds() + 1;
    let page = view::too_many((seconds + 59) / 60);
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds.to_string())], page).into_response()
}

async fn leave(State(house): State<Shared>, session: Session) -> PageResult<Response> {
    let farewell = session::end(&session, &house).await?;
    Ok((farewell, Redirect::to(paths::LOGIN)).into_response())
}
