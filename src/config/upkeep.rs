//! The settings of what follows a mise en service: how an abonnement ends, and the nightly comparisons.

use chrono::NaiveTime;

use super::Problem;
use super::reader::Reader;

/// How services end, and are compared with HubEE and Sirene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpkeepConfig {
    /// Whether HubEE is first told when a suspended abonnement ends.
    pub end_date: bool,
    /// Hour of the comparisons, Paris time.
    pub drift_at: NaiveTime,
    /// Seconds between two parts of HubEE's list.
    pub drift_pause: i64,
    /// Establishments asked of Sirene in one night, at most.
    pub sirene_budget: i64,
}

impl Reader {
    pub(super) fn upkeep(&mut self) -> Option<UpkeepConfig> {
        let end_date = self.one_of("HUBEE_SUSPENSION_END_DATE", &[("send", true), ("omit", false)]);
        let drift_at = self.hour("HABILIS_HEURE_ECARTS");
        let drift_pause = self.number("HABILIS_ECARTS_PAUSE", 0, 3600, "un nombre de secondes entre 0 et 3600");
        let sirene_budget = self.number("SIRENE_PAR_NUIT", 1, 100_000, "un nombre entre 1 et 100000");
        Some(UpkeepConfig {
            end_date: end_date?,
            drift_at: drift_at?,
            drift_pause: drift_pause?,
            sirene_budget: sirene_budget?,
        })
    }

    fn number(&mut self, name: &'static str, least: i64, most: i64, expected: &str) -> Option<i64> {
        let number: i64 = self.parsed(name, expected)?;
        if (least..=most).contains(&number) {
            return Some(number);
        }
        self.problems.push(Problem::new(name, format!("il faut {expected}")));
        None
    }
}
