//! From a page of results to one unit. Tolerant: a field that is missing or of another shape is unknown.

use serde_json::Value;

use crate::clients::register::text;
use crate::domain::sources::{Elected, Unit};

/// The first result; with a SIRET, what is said of that establishment.
pub fn unit(page: &Value, siret: Option<&str>) -> Option<Unit> {
    let result = page.get("results")?.as_array()?.first()?;
    let siren = text(result, "siren")?;
    if siret.is_some_and(|siret| !siret.starts_with(&siren)) {
        return None;
    }
    let head = result.get("siege").unwrap_or(&Value::Null);
    let place = siret.and_then(|siret| establishment(result, siret));
    Some(Unit {
        name: text(result, "nom_raison_sociale").or_else(|| text(result, "nom_complet")).unwrap_or_default(),
        active: text(result, "etat_administratif").map(|state| state == "A"),
        open: place.and_then(|place| text(place, "etat_administratif")).map(|state| state == "A"),
        legal_category: text(result, "nature_juridique"),
        code_cog: text(place.unwrap_or(head), "commune"),
        head_siret: text(head, "siret"),
        elected: elected(result),
        siren,
    })
}

/// The head office, or one of the establishments that matched.
fn establishment<'a>(result: &'a Value, siret: &str) -> Option<&'a Value> {
    let others = result.get("matching_etablissements").and_then(Value::as_array).into_iter().flatten();
    others.chain(result.get("siege")).find(|place| place.get("siret").and_then(Value::as_str) == Some(siret))
}

fn elected(result: &Value) -> Option<Vec<Elected>> {
    let list = result.get("complements")?.get("collectivite_territoriale")?.get("elus")?.as_array()?;
    let one = |who: &Value| {
        Some(Elected {
            family: text(who, "nom")?,
            given: text(who, "prenoms").unwrap_or_default(),
            function: text(who, "fonction"),
        })
    };
    Some(list.iter().filter_map(one).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_establishment_asked_about_is_told() {
        let page = json!({"results": [{
            "siren": "217301324", "nom_complet": "COMMUNE DE HAUTELUCE", "etat_administratif": "A",
            "nature_juridique": "7210", "siege": {"siret": "21730132400018", "commune": "73132", "etat_administratif": "A"},
            "matching_etablissements": [{"siret": "21730132400026", "commune": "73133", "etat_administratif": "F"}],
            "complements": {"collectivite_territoriale": {"elus": [
                {"nom": "BOUCHET", "prenoms": "Jean-Noël", "fonction": "Maire", "annee_de_naissance": "1961-04"},
                {"nom": "", "prenoms": "X"}]}}}]});
        let head = unit(&page, Some("21730132400018")).unwrap();
        assert_eq!((head.open, head.active, head.code_cog.as_deref()), (Some(true), Some(true), Some("73132")));
        assert_eq!(head.elected.unwrap().len(), 1);
        let annexe = unit(&page, Some("21730132400026")).unwrap();
        assert_eq!((annexe.open, annexe.code_cog.as_deref()), (Some(false), Some("73133")));
        let other = unit(&page, Some("21730132400034")).unwrap();
        assert_eq!((other.open, other.code_cog.as_deref()), (None, Some("73132")));
        assert_eq!(unit(&page, Some("13002526500013")), None, "somebody else is no answer");
        assert_eq!(unit(&json!({"results": []}), None), None);
        assert_eq!(unit(&json!({"results": [{"siren": 12}]}), None), None);
    }
}
