//! The automatic checks, as instructeurs and responsables meet them: the verdict of a request, what is set aside, how
//! serious each check is to be, and the lists.

mod aside;
mod lists;
mod page;
mod settings;

use crate::support::browser::{Browser, Page};

pub const WHY: &str = "Vérifié au téléphone avec la mairie.";

pub async fn shown(browser: &mut Browser, number: i64) -> Page {
    browser.get(&format!("/instruction/D{number}")).await
}

/// Opens the page that sets a check aside, then posts what it holds with this reason.
pub async fn sets_aside(browser: &mut Browser, number: i64, code: &str, reason: &str) -> Page {
    let path = format!("/instruction/D{number}/controles/{code}");
    let asked = browser.get(&path).await;
    assert_eq!(asked.status, 200, "{}", asked.main());
    let (version, read) = (asked.value("input[name=version]").unwrap(), asked.value("input[name=lu]").unwrap());
    browser.post(&path, &[("version", &version), ("lu", &read), ("motif", reason)]).await
}

pub async fn restores(browser: &mut Browser, number: i64, code: &str) -> Page {
    let version = browser.version(number).await;
    browser.post(&format!("/instruction/D{number}/controles/{code}/retablir"), &[("version", &version)]).await
}

/// Sets a check as a responsable does, on what the page shows.
pub async fn sets(browser: &mut Browser, code: &str, severity: &str, reason: &str) -> Page {
    let path = format!("/instruction/controles/{code}");
    let read = browser.get(&path).await.value("input[name=lu]").unwrap();
    browser.post(&path, &[("lu", &read), ("reglage", severity), ("motif", reason)]).await
}
