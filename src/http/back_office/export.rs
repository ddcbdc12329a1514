//! `GET /instruction/export.csv` and `.xlsx`: the filtered list, or the checked lines, sent as it is read: a few hundred
//! lines in memory at most, whatever the length of the list.

use std::collections::HashMap;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::NaiveDate;
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::assign::choices;
use super::queue::{asking, filter, pairs, people};
use crate::domain::paris::paris;
use crate::http::session::LoggedIn;
use crate::http::views::queue::service_in_words;
use crate::http::{Error, PageResult, Shared, paths};
use crate::instruction::queue::{Asking, Filter, From, Line, Place, checks_in_words, points_in_words, state_label};

use super::sheet::{Csv, Sheet, Xlsx};

/// Lines read at once.
const BATCH: usize = 500;
/// Bytes that wait for a slow reader.
const WAITING: usize = 64 * 1024;

const HEADINGS: [&str; 15] = [
    "Numéro",
    "Collectivité",
    "SIRET",
    "Code INSEE",
    "Département",
    "État",
    "Réouverture",
    "Soumise le",
    "Échéance",
    "Contrôles",
    "Points",
    "En charge",
    "Messages non lus",
    "Mise en service",
    "État DataPass",
];

pub fn routes() -> Router<Shared> {
    Router::new().route(paths::QUEUE_EXPORT, get(export))
}

async fn export(
    State(house): State<Shared>,
    LoggedIn(account): LoggedIn,
    Path(format): Path<String>,
    RawQuery(query): RawQuery,
) -> PageResult<Response> {
    let pairs = pairs(&query.unwrap_or_default());
    let (kind, sheet): (&str, Box<dyn Sheet + Send>) = match format.as_str() {
        "csv" => ("text/csv; charset=utf-8", Box::new(Csv::default())),
        "xlsx" => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Box::new(Xlsx::new()?)),
        _ => return Err(Error::NotFound),
    };
    let chosen: Vec<i64> = choices(&pairs).into_iter().map(|(number, _)| number).collect();
    // Checked lines were asked for: without any, the file has none either.
    let asked = if pairs.iter().any(|(name, _)| name == "choisies") {
        Asked::Lines(chosen)
    } else {
        Asked::List(filter(&pairs), asking(&house, &account))
    };
    let today = house.clock.today();
    let (writer, reader) = tokio::io::duplex(WAITING);
    tokio::spawn(async move {
        if let Err(error) = send(&house, asked, sheet, writer).await {
            tracing::warn!(error = format!("{error:#}"), "an export stopped");
        }
    });
    let name = format!("attachment; filename=\"demandes-{today}.{format}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(ReaderStream::new(reader))).into_response())
}

/// Names of accounts.
type Names = HashMap<Uuid, String>;

enum Asked {
    List(Filter, Asking),
    Lines(Vec<i64>),
}

async fn send(
    house: &Shared,
    asked: Asked,
    mut sheet: Box<dyn Sheet + Send>,
    mut to: DuplexStream,
) -> anyhow::Result<()> {
    let mut conn = house.db.read().await?;
    house.queue.refresh(conn.cx(), house.clock.now()).await?;
    let names: Names = people(conn.cx()).await?.into_iter().map(|one| (one.id, one.name)).collect();
    drop(conn);
    sheet.row(&HEADINGS.map(str::to_owned))?;
    match asked {
        Asked::Lines(chosen) => {
            for line in house.queue.lines(&chosen).await {
                sheet.row(&cells(&line, &names))?;
            }
        }
        Asked::List(filter, asking) => {
            let mut from = From::Start;
            loop {
                let lines = house.queue.find(&filter, asking.me, asking.today, from, BATCH).await.lines;
                let Some(last) = lines.last() else { break };
                from = From::After(Place { due_on: last.due_on, datapass_id: last.datapass_id });
                for line in &lines {
                    sheet.row(&cells(line, &names))?;
                }
                to.write_all(&sheet.written()).await?;
            }
        }
    }
    to.write_all(&sheet.end()?).await?;
    Ok(to.shutdown().await?)
}

fn cells(line: &Line, names: &Names) -> [String; 15] {
    let day = |day: Option<NaiveDate>| day.map(|day| day.format("%d/%m/%Y").to_string()).unwrap_or_default();
    let name = |account| names.get(&account).cloned().unwrap_or_default();
    [
        format!("D{}", line.datapass_id),
        line.name().into(),
        line.siret().into(),
        line.code_cog().into(),
        line.departement().into(),
        state_label(line.state).into(),
        if line.is_reopening() { "oui" } else { "non" }.into(),
        day(line.submitted_at.map(|at| paris(at).date_naive())),
        day(line.due_on),
        line.checks.as_ref().map_or_else(|| "non faits".into(), checks_in_words),
        line.checks.as_ref().map(points_in_words).unwrap_or_default(),
        line.assignee.map(name).unwrap_or_default(),
        line.unread.to_string(),
        service_in_words(line.provisioning()).into(),
        if line.to_report { "à reporter" } else { "à jour" }.into(),
    ]
}
