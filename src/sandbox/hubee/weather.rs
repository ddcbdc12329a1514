//! Faults by chance, for long runs: each is drawn from a seed and the rank of the call, so that the same calls meet the
//! same faults again. Knows nothing of what a fault does.

use super::faults::FaultKind;
use super::routes::Route;

/// How bad it is outside, until told otherwise.
#[derive(Clone, Debug)]
pub struct Weather {
    seed: u64,
    per_mille: u64,
    kinds: Vec<FaultKind>,
    calls: u64,
}

impl Weather {
    /// `per_mille` calls in a thousand fail, each in one of `kinds`, as often as it is named there.
    pub fn new(seed: u64, per_mille: u64, kinds: &[FaultKind]) -> Self {
        Self { seed, per_mille, kinds: kinds.to_vec(), calls: 0 }
    }

    /// What happens to the next call. Asking for a token never brings our credentials into doubt: that is no weather.
    pub(super) fn strike(&mut self, route: Route) -> Option<FaultKind> {
        self.calls += 1;
        let drawn = mixed(self.seed ^ mixed(self.calls));
        if drawn % 1000 >= self.per_mille {
            return None;
        }
        let count = u64::try_from(self.kinds.len()).ok().filter(|count| *count > 0)?;
        let kind = *self.kinds.get(usize::try_from((drawn / 1000) % count).ok()?)?;
        let doubt = matches!(kind, FaultKind::Unauthorized401 | FaultKind::Forbidden403);
        (route != Route::Token || !doubt).then_some(kind)
    }
}

/// SplitMix64's finaliser: near numbers give far ones.
fn mixed(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_one_weather_near_its_rate() {
        let kinds = [FaultKind::Html502, FaultKind::LostAnswer];
        let drawn = |seed| -> Vec<_> {
            let mut weather = Weather::new(seed, 200, &kinds);
            (0..10_000).map(|_| weather.strike(Route::PostOrganisation)).collect()
        };
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
        let count = |kind| drawn(7).iter().filter(|one| **one == Some(kind)).count();
        assert!(kinds.iter().all(|kind| (850..1150).contains(&count(*kind))));
        let mut doubting = Weather::new(7, 1000, &[FaultKind::Unauthorized401]);
        assert_eq!(doubting.strike(Route::Token), None);
        assert_eq!(doubting.strike(Route::GetSubscription), Some(FaultKind::Unauthorized401));
    }
}
