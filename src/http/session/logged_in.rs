//! The extractor of every page behind a login, and what it answers to whom is not.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use tower_sessions::Session;

use super::{NextPage, login};
use crate::accounts::Account;
use crate::http::views::viewer;
use crate::http::{Error, Shared};

/// Somebody logged in, with the rights they have at this instant.
#[derive(Clone, Debug)]
pub struct LoggedIn(pub Account);

impl LoggedIn {
    /// The account, if its role may decide.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for the other roles.
    pub fn decider(self) -> Result<Account, Error> {
        if self.0.role.can_decide() { Ok(self.0) } else { Err(Error::Forbidden) }
    }

    /// The account, if its role may write what colleagues share.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for the other roles.
    pub fn manager(self) -> Result<Account, Error> {
        if self.0.role.can_manage() { Ok(self.0) } else { Err(Error::Forbidden) }
    }

    /// The account, if its role may start a mise en service again or put it aside.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for the other roles.
    pub fn mender(self) -> Result<Account, Error> {
        if self.0.role.can_mend() { Ok(self.0) } else { Err(Error::Forbidden) }
    }

    /// The account, if its role may mend what got stuck.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for the other roles.
    pub fn operator(self) -> Result<Account, Error> {
        if self.0.role.can_operate() { Ok(self.0) } else { Err(Error::Forbidden) }
    }
}

/// Why nobody could be extracted.
#[derive(Debug)]
pub enum Rejection {
    /// Log in first; the login page brings back to the page asked for.
    LogIn {
        address: String,
    },
    Error(Error),
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        match self {
            Self::LogIn { address } => Redirect::to(&address).into_response(),
            Self::Error(error) => error.into_response(),
        }
    }
}

impl FromRequestParts<Shared> for LoggedIn {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, house: &Shared) -> Result<Self, Rejection> {
        let session = Session::from_request_parts(parts, house)
            .await
            .map_err(|(_, why)| Rejection::Error(Error::Internal(anyhow::anyhow!(why))))?;
        match login::current(&session, house).await.map_err(Rejection::Error)? {
            Some(account) => {
                viewer::recognised(account.role.can_operate());
                Ok(Self(account))
            }
            None => Err(refusal(parts)),
        }
    }
}

/// A form that was posted can't be replayed after the login: it only leads to the login page.
fn refusal(parts: &Parts) -> Rejection {
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        return Rejection::Error(Error::Unauthenticated);
    }
    let page = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
    Rejection::LogIn { address: NextPage::login_before(page) }
}
