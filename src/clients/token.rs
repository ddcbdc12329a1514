//! The access token of a neighbour: asked with client credentials, kept until 80 % of its life and a day at most, dropped
//! when the neighbour no longer knows it. Knows neither how it is asked for nor what a refusal means.

use std::future::Future;

use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::clock::Clock;

/// Whatever a neighbour promises, a token is not believed for longer, in seconds.
const LONGEST: i64 = 86_400;

/// What a token endpoint answers; other fields are of no use.
#[derive(Debug, Deserialize)]
pub struct Granted {
    pub access_token: String,
    /// Seconds it lives, when the neighbour says so.
    pub expires_in: Option<i64>,
}

struct Token {
    value: String,
    until: DateTime<Utc>,
}

/// The token of one pair of credentials, shared by every call.
#[derive(Default)]
pub struct Kept(Mutex<Option<Token>>);

impl Kept {
    /// The token to use now; asked for when there is none. `usual`: seconds it lives when the neighbour does not say.
    pub async fn bearer<E>(
        &self,
        clock: &Clock,
        usual: i64,
        ask: impl Future<Output = Result<Granted, E>>,
    ) -> Result<String, E> {
        let mut kept = self.0.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| token.until > clock.now()) {
            return Ok(token.value.clone());
        }
        let granted = ask.await?;
        let life = granted.expires_in.filter(|seconds| *seconds > 0).unwrap_or(usual).min(LONGEST);
        let until = clock.now() + Duration::seconds(life * 4 / 5);
        *kept = Some(Token { value: granted.access_token.clone(), until });
        Ok(granted.access_token)
    }

    /// Forgets a token that was refused, unless another call replaced it already.
    pub async fn forget(&self, refused: &str) {
        let mut kept = self.0.lock().await;
        if kept.as_ref().is_some_and(|token| token.value == refused) {
            *kept = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn asked(kept: &Kept, clock: &Clock, value: &str, expires_in: Option<i64>) -> String {
        let granted = async { Ok::<_, ()>(Granted { access_token: value.into(), expires_in }) };
        kept.bearer(clock, 3600, granted).await.unwrap()
    }

    #[tokio::test]
    async fn kept_for_most_of_its_life_and_never_more_than_a_day() {
        for (life, minutes) in [(Some(600), 8), (None, 48), (Some(0), 48), (Some(i64::MAX), 1152)] {
            let (kept, clock) = (Kept::default(), Clock::fixed("2026-09-08T09:00:00Z".parse().unwrap()));
            assert_eq!(asked(&kept, &clock, "a", life).await, "a");
            clock.advance(Duration::minutes(minutes - 1));
            assert_eq!(asked(&kept, &clock, "b", life).await, "a", "{life:?}");
            clock.advance(Duration::minutes(1));
            assert_eq!(asked(&kept, &clock, "b", life).await, "b", "{life:?}");
        }
    }

    #[tokio::test]
    async fn only_the_refused_one_is_forgotten() {
        let (kept, clock) = (Kept::default(), Clock::fixed("2026-09-08T09:00:00Z".parse().unwrap()));
        asked(&kept, &clock, "a", None).await;
        kept.forget("older").await;
        assert_eq!(asked(&kept, &clock, "b", None).await, "a");
        kept.forget("a").await;
        assert_eq!(asked(&kept, &clock, "b", None).await, "b");
    }
}
