//! HubEE's bodies. Reads keep the whole object: an update is a full replacement, built from an allow-list, never by
//! echoing what was read.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Fields that an update sends back; `id`, `creationDateTime` and names that lists add are dropped.
const KEPT_ON_UPDATE: [&str; 14] = [
    "datapassId",
    "processCode",
    "subscriber",
    "accessMode",
    "notificationFrequency",
    "activateDateTime",
    "validateDateTime",
    "rejectDateTime",
    "endDateTime",
    "delegationActor",
    "rejectionReason",
    "status",
    "email",
    "localAdministrator",
];

/// Of the objects within, what is sent back: of a delegation and of a subscriber their triple, of an administrator their
/// address, which is all that an update takes.
const KEPT_WITHIN: [(&str, &[&str]); 3] = [
    ("subscriber", &["type", "companyRegister", "branchCode"]),
    ("delegationActor", &["type", "companyRegister", "branchCode"]),
    ("localAdministrator", &["email"]),
];

/// An organisation, as sent and as read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    #[serde(rename = "type")]
    pub kind: String,
    pub company_register: String,
    pub branch_code: String,
    pub name: String,
    /// The acronym, ten characters at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub country: Option<String>,
    pub postal_code: Option<String>,
    pub territory: Option<String>,
    pub email: Option<String>,
    pub status: String,
}

impl Organisation {
    /// HubEE's key: `SI-{siret}-{branch}`.
    pub fn key(siret: &str, branch: &str) -> String {
        format!("SI-{siret}-{branch}")
    }
}

/// Who subscribes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscriber {
    #[serde(rename = "type")]
    pub kind: String,
    pub company_register: String,
    pub branch_code: String,
}

/// The person who will hold the collectivité's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Administrator {
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_number: Option<String>,
}

/// A subscription to create: inactive, activation is another step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewSubscription {
    pub datapass_id: i64,
    pub process_code: &'static str,
    pub subscriber: Subscriber,
    pub notification_frequency: &'static str,
    pub status: &'static str,
    /// RFC 3339.
    pub validate_date_time: String,
    /// RFC 3339.
    pub update_date_time: String,
    /// Where HubEE writes when a télédossier arrives.
    pub email: String,
    pub local_administrator: Administrator,
}

/// The éditeur that receives for a collectivité: an organisation of type `EDT`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delegation {
    #[serde(rename = "type")]
    pub kind: String,
    pub company_register: String,
    pub branch_code: String,
}

impl Delegation {
    /// The éditeur of a SIRET, in a commune.
    pub fn editeur(siret: &str, code_cog: &str) -> Self {
        Self { kind: "EDT".into(), company_register: siret.into(), branch_code: code_cog.into() }
    }
}

/// How télédossiers reach a collectivité, when nobody chose yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `None`: the portal.
    pub delegation: Option<Delegation>,
}

/// A subscription as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription(Map<String, Value>);

impl Subscription {
    /// `None` when the JSON is not an object with an id.
    pub fn read(value: Value) -> Option<Self> {
        match value {
            Value::Object(map) if map.get("id").is_some_and(Value::is_string) => Some(Self(map)),
            _ => None,
        }
    }

    pub fn id(&self) -> &str {
        self.text("id").unwrap_or_default()
    }

    /// Actif, Inactif, Suspendu, Refusé.
    pub fn status(&self) -> &str {
        self.text("status").unwrap_or_default()
    }

    /// Whether télédossiers can be sent to it.
    pub fn is_active(&self) -> bool {
        self.status().eq_ignore_ascii_case("Actif")
    }

    pub fn datapass_id(&self) -> Option<i64> {
        self.0.get("datapassId")?.as_i64()
    }

    pub fn access_mode(&self) -> Option<&str> {
        self.text("accessMode")
    }

    /// Unitaire, Quotidienne, Biquotidienne or Aucune, in whatever case.
    pub fn notification_frequency(&self) -> Option<&str> {
        self.text("notificationFrequency")
    }

    /// To whom the collectivité delegated; three nulls mean to nobody.
    pub fn delegation(&self) -> Option<Delegation> {
        serde_json::from_value(self.0.get("delegationActor")?.clone()).ok()
    }

    /// All of it but what names a person.
    pub fn redacted(&self) -> Value {
        super::redact(&Value::Object(self.0.clone()))
    }

    pub fn administrator_email(&self) -> Option<&str> {
        self.0.get("localAdministrator")?.get("email")?.as_str()
    }

    /// SIRET of the body it is of; empty when HubEE does not say.
    pub fn siret(&self) -> &str {
        self.of_subscriber("companyRegister")
    }

    /// HubEE's « code guichet » of that body.
    pub fn branch(&self) -> &str {
        self.of_subscriber("branchCode")
    }

    /// Its name, which lists alone give.
    pub fn subscriber_name(&self) -> &str {
        self.of_subscriber("name")
    }

    fn of_subscriber(&self, key: &str) -> &str {
        self.0.get("subscriber").and_then(|s| s.get(key)).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether it is of this body and of the form's démarche.
    pub fn is_of(&self, siret: &str, branch: &str) -> bool {
        let subscriber = |key: &str| self.0.get("subscriber").and_then(|s| s.get(key)).and_then(Value::as_str);
        subscriber("companyRegister") == Some(siret)
            && subscriber("branchCode") == Some(branch)
            && self.text("processCode") == Some(super::PROCESS)
    }

    /// The full body of an update that activates it at `now` (RFC 3339). Never changes an access mode, a frequency or a
    /// delegation that somebody chose: `settings` are for one that nobody set.
    pub fn activated(&self, now: &str, settings: &Settings) -> Value {
        let mut body = self.allowed();
        body.insert("status".into(), "Actif".into());
        body.insert("activateDateTime".into(), now.into());
        body.insert("updateDateTime".into(), now.into());
        let mode = if settings.delegation.is_some() { "API" } else { "PORTAIL" };
        let unset = |body: &Map<String, Value>, key: &str| body.get(key).is_none_or(Value::is_null);
        if let Some(delegation) = &settings.delegation
            && unset(&body, "delegationActor")
            && self.access_mode().is_none_or(|known| known == mode)
            && let Ok(delegation) = serde_json::to_value(delegation)
        {
            body.insert("delegationActor".into(), delegation);
        }
        for (key, usual) in [("accessMode", mode), ("notificationFrequency", "Unitaire")] {
            if unset(&body, key) {
                body.insert(key.into(), usual.into());
            }
        }
        Value::Object(body)
    }

    /// The full body of an update that suspends it at `now`, ended at `end` when HubEE is told (RFC 3339).
    pub fn suspended(&self, now: &str, end: Option<&str>) -> Value {
        let mut body = self.allowed();
        body.insert("status".into(), "Suspendu".into());
        body.insert("updateDateTime".into(), now.into());
        if let Some(end) = end {
            body.insert("endDateTime".into(), end.into());
        }
        Value::Object(body)
    }

    /// The full body of an update that makes a suspended one active again at `now` (RFC 3339): it has no end any more.
    pub fn restored(&self, now: &str, settings: &Settings) -> Value {
        let mut body = self.activated(now, settings);
        if let Some(fields) = body.as_object_mut() {
            fields.remove("endDateTime");
        }
        body
    }

    fn allowed(&self) -> Map<String, Value> {
        let mut body: Map<String, Value> = KEPT_ON_UPDATE
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), self.0.get(*key)?.clone())))
            .filter(|(_, value)| !value.is_null())
            .collect();
        for (_, value) in body.iter_mut().filter(|(key, _)| key.ends_with("DateTime")) {
            *value = value.as_str().map_or_else(|| value.clone(), |date| with_colon(date).into());
        }
        for (key, fields) in KEPT_WITHIN {
            if let Some(Value::Object(inner)) = body.get_mut(key) {
                inner.retain(|field, _| fields.contains(&field.as_str()));
            }
        }
        // A delegation of three nulls means none.
        let none = |v: &Value| v.as_object().is_some_and(|o| o.values().all(Value::is_null));
        if body.get("delegationActor").is_some_and(none) {
            body.remove("delegationActor");
        }
        body
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.as_str()
    }
}

/// HubEE writes `+0000` as well as `+00:00`: only the second is RFC 3339, which is what it documents to be sent.
fn with_colon(date: &str) -> String {
    let offset = date.len().checked_sub(5).filter(|at| date.is_char_boundary(*at)).map(|at| date.split_at(at));
    match offset {
        Some((instant, offset))
            if offset.starts_with(['+', '-']) && offset[1..].bytes().all(|b| b.is_ascii_digit()) =>
        {
            format!("{instant}{}:{}", &offset[..3], &offset[3..])
        }
        _ => date.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_update_is_built_from_the_allow_list() {
        let read = json!({"id": "8b0f", "creationDateTime": "2026-01-01T00:00:00+0000", "datapassId": 7, "processCode": "FormulaireQF",
            "subscriber": {"type": "SI", "companyRegister": "21730132400018", "branchCode": "73132", "name": "X"},
            "status": "Inactif", "accessMode": "API", "notificationFrequency": null, "somethingNew": 1,
            "delegationActor": {"type": null, "companyRegister": null, "branchCode": null}, "localAdministrator": {"email": "a@b.fr", "firstName": "Lou"}});
        let subscription = Subscription::read(read).expect("an object with an id");
        assert!(subscription.is_of("21730132400018", "73132") && !subscription.is_of("21730132400018", "00000"));
        let body = subscription.activated("2026-11-22T10:00:00Z", &Settings::default());
        let expected = json!({"datapassId": 7, "processCode": "FormulaireQF",
            "subscriber": {"type": "SI", "companyRegister": "21730132400018", "branchCode": "73132"}, "status": "Actif",
            "accessMode": "API", "notificationFrequency": "Unitaire", "activateDateTime": "2026-11-22T10:00:00Z",
            "updateDateTime": "2026-11-22T10:00:00Z", "localAdministrator": {"email": "a@b.fr"}});
        assert_eq!(body, expected);
    }

    #[test]
    fn an_editeur_is_set_where_nobody_chose_and_nowhere_else() {
        let settings = Settings { delegation: Some(Delegation::editeur("44229377500031", "75113")) };
        let of = |mode: Value| {
            let read =
                json!({"id": "8b0f", "status": "Inactif", "accessMode": mode, "notificationFrequency": "Unitaire"});
            Subscription::read(read).expect("an object with an id").activated("2026-11-22T10:00:00Z", &settings)
        };
        let triple = json!({"type": "EDT", "companyRegister": "44229377500031", "branchCode": "75113"});
        let fresh = of(Value::Null);
        assert_eq!((&fresh["accessMode"], &fresh["delegationActor"]), (&json!("API"), &triple));
        let chosen = of(json!("PORTAIL"));
        assert_eq!((&chosen["accessMode"], chosen.get("delegationActor")), (&json!("PORTAIL"), None));
    }
}
