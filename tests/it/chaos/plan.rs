//! How long and how bad a run is, and the seed that replays its chances.

use std::ops::Range;
use std::time::Duration;

use habilis::sandbox::hubee::FaultKind;

#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    pub kills: u32,
    pub collectivites: usize,
    /// Calls to HubEE that fail, out of a thousand.
    pub faults: u64,
    /// How long a process lives, in milliseconds.
    pub life: Range<u64>,
    /// How long a call hangs, when it hangs: longer than our patience with HubEE in a storm.
    pub hang: Duration,
    /// What each call to HubEE takes when nothing fails.
    pub latency: Duration,
    /// How long what is left may take once the storm is over.
    pub drain: Duration,
}

impl Plan {
    pub fn reduced() -> Self {
        Self {
            seed: seed(),
            kills: number("HABILIS_CHAOS_KILLS").unwrap_or(15),
            collectivites: 40,
            faults: 200,
            life: 100..900,
            hang: Duration::from_secs(3),
            latency: Duration::from_millis(20),
            drain: Duration::from_secs(60),
        }
    }

    pub fn whole() -> Self {
        let kills = number("HABILIS_CHAOS_KILLS").unwrap_or(200);
        let collectivites = number("HABILIS_CHAOS_COLLECTIVITES").unwrap_or(500);
        Self { kills, collectivites, drain: Duration::from_secs(120), ..Self::reduced() }
    }

    /// Says the seed before anything happens: a run that does not come to its end must be replayed all the more.
    #[expect(clippy::print_stdout, reason = "the seed is what replays the run")]
    pub fn say(&self) {
        println!("── chaos : graine {}, {} arrêts brutaux (HABILIS_CHAOS_SEED={})", self.seed, self.kills, self.seed);
    }

    pub fn without_faults(self) -> Self {
        Self { faults: 0, ..self }
    }

    /// Every way of failing; lost answers and errors after the effect cost the most, so they come twice.
    pub fn kinds(&self) -> [FaultKind; 14] {
        [
            FaultKind::Error500Before,
            FaultKind::Error500After,
            FaultKind::Error500After,
            FaultKind::LostAnswer,
            FaultKind::LostAnswer,
            FaultKind::LostRequest,
            FaultKind::Slow(Duration::from_millis(300)),
            FaultKind::Slow(Duration::from_millis(900)),
            FaultKind::Slow(self.hang),
            FaultKind::Silent(self.hang),
            FaultKind::Html502,
            FaultKind::TooMany429,
            FaultKind::EmptyBody201,
            FaultKind::InvalidJson,
        ]
    }
}

/// The one given, else one of the moment.
fn seed() -> u64 {
    number("HABILIS_CHAOS_SEED").unwrap_or_else(|| rand::random_range(1..1_000_000))
}

#[expect(clippy::disallowed_methods, reason = "tests have no config: the run is named in the environment")]
fn number<N: std::str::FromStr>(name: &str) -> Option<N> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}
