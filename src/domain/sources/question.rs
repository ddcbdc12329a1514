//! Which question a request asks to which register. The key of a question is what is asked about: a SIRET, a commune
//! code, a domain.

use super::Source;
use crate::domain::{Dossier, Organisation, territory};

/// One question to one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub source: Source,
    pub key: String,
}

/// Bodies of a commune that have no élus of their own: CCAS, caisse des écoles, régie, commune déléguée.
const OF_A_COMMUNE: [&str; 5] = ["7361", "7362", "7378", "7312", "7313"];

/// Whether the élus of such a body are those of its commune.
pub fn council_is_the_communes(legal_category: Option<&str>) -> bool {
    legal_category.is_some_and(|code| OF_A_COMMUNE.contains(&code.trim()))
}

/// Everything to ask for a request. `organisation`: its body, completed by what is known of it.
pub fn questions(organisation: &Organisation, dossier: &Dossier) -> Vec<Question> {
    let mut all = Vec::new();
    let mut ask = |source, key: Option<String>| {
        if let Some(key) = key.filter(|key| !key.is_empty()) {
            let question = Question { source, key };
            if !all.contains(&question) {
                all.push(question);
            }
        }
    };
    let siret = organisation.siret().map(|siret| siret.to_string());
    let cog = organisation.code_cog.as_deref().map(|cog| cog.trim().to_uppercase()).filter(|cog| cog.len() == 5);
    let city = cog.as_deref().map(territory::city);
    ask(Source::Sirene, siret.clone());
    ask(Source::Hubee, siret.clone());
    ask(Source::Recherche, siret);
    if council_is_the_communes(organisation.legal_category.as_deref()) {
        ask(Source::Recherche, city.clone());
    }
    ask(Source::Geo, cog);
    ask(Source::Annuaire, city);
    ask(Source::Dns, dossier.demandeur.domain());
    ask(Source::Dns, dossier.dpd.as_ref().and_then(|dpd| dpd.domain()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Contact;

    fn asked(category: &str, cog: &str, dpd: &str) -> Vec<String> {
        let organisation = Organisation {
            raw_siret: Some("21730132400018".into()),
            legal_category: Some(category.into()),
            code_cog: Some(cog.into()),
            ..Organisation::default()
        };
        let person = |email: &str| Contact { email: email.into(), ..Contact::default() };
        let dossier = Dossier { demandeur: person("a@Ville.fr"), dpd: Some(person(dpd)), ..Dossier::default() };
        questions(&organisation, &dossier).into_iter().map(|q| format!("{}:{}", q.source.name(), q.key)).collect()
    }

    #[test]
    fn what_is_asked() {
        let siret = "21730132400018";
        let of_siret = [format!("sirene:{siret}"), format!("hubee:{siret}"), format!("recherche:{siret}")];
        let with =
            |more: &[&str]| of_siret.iter().cloned().chain(more.iter().map(|m| (*m).to_owned())).collect::<Vec<_>>();
        assert_eq!(asked("7210", "73132", "b@ville.fr"), with(&["geo:73132", "annuaire:73132", "dns:ville.fr"]));
        assert_eq!(
            asked("7361", "2a004", "b@cdg2a.corsica"),
            with(&["recherche:2A004", "geo:2A004", "annuaire:2A004", "dns:ville.fr", "dns:cdg2a.corsica"])
        );
        assert_eq!(asked("7210", "75107", "sans-arobase"), with(&["geo:75107", "annuaire:75056", "dns:ville.fr"]));
        assert_eq!(asked("7210", "7313", ""), with(&["dns:ville.fr"]), "not a commune code");
    }
}
