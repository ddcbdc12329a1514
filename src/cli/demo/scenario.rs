//! The scenarios of `seeds/demo.toml`: invented people, real communes.

use serde::Deserialize;

/// A request of the demonstration, and what becomes of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub siret: String,
    pub name: String,
    pub legal_category: String,
    pub code_cog: String,
    pub postal_code: String,
    pub town: String,
    pub demandeur: Person,
    pub contact_metier: Option<Person>,
    pub dpd: Option<Person>,
    /// Working days since it was submitted.
    pub days_ago: u32,
    pub fate: Fate,
    /// Reason of a refusal or of a change request; comment of an acceptance.
    #[serde(default)]
    pub words: String,
    #[serde(default)]
    pub deliberation_url: Option<String>,
    #[serde(default)]
    pub retention_months: Option<u32>,
    #[serde(default)]
    pub retention_reason: Option<String>,
}

/// Somebody named in a request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub given: String,
    pub family: String,
    pub email: String,
    pub phone: Option<String>,
    pub job: String,
}

/// What becomes of a request before the newcomer arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Still being filled.
    Draft,
    Waiting,
    ChangesRequested,
    Accepted,
    Refused,
    /// Accepted in DataPass, though HubEE will refuse something.
    ApprovedInDatapass,
    /// Accepted here while HubEE is down for this body.
    AcceptedHubeeDown,
}

#[derive(Deserialize)]
struct File {
    scenario: Vec<Scenario>,
}

/// The scenarios shipped with the program.
///
/// # Errors
/// When the file is wrong, which a test prevents.
pub fn all() -> anyhow::Result<Vec<Scenario>> {
    let file: File = toml::from_str(include_str!("../../../seeds/demo.toml"))?;
    Ok(file.scenario)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_there_and_every_number_is_well_formed() {
        let scenarios = all().expect("the file reads");
        for scenario in &scenarios {
            let siret: siret::Siret = scenario.siret.parse().expect("a SIRET");
            assert!(siret.to_string() == scenario.siret, "{}", scenario.name);
        }
        for fate in [
            Fate::Draft,
            Fate::Waiting,
            Fate::ChangesRequested,
            Fate::Accepted,
            Fate::Refused,
            Fate::ApprovedInDatapass,
            Fate::AcceptedHubeeDown,
        ] {
            assert!(scenarios.iter().any(|s| s.fate == fate), "{fate:?}");
        }
    }
}
