//! `habilis import`: registers published as files, loaded by hand; and what was loaded.

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Subcommand};

use super::{clock, open};
use crate::config::Config;
use crate::registers::{self, Files, Loaded, NotLoaded};
use crate::workflow;

#[derive(Subcommand)]
pub enum Command {
    /// Le répertoire national des élus : fichier des maires et, au choix, ceux des conseillers
    Rne(Given),
    /// La liste de la CNIL : organismes ayant désigné un DPD
    Cnil(Given),
}

#[derive(Args)]
pub struct Given {
    /// Fichiers CSV publiés sur data.gouv.fr, qui forment ensemble une édition
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Date de l’édition (AAAA-MM-JJ) ; à défaut, celle du premier fichier
    #[arg(long)]
    date: Option<NaiveDate>,
    /// Accepte un fichier plus court qu’attendu
    #[arg(long)]
    partiel: bool,
}

/// Loads an edition and has every request checked by it, or says why the previous one stays.
pub async fn run(config: &Config, command: Command) -> anyhow::Result<ExitCode> {
    let (given, is_rne) = match &command {
        Command::Rne(given) => (given, true),
        Command::Cnil(given) => (given, false),
    };
    let Some(dated) = given.date.or_else(|| modified(given.files.first()?)) else {
        eprintln!("habilis : la date de l’édition est inconnue : donnez-la par --date AAAA-MM-JJ");
        return Ok(ExitCode::FAILURE);
    };
    let db = open(config).await?;
    let then = workflow::checks_of_all(clock().now());
    let files = Files { files: given.files.clone(), then, dated, partial: given.partiel };
    let outcome = if is_rne {
        registers::load_elected(&db, &clock(), &files).await
    } else {
        registers::load_declared(&db, &clock(), &files).await
    };
    db.close().await;
    Ok(show(outcome, dated))
}

/// The day a file was last written.
fn modified(path: &PathBuf) -> Option<NaiveDate> {
    let at: DateTime<Utc> = std::fs::metadata(path).ok()?.modified().ok()?.into();
    Some(at.date_naive())
}

fn show(outcome: Result<Loaded, NotLoaded>, dated: NaiveDate) -> ExitCode {
    match outcome {
        Ok(loaded) => {
            println!("Édition du {} chargée : {} lignes.", dated.format("%d/%m/%Y"), loaded.rows);
            if loaded.wrong > 0 {
                println!("Lignes laissées de côté : {}.", loaded.wrong);
                loaded.reasons.iter().for_each(|reason| println!("- {reason}"));
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("habilis : rien n’est changé, l’édition précédente reste lue. {error}.");
            ExitCode::FAILURE
        }
    }
}
