//! What each gesture on a request begins with: who makes it and may, and the request of the address, read whole. Nothing of
//! the request is read for who may not. Knows no gesture.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use super::request::{Read, parse};
use crate::accounts::Account;
use crate::http::session::{LoggedIn, Rejection};
use crate::http::{Error, Shared};

/// Opened by whoever is logged in.
pub(super) struct Opened {
    pub account: Account,
    pub read: Read,
}

/// Opened by somebody whose role may decide.
pub(super) struct ToDecide(pub Opened);

impl Opened {
    /// By somebody whose right was looked at already.
    pub(super) async fn by(account: Account, parts: &mut Parts, house: &Shared) -> Result<Self, Rejection> {
        let params = RawPathParams::from_request_parts(parts, house).await.map_err(|_| Error::NotFound)?;
        let number = params.iter().find(|(name, _)| *name == "number").map_or("", |(_, number)| number);
        let datapass_id = parse(number).ok_or(Error::NotFound)?;
        let read = Read::of(house, datapass_id).await?.ok_or(Error::NotFound)?;
        Ok(Self { account, read })
    }
}

impl FromRequestParts<Shared> for Opened {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, house: &Shared) -> Result<Self, Rejection> {
        let LoggedIn(account) = LoggedIn::from_request_parts(parts, house).await?;
        Self::by(account, parts, house).await
    }
}

impl FromRequestParts<Shared> for ToDecide {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, house: &Shared) -> Result<Self, Rejection> {
        let account = LoggedIn::from_request_parts(parts, house).await?.decider()?;
        Ok(Self(Opened::by(account, parts, house).await?))
    }
}
