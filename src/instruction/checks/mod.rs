//! The automatic checks of a request: each one a small function, all explained by a sentence and by what was read.
//! A source that is missing gives « non vérifié », never a fault.

mod body;
pub mod catalogue;
mod check;
mod cnil;
mod codes;
mod contact;
mod deliberation;
mod dossier;
mod dpd;
mod duplicates;
mod ground;
mod head;
mod heard;
mod hubee;
mod in_hubee;
mod mailbox;
mod personal;
mod place;
mod reason;
mod register;
mod rules;
mod siret;
mod unread;

pub use body::category_label;
pub use check::{Check, Evidence, Facts, Known, Overridden, Verdict};
pub use codes::{Codes, Summary};
pub use hubee::may_mend;
pub use reason::{ReasonFault, reason};
pub use rules::{Rules, Severity};

/// Every check of the catalogue that the rules keep, in the order of codes: one check each, told what the instructeurs set
/// aside. A new check is one line here, in place of its line in `unread`; its table of cases is beside its function.
pub fn run(facts: &Facts<'_>, rules: &Rules) -> Vec<Check> {
    let made = catalogue::CATALOGUE.iter().filter(|entry| !rules.is_off(entry)).map(|entry| {
        let check = match entry.code {
            "C1" => siret::well_formed(facts),
            "C2" => register::exists(facts),
            "C3" => siret::active(facts),
            "C4" => body::collectivite(facts),
            "C5" => register::head_office(facts),
            "C6" => place::commune(facts),
            "C7" => place::departement(facts),
            "C8" => mailbox::belongs(facts),
            "C9" => mailbox::professional(facts),
            "C10" => mailbox::reachable(facts),
            "C11" => personal::address(facts),
            "C12" => deliberation::present(facts),
            "C13" => deliberation::mentions(facts),
            "C14" => deliberation::tariffs(facts),
            "C15" => deliberation::vote(facts),
            "C16" => ground::legal_basis(facts),
            "C17" => dpd::distinct(facts),
            "C18" => head::not_head(facts),
            "C19" => head::no_conflict(facts),
            "C20" => cnil::declared(facts),
            "C21" => cnil::external(facts),
            "C22" => contact::metier(facts),
            "C23" => duplicates::others(facts),
            "C24" => hubee::email(facts, &rules.hubee),
            "C25" => hubee::phone(facts, &rules.hubee),
            "C26" => hubee::lengths(facts),
            "C27" => in_hubee::state(facts),
            "C28" => dossier::retention(facts),
            "C29" => ground::recipients(facts),
            "C30" => ground::usage(facts),
            "C31" => deliberation::safe(facts),
            "C32" => head::demandeur_is_head(facts),
            _ => unread::source(entry),
        };
        rules.judged(entry, check).judged_by(&facts.known.overrides)
    });
    made.collect()
}

/// The checks that forbid to accept.
pub fn blocking(checks: &[Check]) -> impl Iterator<Item = &Check> {
    checks.iter().filter(|check| check.verdict == Verdict::Blocking && !check.is_lifted())
}

/// The checks that ask an instructeur to read before accepting: accepting in one click takes that there is none. Among
/// those that were not verified, the essential ones.
pub fn doubtful(checks: &[Check]) -> impl Iterator<Item = &Check> {
    checks.iter().filter(|check| match check.verdict {
        _ if check.is_lifted() => false,
        Verdict::Blocking | Verdict::Look => true,
        Verdict::Unverified => is_essential(check),
        Verdict::Info | Verdict::Fine | Verdict::Moot => false,
    })
}

/// Whether a green file takes that this one is fine.
pub fn is_essential(check: &Check) -> bool {
    catalogue::of(check.code).is_some_and(|entry| entry.essential)
}

#[cfg(test)]
pub(crate) mod samples {
    //! A request on which nothing is to be said.

    use std::sync::LazyLock;

    use chrono::{DateTime, Utc};
    use uuid::Uuid;

    use super::deliberation::tests as deliberation;
    use super::{Facts, Known};
    use crate::domain::datapass::Moment;
    use crate::domain::{Contact, DatapassState, Dossier, Habilitation, Mirror, Organisation, State};

    static NOTHING: LazyLock<Known> =
        LazyLock::new(|| Known { documents: vec![deliberation::sample()], ..Known::default() });

    /// A request of which no source said anything, with its délibération.
    pub fn alone(habilitation: &Habilitation) -> Facts<'_> {
        Facts { habilitation, known: &NOTHING }
    }

    pub fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn person(given: &str, family: &str, email: &str, job: &str) -> Contact {
        Contact {
            given_name: Some(given.into()),
            family_name: Some(family.into()),
            email: email.into(),
            phone: Some("04 79 00 00 00".into()),
            job_title: Some(job.into()),
        }
    }

    pub fn dossier() -> Dossier {
        Dossier {
            organisation: Organisation {
                raw_siret: Some("21730132400018".into()),
                name: "COMMUNE DE HAUTELUCE".into(),
                sigle: None,
                legal_category: Some("7210".into()),
                code_cog: Some("73132".into()),
                postal_code: Some("73620".into()),
                town: Some("HAUTELUCE".into()),
                active: Some(true),
                head_office: Some(true),
            },
            demandeur: person(
                "Claire",
                "Martineau",
                "claire.martineau@hauteluce.fr",
                "Directrice générale des services",
            ),
            contact_metier: Some(person("Paul", "Girard", "enfance@hauteluce.fr", "Responsable enfance")),
            dpd: Some(person("Odile", "Roux", "dpd@cdg73.fr", "Déléguée à la protection des données")),
            cadre_juridique: Some("Délibération du conseil municipal fixant les tarifs de la cantine.".into()),
            deliberation_url: Some("https://hauteluce.fr/deliberation.pdf".into()),
            destinataires: Some("Agents du service enfance".into()),
            conservation_mois: Some(12),
            conservation_justification: None,
            editeur: None,
        }
    }

    pub fn habilitation() -> Habilitation {
        let submitted = at("2026-06-02T08:00:00Z");
        Habilitation {
            id: Uuid::from_u128(7),
            datapass_id: 61234,
            version: 3,
            state: State::Submitted { at: submitted, due: "2026-06-05".parse().unwrap() },
            dossier: dossier(),
            in_force: None,
            datapass: Mirror {
                state: DatapassState::Submitted,
                moment: Moment { fired_at: submitted, rank: 1 },
                public_id: Some(Uuid::from_u128(9)),
                authorisations: Vec::new(),
            },
            submitted_at: Some(submitted),
            unreported: None,
            assignee: None,
            tracking_token: "jeton".into(),
            created_at: submitted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{alone, habilitation};
    use super::*;
    use crate::domain::{Contact, Dossier};

    #[test]
    fn a_plain_request_is_fine_wherever_it_could_be_verified() {
        let checks = run(&alone(&habilitation()), &Rules::default());
        assert_eq!(checks.iter().map(|c| c.code).collect::<Vec<_>>(), catalogue::CATALOGUE.map(|entry| entry.code));
        let verified = |c: &&Check| matches!(c.verdict, Verdict::Blocking | Verdict::Look);
        let wrong: Vec<_> = checks.iter().filter(verified).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(blocking(&checks).count(), 0);
    }

    #[test]
    fn an_empty_request_is_judged_without_panic() {
        let mut empty = habilitation();
        empty.dossier = Dossier { demandeur: Contact::default(), ..Dossier::default() };
        let checks = run(&alone(&empty), &Rules::default());
        assert!(blocking(&checks).count() >= 3, "{checks:?}");
        for check in checks {
            assert!(check.sentence.ends_with('.'), "{}", check.sentence);
            assert!(check.verdict != Verdict::Blocking || check.remedy.is_some(), "{} has no remedy", check.code);
        }
    }
}
