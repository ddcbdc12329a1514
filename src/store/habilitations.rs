//! The `habilitation` table: one row per DataPass request. Facts live in JSON, what lists sort and filter on in columns
//! derived from them here, in the same statement.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Cx, Error, Result};
use crate::domain::datapass::Moment;
use crate::domain::{
    DatapassState, Dossier, Habilitation, HabilitationId, InForce, Mirror, State, Unreported, names,
    territory::departement,
};

macro_rules! columns {
    () => {
        "id, datapass_id, public_id, version, state_facts, dossier, in_force, submitted_at, datapass_state, \
         datapass_fired_at, datapass_rank, tracking_token, created_at"
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    datapass_id: i64,
    public_id: Option<Uuid>,
    version: i64,
    state_facts: Json<StateFacts>,
    dossier: Json<Dossier>,
    in_force: Option<Json<InForce>>,
    submitted_at: Option<DateTime<Utc>>,
    datapass_state: String,
    datapass_fired_at: DateTime<Utc>,
    datapass_rank: i64,
    tracking_token: String,
    created_at: DateTime<Utc>,
}

/// The `state_facts` column.
#[derive(Serialize, Deserialize)]
struct StateFacts {
    #[serde(flatten)]
    state: State,
    /// Lists look for this key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unreported: Option<Unreported>,
}

impl StateFacts {
    fn of(habilitation: &Habilitation) -> Json<Self> {
        Json(Self { state: habilitation.state.clone(), unreported: habilitation.unreported.clone() })
    }
}

impl TryFrom<Row> for Habilitation {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let state = DatapassState::parse(&row.datapass_state)
            .ok_or_else(|| Error::Corrupt(format!("datapass_state {:?}", row.datapass_state)))?;
        Ok(Self {
            id: row.id,
            datapass_id: row.datapass_id,
            version: row.version,
            state: row.state_facts.0.state,
            unreported: row.state_facts.0.unreported,
            dossier: row.dossier.0,
            in_force: row.in_force.map(|json| json.0),
            datapass: Mirror {
                state,
                moment: Moment { fired_at: row.datapass_fired_at, rank: row.datapass_rank },
                public_id: row.public_id,
            },
            submitted_at: row.submitted_at,
            tracking_token: row.tracking_token,
            created_at: row.created_at,
        })
    }
}

/// What lists need, derived from the facts.
struct Derived {
    siret: Option<String>,
    departement: Option<String>,
    search: String,
    due_on: Option<NaiveDate>,
}

impl Derived {
    fn of(habilitation: &Habilitation) -> Self {
        let organisation = &habilitation.dossier.organisation;
        let siret = organisation.siret().map(|s| s.to_string());
        let people = [Some(&habilitation.dossier.demandeur), habilitation.dossier.contact_metier.as_ref()];
        let mut words = vec![habilitation.number(), organisation.name.clone()];
        words.extend([siret.clone(), organisation.code_cog.clone(), organisation.town.clone()].into_iter().flatten());
        words.extend(people.into_iter().flatten().flat_map(|c| [c.display_name(), c.email.clone()]));
        Self {
            departement: organisation.code_cog.as_deref().map(departement),
            search: names::normalise(&words.join(" ")),
            due_on: habilitation.state.due(),
            siret,
        }
    }
}

/// Adds a request never seen before. `false` when another delivery of it came first.
pub async fn insert(cx: Cx<'_>, habilitation: &Habilitation, now: DateTime<Utc>) -> Result<bool> {
    let derived = Derived::of(habilitation);
    let added = execute!(
        cx,
        "insert into habilitation (id, datapass_id, public_id, version, state, state_facts, dossier, in_force, siret, \
         name, code_cog, departement, search, due_on, submitted_at, datapass_state, datapass_fired_at, datapass_rank, \
         tracking_token, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
         $15, $16, $17, $18, $19, $20, $21) on conflict (datapass_id) do nothing",
        habilitation.id,
        habilitation.datapass_id,
        habilitation.datapass.public_id,
        habilitation.version,
        habilitation.state.name(),
        StateFacts::of(habilitation),
        Json(&habilitation.dossier),
        habilitation.in_force.as_ref().map(Json),
        derived.siret,
        &habilitation.dossier.organisation.name,
        habilitation.dossier.organisation.code_cog.as_deref(),
        derived.departement,
        derived.search,
        derived.due_on,
        habilitation.submitted_at,
        habilitation.datapass.state.name(),
        habilitation.datapass.moment.fired_at,
        habilitation.datapass.moment.rank,
        &habilitation.tracking_token,
        habilitation.created_at,
        now
    )?;
    Ok(added == 1)
}

/// Writes a request over the version it was read at (`version - 1`). `false` when somebody else wrote meanwhile.
pub async fn update(cx: Cx<'_>, habilitation: &Habilitation, now: DateTime<Utc>) -> Result<bool> {
    let derived = Derived::of(habilitation);
    let touched = execute!(
        cx,
        "update habilitation set public_id = $2, version = $3, state = $4, state_facts = $5, dossier = $6, \
         in_force = $7, siret = $8, name = $9, code_cog = $10, departement = $11, search = $12, due_on = $13, \
         submitted_at = $14, datapass_state = $15, datapass_fired_at = $16, datapass_rank = $17, updated_at = $18 \
         where id = $1 and version = $3 - 1",
        habilitation.id,
        habilitation.datapass.public_id,
        habilitation.version,
        habilitation.state.name(),
        StateFacts::of(habilitation),
        Json(&habilitation.dossier),
        habilitation.in_force.as_ref().map(Json),
        derived.siret,
        &habilitation.dossier.organisation.name,
        habilitation.dossier.organisation.code_cog.as_deref(),
        derived.departement,
        derived.search,
        derived.due_on,
        habilitation.submitted_at,
        habilitation.datapass.state.name(),
        habilitation.datapass.moment.fired_at,
        habilitation.datapass.moment.rank,
        now
    )?;
    Ok(touched == 1)
}

/// The request of a key.
pub async fn by_id(cx: Cx<'_>, id: HabilitationId) -> Result<Option<Habilitation>> {
    let sql = concat!("select ", columns!(), " from habilitation where id = $1");
    fetch_optional!(cx, Row, sql, id)?.map(Habilitation::try_from).transpose()
}

/// The request of a DataPass number.
pub async fn by_datapass_id(cx: Cx<'_>, datapass_id: i64) -> Result<Option<Habilitation>> {
    let sql = concat!("select ", columns!(), " from habilitation where datapass_id = $1");
    fetch_optional!(cx, Row, sql, datapass_id)?.map(Habilitation::try_from).transpose()
}

/// The request of a tracking page.
pub async fn by_tracking_token(cx: Cx<'_>, token: &str) -> Result<Option<Habilitation>> {
    let sql = concat!("select ", columns!(), " from habilitation where tracking_token = $1");
    fetch_optional!(cx, Row, sql, token)?.map(Habilitation::try_from).transpose()
}

/// Other requests of the same SIRET: number and state.
pub async fn siblings(cx: Cx<'_>, siret: &str, except: HabilitationId) -> Result<Vec<(i64, String)>> {
    Ok(fetch_all!(
        cx,
        (i64, String),
        "select datapass_id, state from habilitation where siret = $1 and id <> $2 order by datapass_id limit 20",
        siret,
        except
    )?)
}
