//! `habilis doctor`: what an operator looks at first. Reads, changes nothing: not even the schema.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::config::Config;
use crate::http::views::operation::{inbox_label, job_label, service_label, without_values};
use crate::store::audit::{self, Audit};
use crate::store::figures::{self, Figures};
use crate::store::{Db, Schema};
use crate::workflow::job_label as kind_label;

#[derive(Args)]
pub struct Doctor {
    /// Vérifie aussi la chaîne des historiques, ligne par ligne ; code de sortie 1 si elle est rompue
    #[arg(long)]
    audit: bool,
    /// Répond en JSON
    #[arg(long)]
    json: bool,
}

/// All that is told.
#[derive(Serialize)]
struct Report {
    schema: Schema,
    /// Absent when the schema is not the one that this program reads.
    figures: Option<Figures>,
    audit: Option<Audit>,
}

impl Report {
    /// Whether nothing is wrong with the database itself: what is stuck in it is not its fault.
    fn is_sound(&self) -> bool {
        self.figures.is_some() && self.audit.as_ref().is_none_or(|audit| audit.broken == 0)
    }
}

/// Runs the command: success when the schema is up to date and no chain is broken.
pub async fn run(config: &Config, asked: Doctor) -> anyhow::Result<ExitCode> {
    let db = Db::open(config.database_url.expose()).await?;
    let report = examine(&db, asked.audit).await?;
    db.close().await;
    if asked.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print(&report);
    }
    Ok(if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn examine(db: &Db, audited: bool) -> anyhow::Result<Report> {
    let mut report = Report { schema: db.schema().await?, figures: None, audit: None };
    if report.schema.applied == Some(report.schema.expected) {
        report.figures = Some(redacted(figures::figures(db.read().await?.cx()).await?));
        if audited {
            report.audit = Some(audit::audit(db).await?);
        }
    }
    Ok(report)
}

/// The same, its errors without the values they quote.
fn redacted(mut figures: Figures) -> Figures {
    for job in &mut figures.jobs {
        job.last_error = job.last_error.as_deref().map(without_values);
    }
    figures
}

fn print(report: &Report) {
    let expected = report.schema.expected;
    match report.schema.applied {
        None => println!("Schéma : aucun ; lancez « habilis migrate »."),
        Some(applied) if applied < expected => {
            println!("Schéma : migration {applied}, ce programme attend la {expected} ; lancez « habilis migrate ».");
        }
        Some(applied) if applied > expected => {
            println!("Schéma : migration {applied}, plus récent que ce programme ({expected}) ; mettez-le à jour.");
        }
        Some(applied) => println!("Schéma : migration {applied}, à jour."),
    }
    if let Some(figures) = &report.figures {
        print_figures(figures);
    }
    if let Some(audit) = &report.audit {
        print_audit(audit);
    }
}

fn print_figures(figures: &Figures) {
    println!("\nRéceptions de DataPass");
    print_counts(figures.inbox.iter().map(|(status, count)| (inbox_label(status), *count)));
    println!("\nTâches");
    if figures.jobs.is_empty() {
        println!("  aucune");
    }
    for job in &figures.jobs {
        let error = job.last_error.as_deref().map(|error| format!(" ; dernière erreur : {error}")).unwrap_or_default();
        println!("  {}, {} : {}{error}", kind_label(&job.kind), job_label(&job.state), job.count);
    }
    println!("\nMises en service");
    print_counts(figures.provisioning.iter().map(|(status, count)| (service_label(status), *count)));
    println!("\nFormulaires ouverts : {}", figures.open_forms);
}

fn print_counts<'a>(counts: impl Iterator<Item = (&'a str, i64)>) {
    let mut none = true;
    for (label, count) in counts {
        println!("  {label} : {count}");
        none = false;
    }
    if none {
        println!("  aucune");
    }
}

fn print_audit(audit: &Audit) {
    println!("\nChaîne des historiques");
    println!("  Demandes : {}", audit.requests);
    println!("  Lignes vérifiées : {}", audit.lines - audit.unsealed.min(audit.lines));
    println!("  Lignes d’avant le chaînage, que rien ne prouve : {}", audit.unsealed);
    println!("  Ruptures : {}", audit.broken);
    for found in &audit.breaks {
        let line = found.line.map(|line| format!(", ligne {line}")).unwrap_or_default();
        println!("  - {}{line} : {}", found.request, found.sentence);
    }
    let untold = audit.broken - (audit.breaks.len() as u64).min(audit.broken);
    if untold > 0 {
        println!("  - et {untold} autres");
    }
    println!("{}", if audit.broken == 0 { "La chaîne est intacte." } else { "La chaîne est rompue." });
}
