//! Proving who one is. Failures are counted in the database, by e-mail and by client address, so that the limit holds
//! across processes and restarts; what is counted is kept as fingerprints, never in clear.

use std::net::{IpAddr, Ipv6Addr};

use chrono::{DateTime, Duration, Utc};

use super::{Account, fingerprint, normalise_email, password};
use crate::clock::Clock;
use crate::store::{self, Db, accounts as table};

/// How long failures count, from the first one.
pub const WINDOW: Duration = Duration::minutes(15);
/// Failures taken in a window for one e-mail, whether it has an account or not.
const PER_EMAIL: i64 = 5;
/// Failures taken in a window from one client address.
const PER_ADDRESS: i64 = 20;

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Unknown e-mail, wrong password or disabled account: nobody is told which.
    #[error("wrong e-mail or password")]
    Wrong,
    /// Too many failures: the password was not even looked at.
    #[error("too many failed logins")]
    TooMany { retry_after: Duration },
    #[error(transparent)]
    Password(#[from] password::Error),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// The account of `email` when `password` is its own and neither the e-mail nor the client failed too often.
///
/// # Errors
/// See [`LoginError`].
pub async fn log_in(
    db: &Db,
    clock: &Clock,
    email: &str,
    password: &str,
    client: IpAddr,
) -> Result<Account, LoginError> {
    let email = normalise_email(email);
    let limits = [Limit::email(&email), Limit::address(client)];
    let now = clock.now();
    for limit in &limits {
        limit.check(db, now).await?;
    }
    // Counted as failed before the password is looked at: guesses sent all at once can't slip through together.
    for limit in &limits {
        limit.count(db, now).await?;
    }
    let account = prove(db, &email, password).await?;
    let [by_email, by_address] = &limits;
    table::clear_failures(db, &by_email.key).await?;
    table::take_back_failure(db, &by_address.key).await?;
    tracing::info!(account = %account.id, "logged in");
    Ok(account)
}

async fn prove(db: &Db, email: &str, password: &str) -> Result<Account, LoginError> {
    let row = table::by_email(db.read().await?.cx(), email).await?;
    let hash = row.as_ref().map(|row| row.password_hash.clone());
    let right = password::verify(password.to_owned(), hash).await?;
    match row.filter(|row| right && row.disabled_at.is_none()) {
        Some(row) => Ok(row.try_into()?),
        None => {
            tracing::info!("login refused");
            Err(LoginError::Wrong)
        }
    }
}

/// How many failures are taken under one key.
struct Limit {
    key: String,
    most: i64,
}

impl Limit {
    fn email(email: &str) -> Self {
        Self { key: key("email", email), most: PER_EMAIL }
    }

    fn address(client: IpAddr) -> Self {
        Self { key: key("address", &network(client).to_string()), most: PER_ADDRESS }
    }

    async fn check(&self, db: &Db, now: DateTime<Utc>) -> Result<(), LoginError> {
        let attempts = table::attempts(db.read().await?.cx(), &self.key, now - WINDOW).await?;
        match attempts.filter(|attempts| attempts.failures >= self.most) {
            Some(attempts) => Err(too_many(attempts.window_started_at + WINDOW - now)),
            None => Ok(()),
        }
    }

    async fn count(&self, db: &Db, now: DateTime<Utc>) -> Result<(), LoginError> {
        let failures = table::count_failure(db, &self.key, now - WINDOW, now).await?;
        if failures > self.most { Err(too_many(WINDOW)) } else { Ok(()) }
    }
}

fn too_many(retry_after: Duration) -> LoginError {
    tracing::warn!("login refused: too many failures");
    LoginError::TooMany { retry_after }
}

/// Half a SHA-256 is plenty to tell keys apart, and e-mails and addresses are personal data.
fn key(kind: &str, value: &str) -> String {
    let digest = fingerprint(&format!("{kind}:{value}"));
    format!("{kind}:{}", digest.get(..32).unwrap_or(&digest))
}

/// Whom an address stands for: one IPv6 client owns a whole /64 and could change address at each try.
fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_client_is_its_network() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
    }

    #[test]
    fn keys_say_nothing() {
        let key = key("email", "a@b.fr");
        assert!(!key.contains("a@b.fr") && key.len() == "email:".len() + 32, "{key}");
    }
}
