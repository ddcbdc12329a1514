//! `GET /instruction/export.csv` and `.xlsx`: the filtered list, or the checked lines, sent as it is read: a few hundred
//! lines in memory at most, whatever the length of the list.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::NaiveDate;
use tokio::io::{AsyncWriteExt, DuplexStream};
use tokio_util::io::ReaderStream;

use super::assign::choices;
use super::queue::{asking, filter, pairs};
use crate::domain::paris::paris;
use crate::http::session::LoggedIn;
use crate::http::{Error, PageResult, Shared, paths};
use crate::instruction::queue::{
    Asking, Filter, checks_in_words, list, numbers, points_in_words, some, state_label, summary,
};
use crate::store::queue::{From, Place, QueueRow};

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
    sheet.row(&HEADINGS.map(str::to_owned))?;
    match asked {
        Asked::Lines(chosen) => {
            for row in numbers(&house.db, &chosen).await? {
                sheet.row(&cells(&row))?;
            }
        }
        Asked::List(filter, asking) => {
            let mut rows =
                list(house.db.read().await?.cx(), &house.queue, &filter, asking, From::Start, BATCH).await?.rows;
            while let Some(last) = rows.last() {
                let place = Place { due_on: last.due_on, datapass_id: last.datapass_id };
                for row in &rows {
                    sheet.row(&cells(row))?;
                }
                to.write_all(&sheet.written()).await?;
                rows = some(&house.db, &house.queue, &filter, asking, From::After(place), BATCH).await?;
            }
        }
    }
    to.write_all(&sheet.end()?).await?;
    Ok(to.shutdown().await?)
}

fn cells(row: &QueueRow) -> [String; 15] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let day = |day: Option<NaiveDate>| day.map(|day| day.format("%d/%m/%Y").to_string()).unwrap_or_default();
    let said = summary(row);
    let reopening = row.in_force && matches!(row.state.as_str(), "draft" | "submitted" | "changes_requested");
    [
        format!("D{}", row.datapass_id),
        row.name.clone(),
        text(&row.siret),
        text(&row.code_cog),
        text(&row.departement),
        state_label(&row.state).into(),
        if reopening { "oui" } else { "non" }.into(),
        day(row.submitted_at.map(|at| paris(at).date_naive())),
        day(row.due_on),
        said.as_ref().map_or_else(|| "non faits".into(), checks_in_words),
        said.as_ref().map(points_in_words).unwrap_or_default(),
        text(&row.assignee),
        row.unread.to_string(),
        crate::http::views::queue::service_in_words(&row.provisioning).into(),
        if row.to_report { "à reporter" } else { "à jour" }.into(),
    ]
}
