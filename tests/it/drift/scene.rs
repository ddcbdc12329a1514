//! A night of comparisons, and what it found.

use chrono::Duration;
use habilis::store::drift::{self, DriftRow};
use habilis::workflow;

use crate::support::browser::{Browser, Page};
use crate::support::house::House;

/// The night passes, by small steps, until both comparisons are over.
pub async fn night(house: &House) {
    workflow::schedule(&house.service).await.unwrap();
    for _ in 0..24 {
        house.later(Duration::hours(1)).await;
    }
    for _ in 0..4 {
        house.later(Duration::minutes(2)).await;
    }
}

/// Differences that stand, oldest first.
pub async fn standing(house: &House) -> Vec<DriftRow> {
    let today = house.clock.today();
    let mut conn = house.db.read().await.unwrap();
    drift::page(conn.cx(), None, false, None, today, 5000).await.unwrap()
}

pub async fn kinds(house: &House) -> Vec<String> {
    standing(house).await.into_iter().map(|row| row.kind).collect()
}

/// The one and only difference.
pub async fn difference(house: &House) -> DriftRow {
    let all = standing(house).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.into_iter().next().unwrap()
}

/// A gesture on a difference, as its page shows it.
pub async fn settle(house: &House, browser: &mut Browser, row: &DriftRow, gesture: &str, own: &[(&str, &str)]) -> Page {
    let version = row.version.to_string();
    let mut form = vec![("version", version.as_str())];
    form.extend(own);
    let page = browser.post(&format!("/instruction/ecarts/{}/{gesture}", row.id), &form).await;
    house.run_jobs().await;
    page
}
