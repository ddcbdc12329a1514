//! How télédossiers reach a collectivité, as its habilitation asks, beside what HubEE shows. Pure.

use serde::Deserialize;

use crate::clients::hubee::{Delegation, Subscription};
use crate::domain::Editeur;
use crate::provisioning::adoption::triple;
use crate::provisioning::{Corrections, Differences};
use crate::store::drift::Ours;

const PORTAL: &str = "PORTAIL";
const API: &str = "API";

/// What the habilitation asks.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// The collectivité receives by itself, whatever its software.
    Portal,
    /// By an éditeur, where a person confirmed that it sits.
    Delegated(Delegation),
    /// By an éditeur that nobody confirmed here: its SIRET, when it is known.
    ByEditeur(Option<String>),
}

fn asked(ours: &Ours, corrections: &Corrections) -> Asked {
    let editeur: Option<Editeur> = ours.editeur.as_ref().and_then(|json| Deserialize::deserialize(&json.0).ok());
    let Some(editeur) = editeur.filter(|editeur| editeur.kind.as_deref() == Some("editor")) else {
        return Asked::Portal;
    };
    let siret = editeur.siret.unwrap_or_default();
    match corrections.editeur.as_ref().filter(|choice| choice.siret == siret) {
        Some(choice) if choice.delegate => Asked::Delegated(Delegation::editeur(&choice.siret, &choice.code_cog)),
        Some(_) => Asked::Portal,
        None => Asked::ByEditeur(Some(siret).filter(|siret| !siret.is_empty())),
    }
}

/// Both sides in words, when they differ: asked, found. A mode that nobody chose yet is no difference, nor what a person
/// took as it stood when they attached this abonnement.
pub fn differs(ours: &Ours, found: &Subscription) -> Option<(String, String)> {
    let corrections: Corrections =
        ours.corrections.as_ref().and_then(|json| Deserialize::deserialize(&json.0).ok()).unwrap_or_default();
    let asked = asked(ours, &corrections);
    let mode = found.access_mode().map(str::trim).filter(|mode| !mode.is_empty());
    let delegation = found.delegation();
    let same_mode = mode.is_none_or(|mode| mode.eq_ignore_ascii_case(asked.mode()));
    let same = same_mode && (asked.fits(delegation.as_ref()) || (mode.is_none() && delegation.is_none()));
    let taken = corrections.attach.as_deref() == Some(found.id()) && was_shown(ours, mode, delegation.as_ref());
    (!same && !taken).then(|| (asked.in_words(), words(mode, delegation.as_ref())))
}

/// Whether these settings were before the eyes of whoever attached the abonnement.
fn was_shown(ours: &Ours, mode: Option<&str>, delegation: Option<&Delegation>) -> bool {
    let shown = ours.differences.as_ref().and_then(|json| Differences::deserialize(&json.0).ok());
    shown.is_some_and(|shown| {
        let found = |code: &str| shown.list.iter().find(|one| one.code == code).map(|one| one.found.as_str());
        let mode = found("access_mode").is_none_or(|known| mode == Some(known));
        let delegated = found("delegation").is_none_or(|known| triple(delegation) == known);
        mode && delegated && (shown.has("access_mode") || shown.has("delegation"))
    })
}

impl Asked {
    fn mode(&self) -> &'static str {
        match self {
            Self::Portal => PORTAL,
            Self::Delegated(_) | Self::ByEditeur(_) => API,
        }
    }

    fn fits(&self, delegation: Option<&Delegation>) -> bool {
        match self {
            Self::Portal => delegation.is_none(),
            Self::Delegated(asked) => delegation == Some(asked),
            Self::ByEditeur(None) => delegation.is_some(),
            Self::ByEditeur(Some(siret)) => delegation.is_some_and(|one| one.company_register == *siret),
        }
    }

    fn in_words(&self) -> String {
        match self {
            Self::Portal => words(Some(PORTAL), None),
            Self::Delegated(delegation) => words(Some(API), Some(delegation)),
            Self::ByEditeur(Some(siret)) => format!("API, délégation à l’éditeur de SIRET {siret}"),
            Self::ByEditeur(None) => "API, délégation à l’éditeur de la demande".into(),
        }
    }
}

/// « API, délégation à EDT-44229377500031-75113 ».
fn words(mode: Option<&str>, delegation: Option<&Delegation>) -> String {
    let mode = mode.map_or("Mode non choisi", |mode| if mode.eq_ignore_ascii_case(PORTAL) { "Portail" } else { mode });
    match delegation {
        None => format!("{mode}, sans délégation"),
        delegation => format!("{mode}, délégation à {}", triple(delegation)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn ours(editeur: &Value, corrections: Value, differences: Value) -> Ours {
        Ours {
            siret: "21730132400018".into(),
            habilitation_id: uuid::Uuid::nil(),
            datapass_id: 7,
            name: "COMMUNE DE HAUTELUCE".into(),
            code_cog: "73132".into(),
            branch_code: Some("73132".into()),
            subscription_id: Some("8b0f".into()),
            live: true,
            administrator: None,
            set_cog: None,
            register_cog: None,
            editeur: Some(editeur.clone().into()),
            corrections: Some(corrections.into()),
            differences: Some(differences.into()),
        }
    }

    fn found(mode: &Value, delegation: &Value) -> Subscription {
        let json = json!({"id": "8b0f", "status": "Actif", "accessMode": mode, "delegationActor": delegation});
        Subscription::read(json).unwrap()
    }

    #[test]
    fn each_side_is_told_when_they_differ() {
        let (none, portal, api) = (Value::Null, json!("PORTAIL"), json!("API"));
        let edt = |siret: &str| json!({"type": "EDT", "companyRegister": siret, "branchCode": "75113"});
        let editeur = |kind: &str| json!({"id": "e", "siret": "44229377500031", "kind": kind});
        let choice =
            |delegate: bool| json!({"editeur": {"siret": "44229377500031", "code_cog": "75113", "delegate": delegate}});
        let (ours_edt, other) = (edt("44229377500031"), edt("55208131766522"));
        let empty = json!({});
        for (asked, corrections, mode, delegation, differs_in) in [
            (&none, &empty, &portal, &none, None),
            (&none, &empty, &none, &none, None),
            (&none, &empty, &api, &none, Some("Portail, sans délégation / API, sans délégation")),
            (
                &none,
                &empty,
                &portal,
                &other,
                Some("Portail, sans délégation / Portail, délégation à EDT-55208131766522-75113"),
            ),
            (&editeur("saas"), &empty, &portal, &none, None),
            (&editeur("editor"), &choice(true), &api, &ours_edt, None),
            (
                &editeur("editor"),
                &choice(true),
                &api,
                &none,
                Some("API, délégation à EDT-44229377500031-75113 / API, sans délégation"),
            ),
            (
                &editeur("editor"),
                &choice(true),
                &portal,
                &none,
                Some("API, délégation à EDT-44229377500031-75113 / Portail, sans délégation"),
            ),
            // The portal, chosen here.
            (&editeur("editor"), &choice(false), &portal, &none, None),
            (
                &editeur("editor"),
                &choice(false),
                &api,
                &ours_edt,
                Some("Portail, sans délégation / API, délégation à EDT-44229377500031-75113"),
            ),
            (&editeur("editor"), &empty, &none, &none, None),
            (&editeur("editor"), &empty, &api, &ours_edt, None),
            (
                &editeur("editor"),
                &empty,
                &api,
                &other,
                Some(
                    "API, délégation à l’éditeur de SIRET 44229377500031 / API, délégation à EDT-55208131766522-75113",
                ),
            ),
            (
                &editeur("editor"),
                &empty,
                &portal,
                &none,
                Some("API, délégation à l’éditeur de SIRET 44229377500031 / Portail, sans délégation"),
            ),
        ] {
            let both = differs(&ours(asked, corrections.clone(), Value::Null), &found(mode, delegation));
            let told = both.map(|(asked, found)| format!("{asked} / {found}"));
            assert_eq!(told.as_deref(), differs_in, "{asked} {corrections} {mode} {delegation}");
        }
    }

    #[test]
    fn what_was_attached_as_it_stood_is_no_difference_until_it_changes() {
        let seen = json!({"id": "8b0f", "list": [
            {"code": "access_mode", "field": "mode d’accès", "asked": "PORTAIL", "found": "API", "decides": true}]});
        let attached = ours(&Value::Null, json!({"attach": "8b0f"}), seen.clone());
        assert_eq!(differs(&attached, &found(&json!("API"), &Value::Null)), None);
        let other = json!({"type": "EDT", "companyRegister": "55208131766522", "branchCode": "75113"});
        let unseen = json!({"id": "8b0f", "list": []});
        assert!(
            differs(&ours(&Value::Null, json!({"attach": "8b0f"}), unseen), &found(&json!("API"), &other)).is_some()
        );
        assert!(differs(&ours(&Value::Null, json!({}), seen), &found(&json!("API"), &Value::Null)).is_some());
    }
}
