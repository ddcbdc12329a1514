//! From geo.api.gouv.fr's commune to ours.

use serde_json::Value;

use crate::clients::register::text;
use crate::domain::sources::Commune;

/// The commune of which this one is an arrondissement.
pub fn parent(found: &Value) -> Option<String> {
    text(found, "codeParent")
}

/// `None` when it has no code.
pub fn commune(found: &Value) -> Option<Commune> {
    let name_of = |what: &str| found.get(what).and_then(|inner| text(inner, "nom"));
    Some(Commune {
        code_cog: text(found, "code")?,
        name: text(found, "nom").unwrap_or_default(),
        siren: text(found, "siren"),
        departement: text(found, "codeDepartement"),
        departement_name: name_of("departement"),
        epci_siren: text(found, "codeEpci"),
        epci_name: name_of("epci"),
    })
}
