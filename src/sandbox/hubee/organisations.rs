//! Organisations: schema, reads, creation and replacement. One SIRET may have several, under several branch codes,
//! as in HubEE. Must not know subscriptions.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::calls::Seen;
use super::dates;
use super::envelope::Answer;
use super::lists::{self, Column};
use super::patterns::Pattern;
use super::routes::Route;
use super::state::Store;
use super::switches::Switches;
use super::triple::Triple;
use super::validation::{Field, Kind, Schema, nullable, read_only, required};

/// An organisation known to HubEE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    #[serde(flatten)]
    pub triple: Triple,
    pub name: String,
    /// Acronym.
    pub code: Option<String>,
    pub country: Option<String>,
    pub postal_code: String,
    pub territory: String,
    /// Always sent on creation; some legacy organisations have none.
    pub email: Option<String>,
    pub phone_number: Option<String>,
    /// `Actif`, as far as is known.
    pub status: String,
    pub create_date_time: DateTime<Utc>,
    pub update_date_time: Option<DateTime<Utc>>,
}

const ID: Kind = Kind::Like(usize::MAX, Pattern::OrganisationId);

/// The properties the live validator requires: `email` too, whatever the documentation says.
const FIELDS: &[Field] = &[
    required("type", Kind::Text(20)),
    required("companyRegister", Kind::Like(14, Pattern::Siret)),
    required("branchCode", Kind::Text(10)),
    required("name", Kind::Text(100)),
    nullable("code", Kind::Text(10)),
    nullable("country", Kind::Text(100)),
    required("postalCode", Kind::Text(100)),
    required("territory", Kind::Text(255)),
    required("email", Kind::Email(320)),
    nullable("phoneNumber", Kind::Like(21, Pattern::Phone)),
    required("status", Kind::Text(20)),
    read_only("createDateTime"),
    read_only("updateDateTime"),
];

pub(super) const GET: Schema = Schema { id: Some(ID), query: &[], body: None };
pub(super) const POST: Schema = Schema { id: None, query: &[], body: Some(FIELDS) };
pub(super) const PUT: Schema = Schema { id: Some(ID), query: &[], body: Some(FIELDS) };
pub(super) const LIST: Schema = Schema { id: None, query: PARAMETERS, body: None };

/// The SIRET's parameter has one name in the documentation and another in a diagram: both are accepted.
const PARAMETERS: &[(&str, Kind)] = &[
    ("type", Kind::Text(20)),
    ("company_register", Kind::Like(14, Pattern::Siret)),
    ("companyRegister", Kind::Like(14, Pattern::Siret)),
    ("orderBy", Kind::Text(20)),
    ("offSet", Kind::Integer),
    ("maxResult", Kind::Integer),
];

const COLUMNS: &[Column] = &[
    ("code", "/code"),
    ("type", "/type"),
    ("name", "/name"),
    ("company_register", "/companyRegister"),
    ("branche_code", "/branchCode"),
    ("country", "/country"),
    ("postal_code", "/postalCode"),
    ("territory", "/territory"),
    ("email", "/email"),
    ("phone_number", "/phoneNumber"),
    ("status", "/status"),
    ("create_date_time", "/createDateTime"),
];

pub(super) fn get(store: &Store, seen: &Seen) -> Result<Answer, Answer> {
    let found = store.organisations.iter().find(|organisation| organisation.triple.key() == seen.id());
    let organisation = found.ok_or_else(|| Answer::not_found("Organization"))?;
    Ok(Answer::json(200, organisation.to_json(&store.switches)))
}

pub(super) fn post(store: &mut Store, seen: &Seen, now: DateTime<Utc>) -> Result<Answer, Answer> {
    let organisation = Organisation::read(&seen.json(), now)?;
    if store.organisation(&organisation.triple).is_some() {
        return Err(Answer::error(400, format!("Organization {} already exists", organisation.triple.key())));
    }
    let answer = Answer::json(201, organisation.to_json(&store.switches));
    store.organisations.push(organisation);
    Ok(answer)
}

/// Full replacement, except for the key and the creation date.
pub(super) fn put(store: &mut Store, seen: &Seen, now: DateTime<Utc>) -> Result<Answer, Answer> {
    let sent = Organisation::read(&seen.json(), now)?;
    let Store { organisations, switches, .. } = store;
    let found = organisations.iter_mut().find(|organisation| organisation.triple.key() == seen.id());
    let organisation = found.ok_or_else(|| Answer::not_found("Organization"))?;
    if sent.triple != organisation.triple {
        return Err(Answer::error(400, format!("Organization {} does not match path", sent.triple.key())));
    }
    let create_date_time = organisation.create_date_time;
    *organisation = Organisation { create_date_time, update_date_time: Some(dates::to_second(now)), ..sent };
    Ok(Answer::json(200, organisation.to_json(switches)))
}

pub(super) fn list(store: &Store, seen: &Seen, now: DateTime<Utc>) -> Result<Answer, Answer> {
    let siret = seen.parameter("companyRegister").or_else(|| seen.parameter("company_register"));
    let lag = Duration::seconds(i64::from(store.switches.list_lag_seconds));
    let matching = store
        .organisations
        .iter()
        .filter(|organisation| organisation.create_date_time + lag <= now)
        .filter(|organisation| siret.is_none_or(|siret| organisation.triple.company_register == siret))
        .filter(|organisation| seen.parameter("type").is_none_or(|kind| organisation.triple.kind == kind));
    let rendered = matching.map(|organisation| organisation.to_json(&store.switches)).collect();
    lists::page(seen, Route::ListOrganisations, "organiations", COLUMNS, rendered)
}

impl Organisation {
    /// An active collectivité with plausible values, to be seeded; change the fields that matter.
    pub fn collectivite(siret: &str, branch_code: &str, name: &str, at: DateTime<Utc>) -> Self {
        Self {
            triple: Triple::si(siret, branch_code),
            name: name.to_owned(),
            code: None,
            country: Some("France".to_owned()),
            postal_code: branch_code.to_owned(),
            territory: name.to_owned(),
            email: None,
            phone_number: None,
            status: "Actif".to_owned(),
            create_date_time: at,
            update_date_time: None,
        }
    }

    /// From a body already validated.
    fn read(body: &Value, now: DateTime<Utc>) -> Result<Self, Answer> {
        let optional = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let text = |name: &str| optional(name).unwrap_or_default();
        let triple = Triple::read(body).ok_or_else(|| Answer::error(400, "Organization key is missing"))?;
        Ok(Self {
            triple,
            name: text("name"),
            code: optional("code"),
            country: optional("country"),
            postal_code: text("postalCode"),
            territory: text("territory"),
            email: optional("email"),
            phone_number: optional("phoneNumber"),
            status: text("status"),
            create_date_time: dates::to_second(now),
            update_date_time: None,
        })
    }

    fn to_json(&self, switches: &Switches) -> Value {
        json!({
            "type": self.triple.kind,
            "companyRegister": self.triple.company_register,
            "branchCode": self.triple.branch_code,
            "name": self.name,
            "code": self.code,
            "country": self.country,
            "postalCode": self.postal_code,
            "territory": self.territory,
            "email": self.email,
            "phoneNumber": self.phone_number,
            "status": self.status,
            "createDateTime": dates::long(self.create_date_time),
            "updateDateTime": dates::short(self.update_date_time, switches.mixed_dates),
        })
    }
}
