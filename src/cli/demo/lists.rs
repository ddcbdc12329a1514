//! The CNIL's list, as the bodies of the demonstration are in it: invented declarations, in a file like the one that is
//! published, loaded as an operator would.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use super::story::Story;
use crate::registers::{self, Files};
use crate::workflow::{self, House};

const HEADER: &str = "SIREN organisme désignant;Nom organisme désignant;Type de DPO;Date de la désignation;\
                      SIREN organisme désigné;Nom organisme désigné;Moyen contact DPO email\n";
/// Stories of the guided path, whose bodies all declared their DPD.
const GUIDED: usize = 9;

/// Writes the list and loads it, as of `at`.
pub async fn load(house: &House, stories: &[Story], at: DateTime<Utc>) -> anyhow::Result<()> {
    let path = house.config.demo.folder.join("cnil.csv");
    std::fs::write(&path, list(stories))?;
    let then = workflow::checks_of_all(at);
    let files = Files { files: vec![path], then, dated: at.date_naive(), partial: true };
    registers::load_declared(&house.db, &house.clock, &files).await?;
    Ok(())
}

/// One body in six did not declare its DPD.
fn list(stories: &[Story]) -> String {
    let mut list = HEADER.to_owned();
    for (rank, story) in stories.iter().enumerate().filter(|(rank, _)| *rank < GUIDED || rank % 6 != 5) {
        let (filing, day) = (&story.filing, 1 + rank % 28);
        let siren = filing.siret.get(..9).unwrap_or_default();
        // Writing to a string never fails.
        let _ = writeln!(
            list,
            "{siren};{};Personne physique;{day:02}/05/2018;;;{}",
            filing.organisation.replace(';', ","),
            filing.dpd.email
        );
    }
    list
}
