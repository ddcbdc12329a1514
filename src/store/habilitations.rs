//! The `habilitation` table: one row per DataPass request. Facts live in JSON, what lists sort and filter on in columns
//! derived from them here, in the same statement.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Cx, Error, Result};
use crate::domain::datapass::Moment;
use crate::domain::{
    Assignee, DatapassState, Dossier, Habilitation, HabilitationId, InForce, Mirror, State, Unreported, names,
    territory::departement,
};

macro_rules! columns {
    () => {
        "id, datapass_id, public_id, version, state_facts, dossier, in_force, submitted_at, datapass_state, \
         datapass_fired_at, datapass_rank, authorisations, tracking_token, created_at, assignee_id, assigned_at, \
         (select a.name from account a where a.id = habilitation.assignee_id) as assignee_name"
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
    authorisations: String,
    tracking_token: String,
    created_at: DateTime<Utc>,
    assignee_id: Option<Uuid>,
    assigned_at: Option<DateTime<Utc>>,
    assignee_name: Option<String>,
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
                authorisations: row
                    .authorisations
                    .split(' ')
                    .filter_map(|n| n.strip_prefix('H')?.parse().ok())
                    .collect(),
            },
            submitted_at: row.submitted_at,
            assignee: match (row.assignee_id, row.assignee_name, row.assigned_at) {
                (Some(id), Some(name), Some(since)) => Some(Assignee { id, name, since }),
                _ => None,
            },
            tracking_token: row.tracking_token,
            created_at: row.created_at,
        })
    }
}

/// What lists need, derived from the facts.
struct Derived {
    siret: Option<String>,
    departement: Option<String>,
    authorisations: String,
    search: String,
    due_on: Option<NaiveDate>,
}

impl Derived {
    fn of(habilitation: &Habilitation) -> Self {
        let organisation = &habilitation.dossier.organisation;
        let siret = organisation.siret().map(|s| s.to_string());
        let dossier = &habilitation.dossier;
        let people = [Some(&dossier.demandeur), dossier.contact_metier.as_ref(), dossier.dpd.as_ref()];
        let numbers: Vec<String> = habilitation.datapass.authorisations.iter().map(|id| format!("H{id}")).collect();
        let authorisations = numbers.join(" ");
        let mut words = vec![habilitation.number(), authorisations.clone(), organisation.name.clone()];
        words.extend(
            [
                siret.clone().or_else(|| organisation.raw_siret.clone()),
                organisation.code_cog.clone(),
                organisation.town.clone(),
            ]
            .into_iter()
            .flatten(),
        );
        words.extend(people.into_iter().flatten().flat_map(|c| [c.display_name(), c.email.clone()]));
        Self {
            departement: organisation.code_cog.as_deref().map(departement),
            authorisations,
            search: names::normalise(&words.join(" ")),
            due_on: habilitation.state.due(),
            siret,
        }
    }
}

/// Runs a statement on all that is kept of a request: adding and replacing are given the same values, `$1` to `$24`.
macro_rules! write_whole {
    ($cx:expr, $of:expr, $now:expr, $sql:literal) => {{
        let (of, derived) = ($of, Derived::of($of));
        execute!(
            $cx,
            $sql,
            of.id,
            of.datapass_id,
            of.datapass.public_id,
            of.version,
            of.state.name(),
            StateFacts::of(of),
            Json(&of.dossier),
            of.in_force.as_ref().map(Json),
            derived.siret,
            &of.dossier.organisation.name,
            of.dossier.organisation.code_cog.as_deref(),
            derived.departement,
            derived.search,
            derived.due_on,
            of.submitted_at,
            of.datapass.state.name(),
            of.datapass.moment.fired_at,
            of.datapass.moment.rank,
            &of.tracking_token,
            of.created_at,
            $now,
            derived.authorisations,
            of.assignee.as_ref().map(|who| who.id),
            of.assignee.as_ref().map(|who| who.since)
        )
    }};
}

/// Adds a request never seen before. `false` when another delivery of it came first.
pub async fn insert(cx: Cx<'_>, habilitation: &Habilitation, now: DateTime<Utc>) -> Result<bool> {
    let added = write_whole!(
        cx,
        habilitation,
        now,
        "insert into habilitation (id, datapass_id, public_id, version, state, state_facts, dossier, in_force, siret, \
         name, code_cog, departement, search, due_on, submitted_at, datapass_state, datapass_fired_at, datapass_rank, \
         tracking_token, created_at, updated_at, authorisations, assignee_id, assigned_at) values ($1, $2, $3, $4, $5, \
         $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24) \
         on conflict (datapass_id) do nothing"
    )?;
    Ok(added == 1)
}

/// Writes a request over the version it was read at (`version - 1`). `false` when somebody else wrote meanwhile.
pub async fn update(cx: Cx<'_>, habilitation: &Habilitation, now: DateTime<Utc>) -> Result<bool> {
    let touched = write_whole!(
        cx,
        habilitation,
        now,
        "update habilitation set datapass_id = $2, public_id = $3, version = $4, state = $5, state_facts = $6, \
         dossier = $7, in_force = $8, siret = $9, name = $10, code_cog = $11, departement = $12, search = $13, \
         due_on = $14, submitted_at = $15, datapass_state = $16, datapass_fired_at = $17, datapass_rank = $18, \
         tracking_token = $19, created_at = $20, updated_at = $21, authorisations = $22, assignee_id = $23, \
         assigned_at = $24, provisioning_status = case when $8 is null then '' else provisioning_status end \
         where id = $1 and version = $4 - 1"
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

/// Another request, of the same body or of the same place.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Related {
    pub datapass_id: i64,
    /// Stable name.
    pub state: String,
    pub in_force: bool,
    pub siret: Option<String>,
    pub name: String,
    pub code_cog: Option<String>,
    pub legal_category: Option<String>,
}

macro_rules! related {
    ($condition:literal) => {
        concat!(
            "select datapass_id, state, in_force is not null as in_force, siret, name, code_cog, \
             dossier -> 'organisation' ->> 'legal_category' as legal_category from habilitation where ",
            $condition,
            " and id <> $1 order by datapass_id desc limit 20"
        )
    };
}

/// Requests of the establishments of a body, told by its SIREN: the newest ones, this request aside.
pub async fn of_siren(cx: Cx<'_>, siren: &str, except: HabilitationId) -> Result<Vec<Related>> {
    // A range, which the index on the SIRET serves.
    let (from, to) = (format!("{siren}00000"), format!("{siren}99999"));
    Ok(fetch_all!(cx, Related, related!("siret >= $2 and siret <= $3"), except, from, to)?)
}

/// Requests of the bodies of a commune: the newest ones, this request aside.
pub async fn of_place(cx: Cx<'_>, code_cog: &str, except: HabilitationId) -> Result<Vec<Related>> {
    Ok(fetch_all!(cx, Related, related!("code_cog = $2"), except, code_cog)?)
}

/// Requests whose last decision is still to be taken again in DataPass: those that DataPass contradicts first, then the
/// oldest decision.
pub async fn to_report(cx: Cx<'_>, limit: i64) -> Result<Vec<Habilitation>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from habilitation where state_facts ->> 'unreported' is not null \
         order by state_facts -> 'unreported' ->> 'contradicted' is null, state_facts -> 'unreported' ->> 'at', \
         datapass_id limit $1"
    );
    fetch_all!(cx, Row, sql, limit)?.into_iter().map(Habilitation::try_from).collect()
}

/// How many requests are to report.
pub async fn to_report_count(cx: Cx<'_>) -> Result<i64> {
    let sql = "select count(*) from habilitation where state_facts ->> 'unreported' is not null";
    Ok(fetch_optional!(cx, (i64,), sql)?.map_or(0, |(count,)| count))
}
