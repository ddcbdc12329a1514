//! Durations by rounds, and what is said of them. The machine is shared and its neighbours only ever add time: an absolute
//! figure is that of the calmest round, and a ratio is the median of the rounds' own, each side taken in turn.

use std::time::Instant;

use anyhow::Result;

/// Milliseconds, one list for each round.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    rounds: Vec<Vec<f64>>,
}

impl Samples {
    /// Adds a round; an empty one says nothing and is left out.
    pub fn round(&mut self, mut milliseconds: Vec<f64>) {
        if !milliseconds.is_empty() {
            milliseconds.sort_by(f64::total_cmp);
            self.rounds.push(milliseconds);
        }
    }

    /// The percentile (0 to 100) of the calmest round, in milliseconds.
    pub fn calmest(&self, percentile: usize) -> f64 {
        self.each(percentile).into_iter().fold(f64::INFINITY, f64::min)
    }

    /// How many times the other's percentile: the median of the rounds.
    pub fn ratio(&self, other: &Self, percentile: usize) -> f64 {
        let (ours, theirs) = (self.each(percentile), other.each(percentile));
        let mut ratios: Vec<f64> = ours.iter().zip(&theirs).map(|(one, other)| one / other).collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN)
    }

    fn each(&self, percentile: usize) -> Vec<f64> {
        self.rounds.iter().map(|round| round[(round.len() * percentile / 100).min(round.len() - 1)]).collect()
    }
}

/// Times two things in turn, as many times each in each round.
///
/// # Errors
/// The first that either meets.
pub async fn in_turn(
    rounds: usize,
    times: usize,
    mut one: impl AsyncFnMut() -> Result<()>,
    mut other: impl AsyncFnMut() -> Result<()>,
) -> Result<(Samples, Samples)> {
    let (mut ours, mut theirs) = (Samples::default(), Samples::default());
    for _ in 0..rounds {
        let (mut a, mut b) = (Vec::with_capacity(times), Vec::with_capacity(times));
        for _ in 0..times {
            a.push(timed(&mut one).await?);
            b.push(timed(&mut other).await?);
        }
        ours.round(a);
        theirs.round(b);
    }
    Ok((ours, theirs))
}

/// Times one thing alone.
///
/// # Errors
/// The first that it meets.
pub async fn alone(rounds: usize, times: usize, mut one: impl AsyncFnMut() -> Result<()>) -> Result<Samples> {
    let mut samples = Samples::default();
    for _ in 0..rounds {
        let mut round = Vec::with_capacity(times);
        for _ in 0..times {
            round.push(timed(&mut one).await?);
        }
        samples.round(round);
    }
    Ok(samples)
}

async fn timed(what: &mut impl AsyncFnMut() -> Result<()>) -> Result<f64> {
    let start = Instant::now();
    what().await?;
    Ok(milliseconds(start))
}

/// Since an instant.
pub fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1_000.0
}
