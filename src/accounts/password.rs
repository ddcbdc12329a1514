//! Passwords as argon2id hashes, a few at a time: each costs 19 MiB and tens of milliseconds, and a flood of logins must
//! not starve the rest of the service.

use argon2::Argon2;
use argon2::password_hash::{self, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// The shortest password taken, in characters.
pub const MIN_LENGTH: usize = 12;

/// Hashes computed at once in this process.
static PLACES: Semaphore = Semaphore::const_new(4);

/// Why a password could not be hashed or checked; never that it was wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("password hash: {0}")]
    Hash(password_hash::Error),
    #[error("password hashing was interrupted")]
    Interrupted,
}

/// A salted hash, in PHC text form.
pub async fn hash(password: String) -> Result<String, Error> {
    aside(move || Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())).await
}

/// Whether `password` gave `hash`. Without a hash to compare with (nobody has this e-mail) the same work is done for
/// nothing, so that the time taken does not tell who has an account.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, Error> {
    aside(move || {
        let Some(hash) = hash else {
            return Argon2::default().hash_password(password.as_bytes()).map(|_| false);
        };
        match Argon2::default().verify_password(password.as_bytes(), hash.as_str()) {
            Ok(()) => Ok(true),
            Err(password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(error),
        }
    })
    .await
}

/// Runs on a thread of its own, once a place is free; the place is kept until the end even when nobody waits any more.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> password_hash::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let place = PLACES.acquire().await.map_err(|_| Error::Interrupted)?;
    let done = tokio::task::spawn_blocking(move || {
        let _place = place;
        work()
    });
    done.await.map_err(|_| Error::Interrupted)?.map_err(Error::Hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_passes() {
        let hash = hash("une phrase assez longue".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("une phrase assez longue".into(), Some(hash.clone())).await.unwrap());
        assert!(!verify("une phrase assez longuE".into(), Some(hash)).await.unwrap());
        assert!(!verify("une phrase assez longue".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn the_same_password_never_gives_the_same_hash() {
        assert_ne!(hash("douze caractères".into()).await.unwrap(), hash("douze caractères".into()).await.unwrap());
    }

    #[tokio::test]
    async fn an_unreadable_hash_is_an_error_not_a_refusal() {
        assert!(verify("peu importe".into(), Some("md5:0123".into())).await.is_err());
    }
}
