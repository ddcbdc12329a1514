//! What is under way and what is stuck, counted: nothing that names a person.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Cx, Result, inbox, suspensions};

/// The house in figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// DataPass deliveries, by status.
    pub inbox: BTreeMap<String, i64>,
    /// Jobs that are not done.
    pub jobs: Vec<JobFigure>,
    /// Mises en service, by status.
    pub provisioning: BTreeMap<String, i64>,
    pub open_forms: i64,
    /// Abonnements that end, by status.
    pub suspensions: BTreeMap<String, i64>,
    /// Differences that stand, by kind.
    pub drifts: BTreeMap<String, i64>,
}

/// Jobs of one kind in one state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JobFigure {
    pub kind: String,
    /// `queued`, `running` or `parked`.
    pub state: String,
    pub count: i64,
    /// Why the newest of those that failed did.
    pub last_error: Option<String>,
}

/// Counts everything.
pub async fn figures(mut cx: Cx<'_>) -> Result<Figures> {
    let inbox = inbox::counts(cx.cx()).await?.into_iter().collect();
    let provisioning = fetch_all!(cx.cx(), (String, i64), "select status, count(*) from provisioning group by status")?;
    let open = fetch_optional!(
        cx.cx(),
        (i64,),
        "select count(*) from collectivite where closed_at is null and paused_at is null"
    )?;
    let suspensions = suspensions::counts(cx.cx()).await?.into_iter().collect();
    let drifts =
        fetch_all!(cx.cx(), (String, i64), "select kind, count(*) from drift where gone_at is null group by kind")?;
    Ok(Figures {
        inbox,
        jobs: jobs(cx).await?,
        provisioning: provisioning.into_iter().collect(),
        open_forms: open.map_or(0, |(count,)| count),
        suspensions,
        drifts: drifts.into_iter().collect(),
    })
}

async fn jobs(mut cx: Cx<'_>) -> Result<Vec<JobFigure>> {
    let counts = fetch_all!(
        cx.cx(),
        (String, String, i64),
        "select kind, state, count(*) from job where state in ('queued', 'running', 'parked') \
         group by kind, state order by kind, state"
    )?;
    let mut jobs = Vec::new();
    for (kind, state, count) in counts {
        let error = fetch_optional!(
            cx.cx(),
            (String,),
            "select last_error from job where kind = $1 and state = $2 and last_error is not null \
             order by created_at desc, id desc limit 1",
            &kind,
            &state
        )?;
        jobs.push(JobFigure { kind, state, count, last_error: error.map(|(error,)| error) });
    }
    Ok(jobs)
}
