//! The request of each rank, as the product would hold it: 91 % closed, 14,000 open of which a few are late, some in
//! somebody's charge, a few decisions still to report.

use chrono::{DateTime, Days, Duration, Utc};
use habilis::domain::datapass::Moment;
use habilis::domain::{Actor, Assignee, DatapassState, Dossier, Habilitation, InForce, Mirror, State, Unreported};
use habilis::store::queue::Checked;
use uuid::Uuid;

use super::dice::Dice;
use super::names::{contact, organisation};

/// How many there are.
pub const COUNT: u64 = 200_000;
/// Their numbers follow this one.
pub const FIRST: i64 = 60_000;

/// A request and what surrounds it.
pub struct Case {
    pub habilitation: Habilitation,
    /// Status of its mise en service, once accepted.
    pub service: Option<&'static str>,
    /// What the checks said, once it was submitted.
    pub checks: Option<Checked>,
    /// When it was last written.
    pub at: DateTime<Utc>,
}

impl Case {
    /// As it is once written: taking charge of a request is a new version.
    pub fn version(&self) -> i64 {
        self.habilitation.version + i64::from(self.habilitation.assignee.is_some())
    }
}

/// Who may be in charge.
pub fn colleagues() -> Vec<(Uuid, String)> {
    (0..12).map(|n| (uuid::Builder::from_u128(n + 1).into_uuid(), format!("Instructeur {n:02}"))).collect()
}

/// The request of a rank, among those that live at `now`.
pub fn case(rank: u64, now: DateTime<Utc>) -> Case {
    let mut dice = Dice::new(rank ^ 0x5EED_0000_0000);
    let state = state(&mut dice, now);
    let created_at = now - Duration::days(1_500) + Duration::minutes(i64::try_from(rank).unwrap_or_default() * 10);
    let dossier = dossier(&mut dice, rank);
    let accepted = matches!(state, State::Accepted { .. });
    let checks = !matches!(state, State::Draft);
    let habilitation = Habilitation {
        id: uuid::Builder::from_unix_timestamp_millis(created_at.timestamp_millis().unsigned_abs(), &bytes(&mut dice))
            .into_uuid(),
        datapass_id: FIRST + i64::try_from(rank).unwrap_or_default(),
        version: 1,
        in_force: accepted.then(|| InForce { since: created_at, by: Actor::Habilis, dossier: dossier.clone() }),
        unreported: (accepted && dice.happens(2)).then_some(Unreported {
            expected: DatapassState::Validated,
            at: created_at,
            by: Actor::Habilis,
            contradicted: None,
        }),
        datapass: mirror(&state, created_at, rank, accepted),
        submitted_at: Some(created_at).filter(|_| checks),
        assignee: assignee(&mut dice, &state, now),
        tracking_token: format!("{:016x}{:016x}", dice.number(), dice.number()),
        created_at,
        state,
        dossier,
    };
    let service = accepted.then(|| match dice.below(1_000) {
        0..990 => "open",
        990..995 => "awaiting_activation",
        995..998 => "held",
        _ => "running",
    });
    let checks = checks.then(|| checked(&mut dice));
    Case { habilitation, service, checks, at: created_at + Duration::hours(30) }
}

/// One in eight has a blocking point; each may have up to two to look at.
fn checked(dice: &mut Dice) -> Checked {
    let look = i64::try_from(dice.below(4)).unwrap_or_default() << 1;
    Checked { blocking: i64::from(dice.happens(120)), look, rules: "mesure".into(), ..Checked::default() }
}

/// Shares in ten thousand.
fn state(dice: &mut Dice, now: DateTime<Utc>) -> State {
    let (at, by) = (now - Duration::days(9), Actor::DataPass);
    let due = now.date_naive() + Days::new(dice.below(6));
    match dice.below(10_000) {
        0..60 => State::Submitted { at, due: now.date_naive() - Days::new(1 + dice.below(9)) },
        60..450 => State::Submitted { at, due },
        450..700 => State::ChangesRequested { at, by, reason: Some("La délibération est illisible.".into()) },
        700..900 => State::Draft,
        900..8_400 => State::Accepted { at, by },
        8_400..9_100 => State::Refused { at, by, reason: Some("Hors du périmètre.".into()) },
        9_100..9_300 => State::Revoked { at, by, reason: None },
        _ => State::Archived { at, by },
    }
}

fn dossier(dice: &mut Dice, rank: u64) -> Dossier {
    let organisation = organisation(rank);
    Dossier {
        demandeur: contact(dice, &organisation),
        contact_metier: Some(contact(dice, &organisation)),
        dpd: Some(contact(dice, &organisation)),
        cadre_juridique: Some(
            "Délibération du conseil municipal fixant la tarification selon le quotient familial.".into(),
        ),
        deliberation_url: Some(format!("https://www.exemple.fr/deliberations/{rank}.pdf")),
        destinataires: Some("Agents du service enfance et de la régie.".into()),
        conservation_mois: Some(12),
        conservation_justification: None,
        editeur: None,
        organisation,
    }
}

fn mirror(state: &State, at: DateTime<Utc>, rank: u64, accepted: bool) -> Mirror {
    let told = match state {
        State::Draft => DatapassState::Draft,
        State::Submitted { .. } => DatapassState::Submitted,
        State::ChangesRequested { .. } => DatapassState::ChangesRequested,
        State::Accepted { .. } => DatapassState::Validated,
        State::Refused { .. } => DatapassState::Refused,
        State::Revoked { .. } => DatapassState::Revoked,
        State::Archived { .. } => DatapassState::Archived,
    };
    Mirror {
        state: told,
        moment: Moment { fired_at: at, rank: 3 },
        public_id: None,
        authorisations: if accepted { vec![20_000 + i64::try_from(rank).unwrap_or_default()] } else { Vec::new() },
    }
}

/// Four open requests in ten are somebody's.
fn assignee(dice: &mut Dice, state: &State, now: DateTime<Utc>) -> Option<Assignee> {
    let open = matches!(state, State::Submitted { .. } | State::ChangesRequested { .. });
    let colleagues = colleagues();
    let at = usize::try_from(dice.below(colleagues.len() as u64)).ok()?;
    let (id, name) = colleagues.into_iter().nth(at)?;
    (open && dice.happens(400)).then_some(Assignee { id, name, since: now })
}

fn bytes(dice: &mut Dice) -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&dice.number().to_le_bytes());
    bytes
}
