//! C6 and C7: is the commune code one of today's, that of this very body when it is a commune, and in which département?
//! Never from a postal code: post offices cross borders.

use super::check::{Check, Facts, Verdict};
use super::heard::{quoted, unheard};
use crate::domain::sources::{Place, Source, Standing};
use crate::domain::territory;

/// Bodies of several communes: they may reach over several départements.
const OF_SEVERAL: [&str; 13] =
    ["7340", "7343", "7344", "7345", "7346", "7347", "7348", "7349", "7353", "7354", "7355", "7357", "7367"];

/// C6.
pub fn commune(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: String| Check::new("C6", verdict, sentence);
    let Some(code) = cog(facts) else {
        return check(Verdict::Unverified, "Aucune source ne donne le code de la commune.".into())
            .remedy("Cherchez la collectivité dans l’Annuaire des entreprises.");
    };
    let heard = &facts.known.sources.place;
    if let Some(missing) = unheard("C6", Source::Geo.label(), heard) {
        return missing;
    }
    let Some(place) = heard.found() else {
        return check(Verdict::Look, format!("Le code {code} n’est celui d’aucune commune d’aujourd’hui."))
            .remedy("Cherchez le code actuel : la fiche de Sirene peut dater d’avant une fusion de communes.")
            .seen(quoted(Source::Geo.label(), heard, format!("Code {code} : inconnu")));
    };
    let now = format!("{} ({})", place.commune.name, place.commune.code_cog);
    let judged = match (place.standing, other_siren(facts, place)) {
        (Standing::Former, _) => check(
            Verdict::Look,
            format!("Le code {code} est celui d’une ancienne commune, aujourd’hui {now}."),
        )
        .remedy(
            "Demandez si la commune nouvelle fait la demande elle-même ; corrigez le code avant la mise en service.",
        ),
        (_, Some(siren)) => {
            check(Verdict::Look, format!("Le code {code} est celui de {now}, dont le SIREN est {siren}."))
                .remedy("Ce SIRET n’est pas celui de cette commune : demandez lequel des deux est juste.")
        }
        (Standing::Arrondissement, None) => {
            check(Verdict::Fine, format!("Le code {code} est celui d’un arrondissement de {now}."))
        }
        (Standing::Commune, None) => check(Verdict::Fine, format!("Le code {code} est celui de {now}.")),
    };
    judged.seen(quoted(Source::Geo.label(), heard, format!("Code {code} : {now}")))
}

/// The SIREN of the commune, when the body is a commune and has another.
fn other_siren<'a>(facts: &Facts<'_>, place: &'a Place) -> Option<&'a str> {
    if category(facts) != Some("7210") {
        return None;
    }
    let siret = facts.habilitation.dossier.organisation.siret()?.to_string();
    place.commune.siren.as_deref().filter(|siren| !siret.starts_with(siren))
}

/// C7. Moot without a commune code: C6 says it.
pub fn departement(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: String| Check::new("C7", verdict, sentence);
    let Some(code) = cog(facts) else {
        return check(Verdict::Moot, "Aucune source ne donne le code de la commune.".into());
    };
    let computed = territory::departement(&code);
    let heard = &facts.known.sources.place;
    let commune = heard.found().map(|place| &place.commune);
    let said = commune.and_then(|commune| commune.departement.as_deref());
    let name = commune.and_then(|commune| commune.departement_name.as_deref()).filter(|name| *name != computed);
    let where_ = name.map_or_else(|| computed.clone(), |name| format!("{computed}, {name}"));
    let several = category(facts).is_some_and(|category| OF_SEVERAL.contains(&category));
    let judged = match said {
        Some(said) if said != computed => check(
            Verdict::Look,
            format!("Le code de la commune place la collectivité en {computed}, l’API Géo en {said}."),
        ),
        _ if several => check(
            Verdict::Info,
            format!("Le siège est dans le département {where_} ; ses communes peuvent être aussi dans un autre."),
        ),
        _ => check(Verdict::Fine, format!("La collectivité est dans le département {where_}.")),
    };
    let from_geo = said.and_then(|said| quoted(Source::Geo.label(), heard, format!("Département {said}")));
    judged.seen([from_geo.unwrap_or_else(|| facts.datapass_says(format!("Code de la commune : {code}")))])
}

/// The commune code, from the request or else from Sirene.
fn cog(facts: &Facts<'_>) -> Option<String> {
    let sent = facts.habilitation.dossier.organisation.code_cog.as_deref();
    let asked = facts.known.sirene.as_ref().and_then(|fact| fact.organisation.as_ref()?.code_cog.as_deref());
    sent.or(asked).map(|cog| cog.trim().to_uppercase()).filter(|cog| cog.len() == 5)
}

/// The « catégorie juridique », from the request or else from Sirene.
pub(super) fn category<'a>(facts: &Facts<'a>) -> Option<&'a str> {
    let sent = facts.habilitation.dossier.organisation.legal_category.as_deref();
    let asked = facts.known.sirene.as_ref().and_then(|fact| fact.organisation.as_ref()?.legal_category.as_deref());
    sent.or(asked).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::super::Known;
    use super::super::samples::{at, habilitation};
    use super::*;
    use crate::domain::sources::{Commune, Heard, Sources};

    fn place(standing: Standing, code: &str, siren: Option<&str>, departement: &str) -> Heard<Place> {
        let commune = Commune {
            code_cog: code.into(),
            name: "Ville".into(),
            siren: siren.map(str::to_owned),
            departement: Some(departement.into()),
            ..Commune::default()
        };
        Heard::Found { value: Place { standing, commune }, at: at("2026-06-03T00:00:00Z"), down: None }
    }

    fn judged(cog: Option<&str>, category: &str, place: Heard<Place>) -> (Check, Check) {
        let mut habilitation = habilitation();
        habilitation.dossier.organisation.code_cog = cog.map(str::to_owned);
        habilitation.dossier.organisation.legal_category = Some(category.into());
        let known = Known { sources: Sources { place, ..Sources::default() }, ..Known::default() };
        let facts = Facts { habilitation: &habilitation, known: &known };
        (commune(&facts), departement(&facts))
    }

    #[test]
    fn communes() {
        use Standing::{Arrondissement, Commune, Former};
        use Verdict::{Fine, Look, Unverified};
        let absent = Heard::Absent { at: at("2026-06-03T00:00:00Z"), down: None };
        let down = Heard::Down { since: at("2026-06-03T00:00:00Z"), why: "pas de réponse à temps".into() };
        let ours = Some("217301324");
        for (cog, category, place, verdict) in [
            (Some("73132"), "7210", place(Commune, "73132", ours, "73"), Fine),
            (Some("73132"), "7210", place(Commune, "73132", Some("217300000"), "73"), Look),
            // A CCAS has a SIREN of its own, an EPCI too.
            (Some("73132"), "7361", place(Commune, "73132", Some("217300000"), "73"), Fine),
            (Some("73132"), "7346", place(Commune, "73132", Some("217300000"), "73"), Fine),
            // Overseas communes without a known SIREN.
            (Some("98818"), "7210", place(Commune, "98818", None, "988"), Fine),
            (Some("75107"), "7210", place(Arrondissement, "75056", ours, "75"), Fine),
            (Some("75107"), "7210", place(Arrondissement, "75056", Some("217500016"), "75"), Look),
            (Some("73150"), "7210", place(Former, "73150", ours, "73"), Look),
            (Some("2a004"), "7210", place(Commune, "2A004", ours, "2A"), Fine),
            (Some("99999"), "7210", absent, Look),
            (Some("73132"), "7210", down, Unverified),
            (Some("73132"), "7210", Heard::Pending, Unverified),
            (Some("73132"), "7210", Heard::Off, Unverified),
            (Some("7313"), "7210", Heard::Off, Unverified),
            (None, "7210", Heard::Off, Unverified),
        ] {
            let told = format!("{cog:?} {category} {place:?}");
            assert_eq!(judged(cog, category, place).0.verdict, verdict, "{told}");
        }
    }

    #[test]
    fn departements() {
        use Standing::{Arrondissement, Commune};
        use Verdict::{Fine, Info, Look};
        for (cog, category, heard, verdict, words) in [
            ("2A004", "7210", Heard::Off, Fine, "2A"),
            ("2b033", "7210", Heard::Off, Fine, "2B"),
            ("97411", "7210", Heard::Off, Fine, "974"),
            ("97701", "7210", place(Commune, "97701", None, "977"), Fine, "977"),
            ("98818", "7210", Heard::Off, Fine, "988"),
            ("75107", "7210", place(Arrondissement, "75056", None, "75"), Fine, "75"),
            ("01033", "7346", Heard::Off, Info, "01"),
            ("73132", "7210", place(Commune, "73132", None, "38"), Look, "38"),
        ] {
            let check = judged(Some(cog), category, heard).1;
            assert!(check.verdict == verdict && check.sentence.contains(words), "{cog} {check:?}");
        }
        assert_eq!(judged(None, "7210", Heard::Off).1.verdict, Verdict::Moot);
    }
}
