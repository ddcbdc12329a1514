//! A subscription that HubEE already has, compared with the one that was asked for. What differs is shown to a person, who
//! decides; nothing of it is ever overwritten. Pure.

use serde::{Deserialize, Serialize};

use super::preflight::Target;
use crate::clients::hubee::{Delegation, Subscription};

/// One thing that differs, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Stable name: `datapass_id`, `administrator`, `status`, `access_mode`, `frequency`, `delegation`.
    pub code: String,
    /// What it is, for a person.
    pub field: String,
    pub asked: String,
    pub found: String,
    /// A person must choose because of it; otherwise it is only shown.
    pub decides: bool,
}

/// How a subscription differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differences {
    /// The subscription's id.
    pub id: String,
    pub list: Vec<Difference>,
}

impl Differences {
    /// Whether somebody must choose before it is used.
    pub fn decide(&self) -> bool {
        self.list.iter().any(|difference| difference.decides)
    }

    /// Whether it has that difference.
    pub fn has(&self, code: &str) -> bool {
        self.list.iter().any(|difference| difference.code == code)
    }

    /// In one sentence: « administrateur : a@b.fr au lieu de c@d.fr ».
    pub fn in_words(&self) -> String {
        let words = self.list.iter().map(|d| format!("{} : {} au lieu de {}", d.field, d.found, d.asked));
        words.collect::<Vec<_>>().join(" ; ")
    }
}

const NONE: &str = "aucun";

/// Compares `found` with what request `number` asks for. One that carries the number is ours: its settings are what the
/// collectivité made of them since. Another's settings are other people's choices.
pub fn compare(found: &Subscription, target: &Target, number: i64) -> Differences {
    let theirs = found.datapass_id().filter(|id| *id != 0);
    let ours = theirs == Some(number);
    let mut list = Vec::new();
    let mut see = |code: &str, field: &str, differs: bool, decides: bool, asked: String, found: String| {
        if differs {
            list.push(Difference { code: code.into(), field: field.into(), asked, found, decides });
        }
    };
    let number_of = |id: Option<i64>| id.map_or("créé à la main".to_owned(), |id| format!("D{id}"));
    see("datapass_id", "demande", !ours, theirs.is_some(), number_of(Some(number)), number_of(theirs));
    let admin = found.administrator_email().unwrap_or_default().trim().to_lowercase();
    let shown = if admin.is_empty() { NONE.to_owned() } else { admin.clone() };
    see("administrator", "administrateur", admin != target.email, true, target.email.clone(), shown);
    let status = found.status();
    let alive = matches!(status, "Actif" | "Inactif");
    see("status", "état", !alive, true, "Inactif ou Actif".into(), status.to_owned());
    let (asked, mode) = (if target.editeur.is_some() { "API" } else { "PORTAIL" }, found.access_mode());
    let other = mode.is_some_and(|mode| mode != asked);
    see("access_mode", "mode d’accès", other, !ours, asked.into(), mode.unwrap_or(NONE).to_owned());
    let frequency = found.notification_frequency().unwrap_or_default();
    let other = !frequency.is_empty() && !frequency.eq_ignore_ascii_case("Unitaire");
    see("frequency", "fréquence des notifications", other, !ours, "Unitaire".into(), frequency.to_owned());
    let asked = target.editeur.as_ref().and_then(super::preflight::Publisher::delegation);
    let known = found.delegation();
    let other = known.is_some() && known != asked;
    see("delegation", "éditeur délégataire", other, !ours, triple(asked.as_ref()), triple(known.as_ref()));
    Differences { id: found.id().to_owned(), list }
}

/// « EDT-44229377500031-75113 ».
pub(super) fn triple(delegation: Option<&Delegation>) -> String {
    delegation.map_or(NONE.to_owned(), |d| format!("{}-{}-{}", d.kind, d.company_register, d.branch_code))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn target() -> Target {
        Target {
            siret: "21730132400018".into(),
            branch_code: "73132".into(),
            name: "COMMUNE DE HAUTELUCE".into(),
            sigle: None,
            notified: "ada@hauteluce.fr".into(),
            postal_code: "73620".into(),
            territory: "HAUTELUCE".into(),
            email: "ada@hauteluce.fr".into(),
            first_name: "Ada".into(),
            last_name: "Martin".into(),
            function: None,
            phone: None,
            editeur: None,
        }
    }

    fn found(change: &[(&str, Value)]) -> Subscription {
        let mut json = json!({"id": "8b0f", "datapassId": 7, "status": "Inactif", "accessMode": null,
            "notificationFrequency": "unitaire", "localAdministrator": {"email": "Ada@Hauteluce.fr"},
            "delegationActor": {"type": null, "companyRegister": null, "branchCode": null}});
        for (key, value) in change {
            json[*key] = value.clone();
        }
        Subscription::read(json).unwrap()
    }

    #[test]
    fn each_difference_is_seen_and_weighed() {
        let other_admin = json!({"email": "ancien@hauteluce.fr"});
        let edt = json!({"type": "EDT", "companyRegister": "44229377500031", "branchCode": "75113"});
        for (changes, codes, decides) in [
            (vec![], vec![], false),
            (vec![("status", json!("Actif")), ("accessMode", json!("PORTAIL"))], vec![], false),
            (vec![("datapassId", json!(0))], vec!["datapass_id"], false),
            (vec![("datapassId", json!(8))], vec!["datapass_id"], true),
            (vec![("localAdministrator", other_admin)], vec!["administrator"], true),
            (vec![("status", json!("Suspendu"))], vec!["status"], true),
            (vec![("status", json!("Refusé"))], vec!["status"], true),
            (vec![("accessMode", json!("API"))], vec!["access_mode"], false),
            (vec![("accessMode", json!("API")), ("datapassId", json!(0))], vec!["datapass_id", "access_mode"], true),
            (vec![("notificationFrequency", json!("Aucune"))], vec!["frequency"], false),
            (vec![("delegationActor", edt)], vec!["delegation"], false),
        ] {
            let seen = compare(&found(&changes), &target(), 7);
            let named: Vec<&str> = seen.list.iter().map(|d| d.code.as_str()).collect();
            assert_eq!((named, seen.decide()), (codes, decides), "{changes:?}");
        }
    }

    #[test]
    fn in_words() {
        let seen = compare(&found(&[("localAdministrator", json!({"email": "x@y.fr"}))]), &target(), 7);
        assert_eq!(seen.in_words(), "administrateur : x@y.fr au lieu de ada@hauteluce.fr");
        assert!(seen.has("administrator") && !seen.has("status"));
    }
}
