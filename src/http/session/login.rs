//! What a session remembers of a login: its start, its end, and whether it still stands.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::AppendHeaders;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use uuid::Uuid;

use super::remembered::forgotten;
use crate::accounts::{self, Account};
use crate::http::{Error, Shared};

const KEY: &str = "login";

/// The longest a login lasts, however busy.
const LONGEST: Duration = Duration::hours(12);
/// Activity is noted this often at most: a page read should not cost a write.
const TOUCH_EVERY: Duration = Duration::minutes(5);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Login {
    account: Uuid,
    at: DateTime<Utc>,
    seen: DateTime<Utc>,
}

/// Starts a login under a new session id: one planted in the browser beforehand is worth nothing.
pub async fn begin(session: &Session, house: &Shared, account: &Account) -> Result<(), Error> {
    let now = house.clock.now();
    session.clear().await;
    session.cycle_id().await.map_err(broken)?;
    session.insert(KEY, Login { account: account.id, at: now, seen: now }).await.map_err(broken)
}

/// The headers that take the cookies away.
pub type Farewell = AppendHeaders<Vec<(HeaderName, HeaderValue)>>;

/// Ends the login, if any, here and in the database.
pub async fn end(session: &Session, house: &Shared) -> Result<Farewell, Error> {
    if session.id().is_some() {
        session.flush().await.map_err(broken)?;
    }
    // The session layer's own removal lacks Secure, and browsers ignore it for a `__Host-` cookie.
    let https = house.config.is_https();
    let removal = HeaderValue::from_static("__Host-habilis=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
    let session = https.then_some((header::SET_COOKIE, removal));
    Ok(AppendHeaders(session.into_iter().chain(forgotten(https)).collect()))
}

/// Who is logged in now: the account as the database has it at this instant.
pub async fn current(session: &Session, house: &Shared) -> Result<Option<Account>, Error> {
    let Some(login) = session.get::<Login>(KEY).await.map_err(broken)? else {
        return Ok(None);
    };
    let now = house.clock.now();
    let account = if now - login.at < LONGEST { accounts::active(&house.db, login.account).await? } else { None };
    if account.is_none() {
        session.flush().await.map_err(broken)?;
    } else if now - login.seen >= TOUCH_EVERY {
        session.insert(KEY, Login { seen: now, ..login }).await.map_err(broken)?;
    }
    Ok(account)
}

fn broken(error: tower_sessions::session::Error) -> Error {
    Error::Internal(error.into())
}
