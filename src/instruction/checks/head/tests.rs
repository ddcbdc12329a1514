//! C18, C19 and C32 on real spellings of names, bodies of every kind, lists that disagree or lag.

use super::super::Known;
use super::super::samples::{at, habilitation};
use super::*;
use crate::domain::sources::{Heard, Sources};

type Person = (&'static str, &'static str, Option<&'static str>);

fn list(people: &[Person]) -> Heard<Vec<Elected>> {
    let one = |(given, family, function): &Person| Elected {
        given: (*given).into(),
        family: (*family).into(),
        function: function.map(str::to_owned),
    };
    Heard::Found { value: people.iter().map(one).collect(), at: at("2026-05-01T00:00:00Z"), down: None }
}

fn down() -> Heard<Vec<Elected>> {
    Heard::Down { since: at("2026-06-03T00:00:00Z"), why: "erreur HTTP 500".into() }
}

/// A DPD (given, family, job) in a body of a category, with the two lists.
fn known(council: Heard<Vec<Elected>>, rne: Heard<Vec<Elected>>) -> Known {
    Known { sources: Sources { council, rne, ..Sources::default() }, ..Known::default() }
}

fn with_dpd(given: &str, family: &str, job: &str, category: &str) -> crate::domain::Habilitation {
    let mut habilitation = habilitation();
    habilitation.dossier.organisation.legal_category = Some(category.into());
    let dpd = habilitation.dossier.dpd.as_mut().unwrap();
    dpd.given_name = Some(given.into()).filter(|name: &String| !name.is_empty());
    dpd.family_name = Some(family.into()).filter(|name: &String| !name.is_empty());
    dpd.job_title = Some(job.into());
    habilitation
}

const MAIRE: Person = ("Jean-Noël", "LEFÈVRE", Some("Maire"));

#[test]
fn the_dpd_and_the_head() {
    use Verdict::{Blocking, Fine, Info, Look, Unverified};
    let council = || list(&[MAIRE, ("Nadia", "COLIN", Some("1er adjoint au Maire")), ("Yves", "TANGUY", None)]);
    let epci = || {
        list(&[
            ("Jean-Noël", "LEFEVRE", Some("Président du conseil communautaire")),
            ("Nadia", "COLIN", Some("Vice-président du conseil communautaire")),
        ])
    };
    for (given, family, job, category, council, rne, verdict) in [
        ("Odile", "Roux", "DPD", "7210", council(), Heard::Off, Fine),
        ("JEAN NOEL", "LEFEVRE", "DPD", "7210", council(), Heard::Off, Look),
        ("Jean–Noël", "Lefèvre", "DPD", "7210", Heard::Off, list(&[MAIRE]), Look),
        ("Jean", "Lefèvre", "DPD", "7210", council(), Heard::Off, Info),
        // The maire's son, and a homonym of family.
        ("Paul", "Lefèvre", "DPD", "7210", council(), Heard::Off, Fine),
        // Birth name in one register, usage name in the other.
        ("Hélène", "Roux", "DPD", "7210", list(&[("Hélène", "PETIT ROUX", Some("Maire"))]), Heard::Off, Info),
        ("Hélène", "Petit née Roux", "DPD", "7210", list(&[("HELENE", "ROUX PETIT", Some("Maire"))]), Heard::Off, Look),
        // Elections since: one list still names the former maire.
        ("Jean-Noël", "Lefèvre", "DPD", "7210", list(&[("Nadia", "COLIN", Some("Maire"))]), list(&[MAIRE]), Look),
        ("Odile", "Roux", "DPD", "7210", list(&[("Nadia", "COLIN", Some("Maire"))]), list(&[MAIRE]), Fine),
        // A maire délégué, an adjoint: not the head (C19 looks at them).
        ("Nadia", "Colin", "DPD", "7210", council(), Heard::Off, Fine),
        ("Yves", "Tanguy", "DPD", "7210", list(&[MAIRE, ("Yves", "TANGUY", Some("Maire délégué"))]), Heard::Off, Fine),
        // The président of a CCAS and of a caisse des écoles is the maire.
        ("Jean-Noël", "Lefèvre", "DPD", "7361", council(), Heard::Off, Look),
        ("Jean-Noël", "Lefèvre", "DPD", "7362", Heard::Off, list(&[MAIRE]), Look),
        // An EPCI has a président; the maire of the town where it sits is not its head.
        ("Jean-Noël", "Lefèvre", "DPD", "7346", epci(), list(&[("Odile", "ROUX", Some("Maire"))]), Look),
        ("Odile", "Roux", "DPD", "7346", epci(), list(&[("Odile", "ROUX", Some("Maire"))]), Fine),
        ("Nadia", "Colin", "DPD", "7348", epci(), Heard::Off, Fine),
        ("Odile", "Roux", "DPD", "7346", Heard::Off, list(&[MAIRE]), Unverified),
        // Titles.
        ("Odile", "Roux", "Madame le Maire", "7210", council(), Heard::Off, Blocking),
        ("Odile", "Roux", "Présidente de la communauté de communes", "7346", epci(), Heard::Off, Blocking),
        ("Odile", "Roux", "Secrétaire de mairie", "7210", council(), Heard::Off, Fine),
        ("Jean-Noël", "Lefèvre", "Secrétaire de mairie", "7210", council(), Heard::Off, Look),
        ("Odile", "Roux", "", "7210", council(), Heard::Off, Fine),
        ("Odile", "Roux", "", "7210", Heard::Off, Heard::Off, Unverified),
        // A name is missing; nobody answers.
        ("", "Roux", "DPD", "7210", council(), Heard::Off, Unverified),
        ("Odile", "Roux", "DPD", "7210", Heard::Off, Heard::Off, Unverified),
        ("Odile", "Roux", "DPD", "7210", down(), Heard::Off, Unverified),
        ("Odile", "Roux", "DPD", "7210", down(), down(), Unverified),
        ("Odile", "Roux", "DPD", "7346", down(), list(&[MAIRE]), Unverified),
        ("Odile", "Roux", "DPD", "7210", down(), list(&[MAIRE]), Fine),
        ("Jean-Noël", "Lefèvre", "DPD", "7210", down(), list(&[MAIRE]), Look),
    ] {
        let told = format!("{given} {family}, {job}, {category}, {council:?}, {rne:?}");
        let habilitation = with_dpd(given, family, job, category);
        let known = known(council, rne);
        let check = not_head(&Facts { habilitation: &habilitation, known: &known });
        assert_eq!(check.verdict, verdict, "{told}\n{check:?}");
    }
}

#[test]
fn the_dpd_and_their_conflicts() {
    use Verdict::{Fine, Info, Look, Unverified};
    let council = || list(&[MAIRE, ("Nadia", "COLIN", Some("1er adjoint au Maire")), ("Yves", "TANGUY", None)]);
    for (given, family, job, council, rne, verdict) in [
        ("Odile", "Roux", "DPD", council(), Heard::Off, Fine),
        ("Nadia", "Colin", "DPD", council(), Heard::Off, Look),
        (
            "Yves",
            "Tanguy",
            "Secrétaire de mairie",
            Heard::Off,
            list(&[("YVES", "TANGUY", Some("Conseiller municipal"))]),
            Look,
        ),
        ("Yves Marie", "Tanguy", "DPD", council(), Heard::Off, Look),
        ("Nadia", "Colin-Roux", "DPD", council(), Heard::Off, Info),
        ("Paul", "Tanguy", "DPD", council(), Heard::Off, Fine),
        // The maire is C18's.
        ("Jean-Noël", "Lefèvre", "DPD", council(), Heard::Off, Fine),
        ("Odile", "Roux", "Adjointe au maire", council(), Heard::Off, Look),
        ("Odile", "Roux", "Adjointe administrative", council(), Heard::Off, Fine),
        ("Odile", "Roux", "Conseillère numérique", council(), Heard::Off, Fine),
        ("Odile", "Roux", "DGS", Heard::Off, Heard::Off, Look),
        ("Odile", "Roux", "Secrétaire générale", council(), Heard::Off, Look),
        ("Odile", "Roux", "DSI / RSSI", council(), Heard::Off, Look),
        ("Odile", "Roux", "DPD", Heard::Off, Heard::Off, Unverified),
        ("Odile", "Roux", "DPD", Heard::Pending, Heard::Off, Unverified),
        ("Odile", "Roux", "DPD", down(), Heard::Pending, Unverified),
    ] {
        let told = format!("{given} {family}, {job}, {council:?}, {rne:?}");
        let habilitation = with_dpd(given, family, job, "7210");
        let known = known(council, rne);
        let check = no_conflict(&Facts { habilitation: &habilitation, known: &known });
        assert_eq!(check.verdict, verdict, "{told}\n{check:?}");
    }
}

#[test]
fn the_demandeur_may_be_the_maire() {
    for (family, council, verdict) in [
        ("Martineau", list(&[("CLAIRE", "MARTINEAU", Some("Maire"))]), Verdict::Info),
        ("Martineau", list(&[MAIRE]), Verdict::Fine),
        ("Martineau", list(&[("CLAIRE", "MARTINEAU", Some("1er adjoint au Maire"))]), Verdict::Moot),
        ("Martineau", Heard::Off, Verdict::Unverified),
    ] {
        let mut habilitation = habilitation();
        habilitation.dossier.demandeur.family_name = Some(family.into());
        let known = known(council, Heard::Off);
        let check = demandeur_is_head(&Facts { habilitation: &habilitation, known: &known });
        assert_eq!(check.verdict, verdict);
    }
}

#[test]
fn an_old_answer_is_quoted_with_its_date() {
    let Heard::Found { value, at, .. } = list(&[MAIRE]) else { unreachable!() };
    let down = Some(super::super::samples::at("2026-06-01T10:00:00Z"));
    let known = known(Heard::Found { value, at, down }, Heard::Off);
    let habilitation = with_dpd("Odile", "Roux", "DPD", "7210");
    let check = not_head(&Facts { habilitation: &habilitation, known: &known });
    let quoted = check.evidence.iter().find(|evidence| evidence.source == "Recherche d’entreprises").unwrap();
    assert_eq!(quoted.at, Some(at));
    assert!(quoted.text.contains("Jean-Noël LEFÈVRE (Maire)"), "{quoted:?}");
    assert!(quoted.caveat.as_deref().unwrap().contains("ne répond plus depuis"), "{quoted:?}");
}
