//! What the subscription routes accept: bodies, query parameters and sortable columns.

use super::super::lists::Column;
use super::super::patterns::Pattern;
use super::super::validation::{Field, Kind, Schema, nullable, read_only, required};

const STATUSES: &[&str] = &["Actif", "Inactif", "Refusé", "Suspendu"];

pub(crate) const GET: Schema = Schema { id: Some(Kind::Uuid), query: &[], body: None };
pub(crate) const POST: Schema = Schema { id: None, query: &[], body: Some(FIELDS) };
pub(crate) const PUT: Schema = Schema { id: Some(Kind::Uuid), query: &[], body: Some(FIELDS) };
pub(crate) const LIST: Schema = Schema { id: None, query: PARAMETERS, body: None };

const FIELDS: &[Field] = &[
    read_only("id"),
    read_only("creationDateTime"),
    required("datapassId", Kind::Integer),
    required("processCode", Kind::Text(30)),
    required("subscriber", Kind::Object(SUBSCRIBER)),
    nullable("accessMode", Kind::OneOf(&["PORTAIL", "API"])),
    required("notificationFrequency", Kind::Text(20)),
    nullable("activateDateTime", Kind::DateTime),
    nullable("validateDateTime", Kind::DateTime),
    nullable("rejectDateTime", Kind::DateTime),
    nullable("endDateTime", Kind::DateTime),
    nullable("updateDateTime", Kind::DateTime),
    nullable("delegationActor", Kind::ObjectOrNulls(DELEGATION)),
    nullable("rejectionReason", Kind::Text(1000)),
    nullable("status", Kind::OneOf(STATUSES)),
    nullable("email", Kind::Email(320)),
    required("localAdministrator", Kind::Object(ADMINISTRATOR)),
];

const SUBSCRIBER: &[Field] = &[
    required("type", Kind::Text(20)),
    required("companyRegister", Kind::Like(14, Pattern::Siret)),
    required("branchCode", Kind::Text(10)),
    read_only("name"),
];

const DELEGATION: &[Field] = &[
    required("type", Kind::Text(20)),
    required("companyRegister", Kind::Like(14, Pattern::Siret)),
    required("branchCode", Kind::Text(10)),
];

/// The strict e-mail rule holds here only; names are needed for an account, not by the schema.
const ADMINISTRATOR: &[Field] = &[
    required("email", Kind::Like(320, Pattern::AdministratorEmail)),
    nullable("firstName", Kind::Text(255)),
    nullable("lastName", Kind::Text(255)),
    nullable("function", Kind::Text(255)),
    nullable("phoneNumber", Kind::Like(21, Pattern::Phone)),
    nullable("mobileNumber", Kind::Like(21, Pattern::Phone)),
];

/// No branch code and no DataPass number: HubEE has no such filter.
const PARAMETERS: &[(&str, Kind)] = &[
    ("processCode", Kind::Text(30)),
    ("status", Kind::Text(20)),
    ("companyRegister", Kind::Like(14, Pattern::Siret)),
    ("delegationActorEmail", Kind::Like(320, Pattern::AdministratorEmail)),
    ("orderBy", Kind::Text(40)),
    ("offSet", Kind::Integer),
    ("maxResult", Kind::Integer),
];

pub(super) const COLUMNS: &[Column] = &[
    ("id", "/id"),
    ("datapass_id", "/datapassId"),
    ("si_type", "/subscriber/type"),
    ("si_company_register", "/subscriber/companyRegister"),
    ("si_branch_code", "/subscriber/branchCode"),
    ("notification_frequency", "/notificationFrequency"),
    ("access_mode", "/accessMode"),
    ("delegation_actor", "/delegationActor/companyRegister"),
    ("email", "/email"),
    ("local_admin", "/localAdministrator/email"),
    ("rejection_reason", "/rejectionReason"),
    ("status", "/status"),
    ("activate_date_time", "/activateDateTime"),
    ("validate_date_time", "/validateDateTime"),
    ("reject_date_time", "/rejectDateTime"),
    ("end_date_time", "/endDateTime"),
    ("update_date_time", "/updateDateTime"),
    ("process_code", "/processCode"),
];
