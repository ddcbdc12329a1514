//! C2 and C5: does the register know the SIRET, and is it that of a head office? Recherche d’entreprises stands in for
//! Sirene when it is silent.

use siret::Siret;

use super::check::{Check, Facts, Verdict};
use super::heard::{quoted, unheard};
use crate::domain::sources::{Heard, Registered, Source};

/// C2. Moot without a well-formed number: C1 says it.
pub fn exists(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C2", verdict, sentence);
    let organisation = &facts.habilitation.dossier.organisation;
    if organisation.siret().is_none() {
        return check(Verdict::Moot, "Sans SIRET bien formé, rien n’est à chercher dans le registre.");
    }
    let (sirene, unit) = (&facts.known.sources.sirene, &facts.known.sources.unit);
    let ask = "Demandez le SIRET actuel de la collectivité : l’Annuaire des entreprises le donne.";
    let said = |text: &str| quoted(Source::Sirene.label(), sirene, text);
    let found = match sirene {
        Heard::Found { value: Registered::Known(_), .. } => {
            check(Verdict::Fine, "Sirene connaît ce SIRET.").seen(said("Établissement trouvé"))
        }
        Heard::Found { value: Registered::Duplicate, .. } => {
            check(Verdict::Blocking, "Sirene a fermé cette unité, qui faisait double emploi avec une autre.")
                .remedy(ask)
                .seen(said("Unité fermée pour cause de doublon"))
        }
        Heard::Found { value: Registered::Withheld, .. } => {
            check(Verdict::Look, "Sirene connaît ce SIRET mais n’en diffuse pas la fiche.")
                .remedy("Une collectivité est toujours diffusée : vérifiez qui fait la demande.")
                .seen(said("Établissement non diffusé"))
        }
        Heard::Absent { .. } if unit.found().is_some() || organisation.is_described() => {
            check(Verdict::Look, "Sirene ne connaît pas ce SIRET, qu’une autre source décrit pourtant.")
                .remedy("Une commune nouvelle peut tarder à paraître : vérifiez dans l’Annuaire des entreprises.")
                .seen(said("SIRET inconnu"))
        }
        Heard::Absent { .. } => {
            check(Verdict::Blocking, "Sirene ne connaît pas ce SIRET.").remedy(ask).seen(said("SIRET inconnu"))
        }
        Heard::Off | Heard::Pending | Heard::Down { .. } => return without_sirene(facts),
    };
    found.seen(unit.found().and_then(|known| quoted(Source::Recherche.label(), unit, known.name.clone())))
}

/// What others say while Sirene says nothing.
fn without_sirene(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C2", verdict, sentence);
    let unit = &facts.known.sources.unit;
    let label = Source::Recherche.label();
    if let Some(known) = unit.found() {
        let evidence = quoted(label, unit, known.name.clone());
        return match known.open {
            Some(_) => check(Verdict::Fine, "Recherche d’entreprises connaît ce SIRET.").seen(evidence),
            None => check(Verdict::Look, "Recherche d’entreprises connaît l’unité, mais pas cet établissement.")
                .remedy("Vérifiez le SIRET dans l’Annuaire des entreprises.")
                .seen(evidence),
        };
    }
    if facts.habilitation.dossier.organisation.is_described() {
        let evidence = facts.datapass_says("Fiche de l’établissement transmise avec la demande");
        return check(Verdict::Fine, "DataPass a lu ce SIRET dans Sirene.").seen([evidence]);
    }
    if matches!(unit, Heard::Absent { .. }) {
        return check(Verdict::Look, "Recherche d’entreprises ne connaît pas ce SIRET.")
            .remedy("Vérifiez-le dans l’Annuaire des entreprises.")
            .seen(quoted(label, unit, "SIRET inconnu"));
    }
    let sirene = &facts.known.sources.sirene;
    let missing = unheard("C2", Source::Sirene.label(), sirene);
    missing.unwrap_or_else(|| check(Verdict::Unverified, "Aucune source ne dit si ce SIRET existe."))
}

/// C5.
pub fn head_office(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C5", verdict, sentence);
    let sirene = &facts.known.sources.sirene;
    let established = match sirene.found() {
        Some(Registered::Known(found)) => Some(found),
        _ => None,
    };
    let sent = facts.habilitation.dossier.organisation.head_office;
    let asked = established.and_then(|found| found.organisation.head_office);
    let evidence = match (asked, sent) {
        (Some(_), _) => {
            quoted(Source::Sirene.label(), sirene, siege(established.and_then(|e| e.head_siret.as_deref())))
        }
        (None, Some(_)) => Some(facts.datapass_says("Fiche de l’établissement transmise avec la demande")),
        (None, None) => None,
    };
    match asked.or(sent) {
        Some(true) => check(Verdict::Fine, "Le SIRET est celui du siège.").seen(evidence),
        Some(false) => check(Verdict::Look, "Le SIRET n’est pas celui du siège de la collectivité.")
            .remedy("Une école, une crèche ou une mairie annexe se trompe souvent de SIRET ; une grande ville peut le vouloir.")
            .seen(evidence),
        None => unheard("C5", Source::Sirene.label(), sirene)
            .unwrap_or_else(|| check(Verdict::Unverified, "Aucune source ne dit si ce SIRET est celui du siège.")),
    }
}

fn siege(siret: Option<&str>) -> String {
    match siret.and_then(|siret| siret.parse::<Siret>().ok()) {
        Some(siret) => format!("Siège de l’unité : {}", siret.grouped()),
        None => "Siège de l’unité : non indiqué".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Known;
    use super::super::samples::{at, habilitation};
    use super::*;
    use crate::domain::Organisation;
    use crate::domain::sources::{Establishment, Sources, Unit};

    fn found<T>(value: T) -> Heard<T> {
        Heard::Found { value, at: at("2026-06-03T00:00:00Z"), down: None }
    }

    fn absent<T>() -> Heard<T> {
        Heard::Absent { at: at("2026-06-03T00:00:00Z"), down: None }
    }

    fn down<T>() -> Heard<T> {
        Heard::Down { since: at("2026-06-03T00:00:00Z"), why: "erreur HTTP 500".into() }
    }

    fn known_as(head: bool) -> Registered {
        let organisation = Organisation { head_office: Some(head), ..Organisation::default() };
        let head_siret = Some("21730132400018".into());
        Registered::Known(Box::new(Establishment { organisation, head_siret, ..Establishment::default() }))
    }

    fn unit(open: Option<bool>) -> Unit {
        Unit { name: "COMMUNE DE HAUTELUCE".into(), open, ..Unit::default() }
    }

    #[test]
    fn known_or_not() {
        use Verdict::{Blocking, Fine, Look, Unverified};
        // Sirene, Recherche d’entreprises, described by DataPass, verdict.
        for (sirene, unit, described, verdict) in [
            (found(known_as(true)), Heard::Off, false, Fine),
            (found(Registered::Duplicate), Heard::Off, true, Blocking),
            (found(Registered::Withheld), Heard::Off, false, Look),
            (absent(), Heard::Off, false, Blocking),
            (absent(), absent(), false, Blocking),
            (absent(), found(unit(Some(true))), false, Look),
            (absent(), Heard::Off, true, Look),
            (down(), found(unit(Some(true))), false, Fine),
            (down(), found(unit(None)), false, Look),
            (down(), absent(), false, Look),
            (down(), absent(), true, Fine),
            (down(), down(), false, Unverified),
            (Heard::Pending, Heard::Off, false, Unverified),
            (Heard::Off, Heard::Off, false, Unverified),
            (Heard::Off, Heard::Off, true, Fine),
        ] {
            let mut habilitation = habilitation();
            if !described {
                habilitation.dossier.organisation.legal_category = None;
                habilitation.dossier.organisation.active = None;
            }
            let told = format!("{sirene:?} {unit:?} {described}");
            let known = Known { sources: Sources { sirene, unit, ..Sources::default() }, ..Known::default() };
            let check = exists(&Facts { habilitation: &habilitation, known: &known });
            assert_eq!(check.verdict, verdict, "{told}");
        }
    }

    #[test]
    fn head_offices() {
        use Verdict::{Fine, Look, Unverified};
        for (sirene, sent, verdict) in [
            (found(known_as(true)), None, Fine),
            // Asked, unknown there: what came with the request stands.
            (absent(), Some(true), Fine),
            (found(Registered::Withheld), Some(false), Look),
            (found(known_as(false)), Some(true), Look),
            (Heard::Off, Some(true), Fine),
            (Heard::Off, Some(false), Look),
            (Heard::Off, None, Unverified),
            (down(), None, Unverified),
            (down(), Some(true), Fine),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.organisation.head_office = sent;
            let told = format!("{sirene:?} {sent:?}");
            let known = Known { sources: Sources { sirene, ..Sources::default() }, ..Known::default() };
            let check = head_office(&Facts { habilitation: &habilitation, known: &known });
            assert_eq!(check.verdict, verdict, "{told}");
        }
    }
}
