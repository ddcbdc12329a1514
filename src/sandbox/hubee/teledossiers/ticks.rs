//! What happens to télédossiers without anyone calling: HubEE notifies completed folders, the portal comes every five
//! minutes for the cases of those who chose it, an agent gives a case a status there.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::super::accounts::Mail;
use super::super::dates;
use super::super::state::Store;
use super::super::token::Scope;
use super::Teledossiers;
use super::cases::{Open, SENT, rank};
use super::events::Event;
use super::folders::{COMPLETED, Folder, NOTIFIED};

/// How long a completed folder waits.
const BATCH_SECONDS: i64 = 60;
const VISIT_SECONDS: i64 = 300;
const PORTAL: &str = "Portail HubEE";

/// When the portal next comes.
pub(super) fn next_visit(now: DateTime<Utc>) -> DateTime<Utc> {
    let since = now.timestamp().rem_euclid(VISIT_SECONDS);
    dates::to_second(now) + Duration::seconds(VISIT_SECONDS - since)
}

impl Folder {
    /// When it is notified, if it waits for that.
    fn notified_at(&self) -> Option<DateTime<Utc>> {
        let at = self.update_date_time + Duration::seconds(BATCH_SECONDS);
        (self.global_status == COMPLETED).then_some(at)
    }
}

impl Teledossiers {
    /// Whether something should have happened by now.
    pub(in crate::sandbox::hubee) fn are_due(&self, now: DateTime<Utc>) -> bool {
        self.folders.iter().any(|folder| {
            folder.notified_at().is_some_and(|at| at <= now) || folder.cases.iter().any(|case| case.is_awaited(now))
        })
    }
}

impl Store {
    /// What should have happened by now, each thing at its own hour.
    pub(in crate::sandbox::hubee) fn tick(&mut self, now: DateTime<Utc>) {
        for place in 0..self.teledossiers.folders.len() {
            let folder = &mut self.teledossiers.folders[place];
            let Some(at) = folder.notified_at().filter(|at| *at <= now) else { continue };
            NOTIFIED.clone_into(&mut folder.global_status);
            folder.update_date_time = at;
            let cases: Vec<Uuid> = folder.cases.iter().map(|case| case.id).collect();
            for case in cases {
                if let Some(mut open) = Open::of(self, case) {
                    open.notify(at);
                }
            }
        }
        let cases = self.teledossiers.folders.iter().flat_map(|folder| &folder.cases);
        let awaited: Vec<Uuid> = cases.filter(|case| case.is_awaited(now)).map(|case| case.id).collect();
        for case in awaited {
            if let Some(mut open) = Open::of(self, case) {
                let at = open.case.fetched_at.take().unwrap_or(now);
                open.clear_si();
                open.in_portal(SENT, PORTAL, at);
            }
        }
    }

    /// An agent of the collectivité gives a case its next status in the portal, which never goes back. Tells whether
    /// that could be.
    pub(in crate::sandbox::hubee) fn agent_moves(&mut self, case: Uuid, status: &str, now: DateTime<Utc>) -> bool {
        let Some(mut open) = Open::of(self, case) else { return false };
        let forward = rank(&open.case.status).is_some_and(|from| rank(status).is_some_and(|to| from < to));
        forward && open.in_portal(status, "Agent de la collectivité", now)
    }
}

impl Open<'_> {
    /// The case is there to be fetched, and its recipient is told.
    fn notify(&mut self, at: DateTime<Utc>) {
        NOTIFIED.clone_into(&mut self.case.status);
        self.case.update_date_time = Some(at);
        self.awaits_the_portal(at);
        self.notify_si(None, at);
        self.mail_si(at);
    }

    /// A status given in the portal: the event says so to whoever sent.
    fn in_portal(&mut self, status: &str, author: &str, at: DateTime<Utc>) -> bool {
        let event = Event::of_portal(self.case, status, author, at);
        if self.move_to(status, Scope::Si, at).is_err() {
            return false;
        }
        self.notify_osl(&event, at);
        self.case.events.push(event);
        true
    }
}

/// The mail that says a case arrived.
pub(super) fn letter(to: &str, case: &str, at: DateTime<Utc>) -> Mail {
    let text = format!(
        "Bonjour,\n\n\
         Un télédossier vous attend dans HubEE : {case}.\n\n\
         Pour le consulter, connectez-vous au portail : https://portail.hubee.example/\n\n\
         L’équipe HubEE\n\n\
         Ce message est envoyé automatiquement, merci de ne pas y répondre.\n"
    );
    Mail { to: to.to_owned(), subject: "HubEE : un télédossier vous attend".to_owned(), text, at, expires_at: None }
}
