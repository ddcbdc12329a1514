//! C1 and C3: is the SIRET a real number, and does the register say that the establishment is active?

use siret::Siret;

use super::check::{Check, Facts, Verdict};
use super::heard::quoted;
use crate::domain::sources::{Establishment, Registered, Source};

/// C1.
pub fn well_formed(facts: &Facts<'_>) -> Check {
    let organisation = &facts.habilitation.dossier.organisation;
    let raw = organisation.raw_siret.as_deref().unwrap_or_default().trim();
    let check = |verdict, sentence: &str| Check::new("C1", verdict, sentence);
    let remedy = "Demandez le SIRET de la collectivité : sans lui, aucun service ne peut être ouvert.";
    match organisation.siret() {
        Some(siret) => check(Verdict::Fine, "Le SIRET est bien formé.").seen([facts.datapass_says(siret.grouped())]),
        None if raw.is_empty() => check(Verdict::Blocking, "La demande ne porte pas de SIRET.").remedy(remedy),
        None => check(Verdict::Blocking, "Le SIRET est mal formé : ses chiffres ne se vérifient pas.")
            .remedy(remedy)
            .seen([facts.datapass_says(raw)]),
    }
}

/// C3. Sirene's own answer is preferred when it is more recent than what came with the request.
pub fn active(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C3", verdict, sentence);
    let closed = "Demandez le SIRET qui a pris la suite : une fusion ou un changement de siège en donne un nouveau.";
    let Some(active) = said_active(facts) else {
        if facts.known.sirene.as_ref().is_some_and(|fact| fact.organisation.is_none()) {
            return check(Verdict::Look, "Sirene ne connaît pas ce SIRET.")
                .remedy(
                    "Cherchez la collectivité dans l’Annuaire des entreprises : une commune nouvelle peut y manquer.",
                )
                .seen(facts.sirene_says());
        }
        return check(Verdict::Unverified, "Aucune source ne dit si l’établissement est actif.")
            .remedy("Vérifiez-le dans l’Annuaire des entreprises.")
            .seen(facts.sirene_says());
    };
    let said = facts.habilitation.dossier.organisation.active.map(|active| {
        facts.datapass_says(if active {
            "Établissement et unité légale actifs"
        } else {
            "Établissement ou unité légale fermés"
        })
    });
    let check = match active {
        true => check(Verdict::Fine, "L’établissement est actif."),
        false => check(Verdict::Blocking, &shut(facts)).remedy(successor(facts).unwrap_or_else(|| closed.to_owned())),
    };
    let unit = &facts.known.sources.unit;
    let from_search = searched(facts).and_then(|open| {
        quoted(
            Source::Recherche.label(),
            unit,
            if open { "Établissement ouvert" } else { "Établissement ou unité fermés" },
        )
    });
    check.seen(said).seen(facts.sirene_says()).seen(from_search)
}

/// Sirene's own words on an establishment that it describes.
fn established<'a>(facts: &'a Facts<'_>) -> Option<&'a Establishment> {
    match facts.known.sources.sirene.found()? {
        Registered::Known(found) => Some(found),
        Registered::Duplicate | Registered::Withheld => None,
    }
}

/// What is closed, and since when, as far as is known.
fn shut(facts: &Facts<'_>) -> String {
    match established(facts) {
        Some(found) if found.unit_active == Some(false) => "L’unité légale a cessé d’exister.".to_owned(),
        Some(Establishment { open: Some(false), since: Some(day), .. }) => {
            format!("L’établissement est fermé depuis le {}.", day.format("%d/%m/%Y"))
        }
        _ => "L’établissement est fermé.".to_owned(),
    }
}

/// The SIRET to propose, when Sirene tells it.
fn successor(facts: &Facts<'_>) -> Option<String> {
    let siret: Siret = established(facts)?.successor.as_deref()?.parse().ok()?;
    Some(format!("Proposez au demandeur le SIRET qui a pris la suite d’après Sirene : {}.", siret.grouped()))
}

/// What Recherche d’entreprises says, when nobody else does.
fn searched(facts: &Facts<'_>) -> Option<bool> {
    let unit = facts.known.sources.unit.found()?;
    Some(unit.open? && unit.active != Some(false))
}

fn said_active(facts: &Facts<'_>) -> Option<bool> {
    let sent = facts.habilitation.dossier.organisation.active;
    let asked = facts.known.sirene.as_ref().and_then(|fact| fact.organisation.as_ref()?.active);
    let newer =
        facts.known.sirene.as_ref().is_some_and(|fact| fact.fetched_at > facts.habilitation.datapass.moment.fired_at);
    let said = if newer { asked.or(sent) } else { sent.or(asked) };
    said.or_else(|| searched(facts))
}

#[cfg(test)]
mod tests {
    use super::super::Known;
    use super::super::samples::{alone, at, habilitation};
    use super::*;
    use crate::domain::Organisation;
    use crate::domain::sources::{Heard, Unit};
    use crate::store::sirene_facts::SireneFact;

    #[test]
    fn a_successor_is_proposed() {
        let organisation = Organisation { active: Some(false), ..Organisation::default() };
        let found = Establishment {
            organisation: organisation.clone(),
            unit_active: Some(true),
            open: Some(false),
            since: Some("2026-01-01".parse().unwrap()),
            successor: Some("21040107100019".into()),
            ..Establishment::default()
        };
        let fetched_at = at("2026-06-03T00:00:00Z");
        let mut known = Known {
            sirene: Some(SireneFact { organisation: Some(organisation), note: "réponse".into(), fetched_at }),
            ..Known::default()
        };
        known.sources.sirene = Heard::Found { value: Registered::Known(Box::new(found)), at: fetched_at, down: None };
        let check = active(&Facts { habilitation: &habilitation(), known: &known });
        assert_eq!(check.verdict, Verdict::Blocking);
        assert_eq!(check.sentence, "L’établissement est fermé depuis le 01/01/2026.");
        assert!(check.remedy.unwrap().contains("210 401 071 00019"));
    }

    #[test]
    fn recherche_stands_in_for_sirene() {
        for (active_unit, open, verdict) in [
            (true, Some(true), Verdict::Fine),
            (true, Some(false), Verdict::Blocking),
            (false, Some(true), Verdict::Blocking),
            (true, None, Verdict::Unverified),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.organisation.active = None;
            let unit = Unit { active: Some(active_unit), open, ..Unit::default() };
            let mut known = Known::default();
            known.sources.unit = Heard::Found { value: unit, at: at("2026-06-03T00:00:00Z"), down: None };
            let check = active(&Facts { habilitation: &habilitation, known: &known });
            assert_eq!(check.verdict, verdict, "{active_unit} {open:?}");
        }
    }

    #[test]
    fn siret_forms() {
        use Verdict::{Blocking, Fine};
        for (raw, verdict) in [
            (Some("21730132400018"), Fine),
            (Some("217 301 324 00018"), Fine),
            // La Poste: a sum of digits, not a key.
            (Some("35600000049837"), Fine),
            (Some("35600000049838"), Blocking),
            // CCAS, EPCI, Corsica, overseas.
            (Some("26730132300015"), Fine),
            (Some("20006853400011"), Fine),
            (Some("21200004600012"), Fine),
            (Some("21974011500015"), Fine),
            (Some("21730132400019"), Blocking),
            (Some("2173013240001"), Blocking),
            (Some("Suisse"), Blocking),
            (Some(" "), Blocking),
            (None, Blocking),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.organisation.raw_siret = raw.map(str::to_owned);
            let check = well_formed(&alone(&habilitation));
            assert_eq!(check.verdict, verdict, "{raw:?}");
        }
    }

    #[test]
    fn activity_from_the_freshest_source() {
        use Verdict::{Blocking, Fine, Look, Unverified};
        // What came with the request, what Sirene said (if it knows the SIRET), when, verdict.
        let known = |active| Some(Some(active));
        for (sent, asked, asked_on, verdict) in [
            (Some(true), None, "2026-06-03", Fine),
            (Some(false), None, "2026-06-03", Blocking),
            (None, None, "2026-06-03", Unverified),
            (None, known(Some(true)), "2026-06-03", Fine),
            (None, known(Some(false)), "2026-06-03", Blocking),
            (None, known(None), "2026-06-03", Unverified),
            (None, Some(None), "2026-06-03", Look),
            (Some(true), Some(None), "2026-06-03", Fine),
            (Some(true), known(Some(false)), "2026-06-03", Blocking),
            (Some(true), known(Some(false)), "2026-06-01", Fine),
            (Some(false), known(None), "2026-06-03", Blocking),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.organisation.active = sent;
            let sirene = asked.map(|organisation| SireneFact {
                organisation: organisation.map(|active| Organisation { active, ..Organisation::default() }),
                note: "réponse".into(),
                fetched_at: at(&format!("{asked_on}T00:00:00Z")),
            });
            let check = active(&Facts { habilitation: &habilitation, known: &Known { sirene, ..Known::default() } });
            assert_eq!(check.verdict, verdict, "{sent:?} {asked:?} {asked_on}");
        }
    }
}
