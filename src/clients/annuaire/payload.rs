//! From records of the directory to one mairie. The directory writes lists as JSON inside of texts, or as lists, or as
//! texts separated by semicolons, from one edition to the next: all are read.

use serde_json::Value;

use crate::clients::register::text;
use crate::domain::sources::Mairie;

/// The mairie itself rather than an annexe or a mairie déléguée; `None` without any record.
pub fn mairie(page: &Value) -> Option<Mairie> {
    let records = page.get("results")?.as_array()?;
    let name = |record: &&Value| text(record, "nom").unwrap_or_default().to_lowercase();
    let is_lesser =
        |record: &&Value| ["délégué", "deleguee", "annexe", "quartier"].iter().any(|w| name(record).contains(w));
    let record = records.iter().find(|record| !is_lesser(record)).or_else(|| records.first())?;
    Some(Mairie {
        name: text(record, "nom").unwrap_or_default(),
        emails: values(record, "adresse_courriel").iter().map(|email| email.to_lowercase()).collect(),
        websites: values(record, "site_internet"),
        phones: values(record, "telephone"),
    })
}

fn values(record: &Value, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    collect(record.get(name).unwrap_or(&Value::Null), &mut found, 0);
    found
}

fn collect(value: &Value, into: &mut Vec<String>, depth: u8) {
    match value {
        Value::Array(list) => list.iter().for_each(|item| collect(item, into, depth)),
        Value::Object(object) => collect(object.get("valeur").unwrap_or(&Value::Null), into, depth),
        Value::String(text) if depth == 0 && text.trim_start().starts_with('[') => {
            collect(&serde_json::from_str(text).unwrap_or_default(), into, 1);
        }
        Value::String(text) => {
            into.extend(text.split([';', ',']).map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_shape_of_list_is_read() {
        for (emails, sites) in [
            (
                json!("Mairie@Hauteluce.fr; accueil@hauteluce.fr"),
                json!("[{\"libelle\":\"\",\"valeur\":\"https://www.hauteluce.fr\"}]"),
            ),
            (json!(["mairie@hauteluce.fr", "accueil@hauteluce.fr"]), json!([{"valeur": "https://www.hauteluce.fr"}])),
            (json!("[\"mairie@hauteluce.fr\",\"accueil@hauteluce.fr\"]"), json!("https://www.hauteluce.fr")),
        ] {
            let page = json!({"results": [
                {"nom": "Mairie déléguée - Le Bourg", "adresse_courriel": "autre@exemple.fr"},
                {"nom": "Mairie - Hauteluce", "adresse_courriel": emails, "site_internet": sites, "telephone": null}]});
            let mairie = mairie(&page).unwrap();
            assert_eq!(mairie.emails, ["mairie@hauteluce.fr", "accueil@hauteluce.fr"]);
            assert_eq!(mairie.websites, ["https://www.hauteluce.fr"]);
            assert!(mairie.phones.is_empty());
        }
        assert_eq!(mairie(&json!({"results": []})), None);
    }
}
