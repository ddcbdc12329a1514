//! From a habilitation to the row that publishes it. The answers in force decide, not those being changed.

use chrono::{DateTime, Utc};

use crate::domain::{Habilitation, territory::departement};
use crate::store::collectivites::Collectivite;

/// The row to publish, from the answers in force. `None` when nothing is in force, or when the body has no SIRET, no
/// commune code or no name: such a form could not be found, and its page would be wrong.
pub fn collectivite_of(habilitation: &Habilitation, now: DateTime<Utc>) -> Option<Collectivite> {
    let organisation = &habilitation.in_force.as_ref()?.dossier.organisation;
    let code_cog = organisation.code_cog.as_deref().map(str::trim).filter(|code| !code.is_empty())?;
    let name = organisation.name.trim();
    if !organisation.is_named() {
        return None;
    }
    Some(Collectivite {
        siret: organisation.siret()?.to_string(),
        habilitation_id: habilitation.id,
        name: name.to_owned(),
        code_cog: code_cog.to_owned(),
        departement: departement(code_cog),
        postal_code: organisation.postal_code.clone(),
        town: organisation.town.clone(),
        opened_at: now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::datapass::Moment;
    use crate::domain::{Actor, DatapassState, Dossier, InForce, Mirror, State};

    fn habilitation(dossier: Dossier) -> Habilitation {
        let at = DateTime::UNIX_EPOCH;
        Habilitation {
            id: uuid::Uuid::nil(),
            datapass_id: 1,
            version: 1,
            state: State::Draft,
            dossier: Dossier::default(),
            in_force: Some(InForce { since: at, by: Actor::DataPass, dossier }),
            datapass: Mirror {
                state: DatapassState::Draft,
                moment: Moment { fired_at: at, rank: 0 },
                public_id: None,
                authorisations: Vec::new(),
            },
            submitted_at: None,
            unreported: None,
            assignee: None,
            tracking_token: String::new(),
            created_at: at,
        }
    }

    fn dossier() -> Dossier {
        let mut dossier = Dossier::default();
        dossier.organisation.raw_siret = Some("217 301 324 00018".into());
        dossier.organisation.name = " COMMUNE D'EXEMPLE ".into();
        dossier.organisation.code_cog = Some("2A004".into());
        dossier.organisation.postal_code = Some("20000".into());
        dossier
    }

    #[test]
    fn the_answers_in_force_are_published() {
        let row = collectivite_of(&habilitation(dossier()), DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(row.siret, "21730132400018");
        assert_eq!(row.name, "COMMUNE D'EXEMPLE");
        assert_eq!(row.departement, "2A", "from the commune's code, never from its postal code");
    }

    #[test]
    fn nothing_is_published_without_the_facts_it_needs() {
        let blanks: [fn(&mut Dossier); 4] = [
            |d| d.organisation.code_cog = Some(" ".into()),
            |d| d.organisation.raw_siret = Some("21730132400019".into()),
            |d| d.organisation.name = " ".into(),
            |d| d.organisation.name = "[ND]".into(),
        ];
        for blank in blanks {
            let mut dossier = dossier();
            blank(&mut dossier);
            assert_eq!(collectivite_of(&habilitation(dossier), DateTime::UNIX_EPOCH), None);
        }
        let mut none = habilitation(dossier());
        none.in_force = None;
        assert_eq!(collectivite_of(&none, DateTime::UNIX_EPOCH), None);
    }
}
