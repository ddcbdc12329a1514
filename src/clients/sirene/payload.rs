//! From Sirene's `etablissement` to our organisation. Tolerant: a field that is missing or of another shape is unknown,
//! never an error. Names of non-diffusible units (`[ND]`) are unknown too.

use serde_json::Value;

use crate::domain::Organisation;
use crate::domain::sources::Establishment;

/// The establishment described by a Sirene answer.
pub fn establishment(payload: &Value) -> Option<Establishment> {
    let object = payload.get("etablissement")?;
    let unit = object.get("uniteLegale").unwrap_or(&Value::Null);
    let period = object.get("periodesEtablissement").and_then(current);
    let head = field(object, "siren").zip(field(unit, "nicSiegeUniteLegale")).map(|(siren, nic)| siren + &nic);
    Some(Establishment {
        organisation: organisation(payload)?,
        unit_active: field(unit, "etatAdministratifUniteLegale").map(|state| state == "A"),
        open: period.and_then(|period| field(period, "etatAdministratifEtablissement")).map(|state| state == "A"),
        since: period.and_then(|period| field(period, "dateDebut")).and_then(|date| date.parse().ok()),
        head_siret: head.filter(|siret| siret.len() == 14),
        successor: None,
    })
}

/// The SIRET that took over last, in an answer about links of succession.
pub fn successor(payload: &Value) -> Option<String> {
    let links = payload.get("liensSuccession")?.as_array()?;
    let newest = links.iter().max_by_key(|link| field(link, "dateLienSuccession"))?;
    field(newest, "siretEtablissementSuccesseur")
}

/// The organisation described by a Sirene answer, or `None` when there is no establishment in it.
pub fn organisation(payload: &Value) -> Option<Organisation> {
    let establishment = payload.get("etablissement")?.as_object()?;
    let unit = establishment.get("uniteLegale").unwrap_or(&Value::Null);
    let address = establishment.get("adresseEtablissement").unwrap_or(&Value::Null);
    Some(Organisation {
        raw_siret: establishment.get("siret").and_then(text),
        name: field(unit, "denominationUniteLegale").unwrap_or_default(),
        sigle: field(unit, "sigleUniteLegale"),
        legal_category: field(unit, "categorieJuridiqueUniteLegale"),
        code_cog: field(address, "codeCommuneEtablissement"),
        postal_code: field(address, "codePostalEtablissement"),
        town: field(address, "libelleCommuneEtablissement"),
        active: active(unit, establishment.get("periodesEtablissement")),
        head_office: establishment.get("etablissementSiege").and_then(Value::as_bool),
    })
}

/// Active means the unit and the establishment's current period both are.
fn active(unit: &Value, periods: Option<&Value>) -> Option<bool> {
    let unit = field(unit, "etatAdministratifUniteLegale");
    let establishment = field(current(periods?)?, "etatAdministratifEtablissement")?;
    Some(establishment == "A" && unit.is_none_or(|state| state == "A"))
}

/// The period that has not ended.
fn current(periods: &Value) -> Option<&Value> {
    periods.as_array()?.iter().find(|period| period.get("dateFin").is_none_or(Value::is_null))
}

fn field(object: &Value, name: &str) -> Option<String> {
    object.get(name).and_then(text)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::trim).filter(|t| !t.is_empty() && *t != "[ND]").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn payload(unit: &str, current: &str) -> Value {
        json!({"etablissement": {
            "siret": "21730132400018", "etablissementSiege": true,
            "uniteLegale": {"etatAdministratifUniteLegale": unit, "categorieJuridiqueUniteLegale": "7210",
                            "denominationUniteLegale": "COMMUNE DE HAUTELUCE"},
            "adresseEtablissement": {"codePostalEtablissement": "73620", "codeCommuneEtablissement": "73132",
                                     "libelleCommuneEtablissement": "HAUTELUCE"},
            "periodesEtablissement": [
                {"dateFin": null, "etatAdministratifEtablissement": current},
                {"dateFin": "2007-12-31", "etatAdministratifEtablissement": "F"}]}})
    }

    #[test]
    fn reads_the_current_period_only() {
        let active = |unit, current| organisation(&payload(unit, current)).and_then(|o| o.active);
        assert_eq!(active("A", "A"), Some(true));
        assert_eq!(active("A", "F"), Some(false));
        assert_eq!(active("C", "A"), Some(false));
    }

    #[test]
    fn head_office_and_successor() {
        let mut payload = payload("A", "F");
        payload["etablissement"]["siren"] = json!("217301324");
        payload["etablissement"]["uniteLegale"]["nicSiegeUniteLegale"] = json!("00026");
        payload["etablissement"]["periodesEtablissement"][0]["dateDebut"] = json!("2026-01-01");
        let read = establishment(&payload).unwrap();
        assert_eq!(read.head_siret.as_deref(), Some("21730132400026"));
        assert_eq!((read.unit_active, read.open), (Some(true), Some(false)));
        assert_eq!(read.since.unwrap().to_string(), "2026-01-01");
        let links = json!({"liensSuccession": [
            {"siretEtablissementSuccesseur": "21730132400034", "dateLienSuccession": "2020-01-01"},
            {"siretEtablissementSuccesseur": "20008513800012", "dateLienSuccession": "2026-01-01"}]});
        assert_eq!(successor(&links).as_deref(), Some("20008513800012"));
        assert_eq!(successor(&json!({"liensSuccession": []})), None);
    }

    #[test]
    fn an_empty_payload_describes_nothing() {
        assert_eq!(organisation(&json!({})), None);
        assert_eq!(organisation(&json!({"etablissement": null})), None);
    }

    #[test]
    fn odd_shapes_are_unknown_not_errors() {
        let odd = json!({"etablissement": {"siret": 12, "uniteLegale": [], "periodesEtablissement": "x",
                         "adresseEtablissement": {"codePostalEtablissement": "[ND]"}}});
        assert_eq!(organisation(&odd), Some(Organisation::default()));
    }
}
