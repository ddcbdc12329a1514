//! The settings of the clock: which days are worked, and at which hours people are reminded.

use chrono::NaiveTime;

use super::Problem;
use super::reader::Reader;
use crate::domain::working_days::{Calendar, WorkingDays};

/// When instructeurs and responsables are reminded, on jours ouvrés, Paris time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemindersConfig {
    /// The morning's digest.
    pub digest_at: NaiveTime,
    /// The alert about what nobody took on its last day.
    pub alert_at: NaiveTime,
}

impl Reader {
    /// The calendar in which answers are promised.
    pub(super) fn days(&mut self) -> Option<WorkingDays> {
        let calendar = self.one_of(
            "HABILIS_CALENDRIER",
            &[("metropole", Calendar::Metropole), ("alsace-moselle", Calendar::AlsaceMoselle)],
        );
        let whit_monday_worked = self.one_of("HABILIS_LUNDI_PENTECOTE", &[("ferie", false), ("travaille", true)]);
        Some(WorkingDays { calendar: calendar?, whit_monday_worked: whit_monday_worked? })
    }

    /// The hours of reminders.
    pub(super) fn reminders(&mut self) -> Option<RemindersConfig> {
        let digest_at = self.hour("HABILIS_HEURE_RECAPITULATIF");
        let alert_at = self.hour("HABILIS_HEURE_ALERTE");
        Some(RemindersConfig { digest_at: digest_at?, alert_at: alert_at? })
    }

    pub(super) fn hour(&mut self, name: &'static str) -> Option<NaiveTime> {
        let hour = NaiveTime::parse_from_str(&self.text(name)?, "%H:%M").ok();
        if hour.is_none() {
            self.problems.push(Problem::new(name, "valeur incomprise : il faut une heure, par exemple 08:00"));
        }
        hour
    }
}
