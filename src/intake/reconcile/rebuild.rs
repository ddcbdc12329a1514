//! The gestures of a history, each with what DataPass would have said then. The API only says how a request is now: what
//! it was at an earlier gesture is read from the habilitations given since, and from the order of the events.

use chrono::{DateTime, Utc};

use super::{Missed, SAME, changes_state, moment, webhook_name};
use crate::clients::datapass::{Demande, Occurrence};
use crate::domain::{Action, Actor, DatapassState, Dossier, Habilitation, Mirror, Snapshot, What, datapass::Moment};
use crate::intake::translate::gesture;
use crate::intake::translate::payload::{Authorization, Request};

/// How a body without a name is named, by DataPass and by us.
const UNNAMED: &str = "(nom inconnu)";

/// One request as DataPass tells it now, and what we knew.
pub struct Story<'a> {
    pub demande: &'a Demande,
    pub request: &'a Request,
    pub state: DatapassState,
    pub known: Option<&'a Habilitation>,
}

impl Story<'_> {
    /// The gestures at these places of the history, oldest first.
    pub fn tell(&self, places: &[usize]) -> Vec<Missed> {
        let transfer = places.iter().copied().rfind(|place| self.events()[*place].name == "transfer");
        // Of several transfers, the last one says who has it now.
        let told = |place: &&usize| self.events()[**place].name != "transfer" || Some(**place) == transfer;
        places.iter().filter(told).filter_map(|place| self.missed(*place, transfer)).collect()
    }

    fn events(&self) -> &[Occurrence] {
        &self.demande.events
    }

    fn missed(&self, place: usize, transfer: Option<usize>) -> Option<Missed> {
        let occurrence = &self.events()[place];
        let own = moment(occurrence).unwrap_or(Moment { fired_at: self.second(occurrence.at)?, rank: 0 });
        let (state, what) = self.outcome(place);
        let submitted_at = self.submitted_at(place);
        let at = match what {
            What::Submit => submitted_at.unwrap_or(own.fired_at),
            _ => own.fired_at,
        };
        let before_transfer = transfer.is_some_and(|transfer| place < transfer);
        let snapshot = Snapshot {
            datapass_id: self.demande.id,
            event: webhook_name(&occurrence.name).to_owned(),
            mirror: Mirror {
                state,
                moment: own,
                public_id: self.request.public_id,
                authorisations: self.request.authorisation_numbers(),
            },
            dossier: self.completed(self.answers(place), before_transfer),
            submitted_at,
            authorised: self.authorised(place).map(|dossier| self.completed(dossier, before_transfer)),
        };
        Some(Missed { occurrence: occurrence.clone(), action: Action { at, by: Actor::DataPass, what }, snapshot })
    }

    fn second(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp(at.timestamp(), 0)
    }

    /// What the event was, and the request's state after it.
    fn outcome(&self, place: usize) -> (DatapassState, What) {
        let state = self.state_after(place);
        let name = webhook_name(&self.events()[place].name);
        (state, gesture(name, state, self.is_active_after(place)))
    }

    /// Whether nothing changed the state since: what DataPass says now is what it said then.
    fn is_last(&self, place: usize) -> bool {
        !self.events()[place + 1..].iter().any(changes_state)
    }

    fn state_after(&self, place: usize) -> DatapassState {
        if self.is_last(place) {
            return self.state;
        }
        let Some(turn) = self.events()[..=place].iter().rposition(changes_state) else {
            return self.known.map_or(DatapassState::Draft, |ours| ours.datapass.state);
        };
        match webhook_name(&self.events()[turn].name) {
            "submit" => DatapassState::Submitted,
            "request_changes" => DatapassState::ChangesRequested,
            "refuse" if self.given_before(turn).is_none() => DatapassState::Refused,
            "approve" | "refuse" | "cancel_reopening" => DatapassState::Validated,
            // A whole request that is revoked can only be archived; one habilitation alone changes no state.
            "revoke" if self.next_is_archive(turn) => DatapassState::Revoked,
            "revoke" => turn.checked_sub(1).map_or(DatapassState::Draft, |before| self.state_after(before)),
            "archive" => DatapassState::Archived,
            _ => DatapassState::Draft,
        }
    }

    fn next_is_archive(&self, place: usize) -> bool {
        let next = self.events()[place + 1..].iter().find(|event| changes_state(event));
        next.is_some_and(|event| webhook_name(&event.name) == "archive")
    }

    fn is_active_after(&self, place: usize) -> bool {
        if self.is_last(place) { self.request.has_active_authorization() } else { !self.next_is_archive(place) }
    }

    /// The newest habilitation given before an event, or by it.
    fn given_before(&self, place: usize) -> Option<&Authorization> {
        let event = &self.events()[place];
        let until = if event.name == "approve" { event.at + SAME } else { event.at };
        let given = self.request.authorizations.iter().filter(|one| one.created_at.is_some_and(|at| at < until));
        given.max_by_key(|one| (one.created_at, one.id))
    }

    /// The first habilitation given after an event.
    fn given_after(&self, place: usize) -> Option<&Authorization> {
        let since = self.events()[place].at;
        let given = self.request.authorizations.iter().filter(|one| one.created_at.is_some_and(|at| at >= since));
        given.min_by_key(|one| (one.created_at, one.id))
    }

    fn authorised(&self, place: usize) -> Option<Dossier> {
        match self.is_last(place) {
            true => self.request.authorised(),
            false => self.given_before(place).map(|one| self.request.answers_of(one)),
        }
    }

    /// The answers of a gesture: those accepted by it, else those accepted next, else today's.
    fn answers(&self, place: usize) -> Dossier {
        let accepted = match webhook_name(&self.events()[place].name) {
            "approve" => self.given_before(place),
            _ if self.is_last(place) => None,
            _ => self.given_after(place),
        };
        accepted.map_or_else(|| self.request.dossier(), |one| self.request.answers_of(one))
    }

    /// When the request was last submitted, as of an event.
    fn submitted_at(&self, place: usize) -> Option<DateTime<Utc>> {
        let is_submit = |event: &Occurrence| event.name == "submit";
        let turn = self.events()[..=place].iter().rposition(is_submit)?;
        let last = !self.events()[turn + 1..].iter().any(is_submit);
        let exact = self.request.last_submitted_at.filter(|_| last);
        Some(exact.unwrap_or(self.events()[turn].at))
    }

    /// The API leaves out the organisation's name, the applicant's job and the editor: what we knew of them stays.
    /// `before_transfer`: people and body are still those we knew.
    fn completed(&self, mut dossier: Dossier, before_transfer: bool) -> Dossier {
        if let Some(ours) = self.known.map(|known| &known.dossier) {
            if before_transfer {
                dossier.organisation = ours.organisation.clone();
                dossier.demandeur = ours.demandeur.clone();
            }
            if dossier.organisation.raw_siret == ours.organisation.raw_siret {
                let named = dossier.organisation.name.clone();
                dossier.organisation = dossier.organisation.completed_by(&ours.organisation);
                let keeps = named.is_empty() || !ours.organisation.name.ends_with(UNNAMED);
                dossier.organisation.name = if keeps { ours.organisation.name.clone() } else { named };
            }
            if dossier.demandeur.email == ours.demandeur.email {
                let job_title = dossier.demandeur.job_title.take();
                dossier.demandeur.job_title = job_title.or_else(|| ours.demandeur.job_title.clone());
            }
            dossier.editeur = dossier.editeur.or_else(|| ours.editeur.clone());
        }
        if dossier.organisation.name.is_empty() {
            let siret = dossier.organisation.raw_siret.as_deref().unwrap_or("sans SIRET");
            dossier.organisation.name = format!("Organisme {siret} {UNNAMED}");
        }
        dossier
    }
}
