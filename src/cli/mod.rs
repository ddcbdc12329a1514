//! The command line: wires the parts and runs them. Holds no rule.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to the person who typed it")]

mod account;
mod demo;
mod doctor;
mod import;
mod logs;
mod reconcile;
mod serve;
mod stop;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::clock::Clock;
use crate::config::{Config, KEYS};
use crate::store::Db;

/// Habilis : instruction et mise en service des habilitations du formulaire de transmission du quotient familial.
#[derive(Parser)]
#[command(version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sert les pages, l’API et les tâches de fond
    Serve,
    /// Mène seulement les tâches de fond, à côté d’autres processus
    Work,
    /// Met le schéma de la base à jour, puis s’arrête
    Migrate,
    /// Gère les comptes de l’espace instructeur
    #[command(subcommand)]
    Account(account::Command),
    /// Dit où en est le service : schéma, réceptions, tâches, mises en service ; vérifie l’historique avec --audit
    Doctor(doctor::Doctor),
    /// Retrouve dans DataPass ce que ses webhooks n’ont pas pu nous remettre, une fois, et dit combien
    Reconcile,
    /// Charge un registre publié en fichier : les élus (rne), les DPD désignés (cnil)
    #[command(subcommand)]
    Import(import::Command),
    /// Montre les réglages effectifs, secrets masqués
    Config,
    /// Lance la démonstration : le service et ses voisins simulés, dans un seul processus
    Demo,
}

/// Reads the command line and runs it to its end.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // Only fails when a provider is already installed, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&error),
    };
    match runtime.block_on(run(cli.command)) {
        Ok(code) => code,
        Err(error) => refuse(&format!("{error:#}")),
    }
}

fn refuse(why: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("habilis : {why}");
    ExitCode::FAILURE
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    if matches!(command, Command::Demo) {
        return demo::run().await;
    }
    let config = match Config::from_environment() {
        Ok(config) => config,
        Err(problems) => {
            eprintln!("habilis : la configuration empêche le démarrage");
            for problem in problems {
                eprintln!("  - {problem}");
            }
            return Ok(ExitCode::from(2));
        }
    };
    match command {
        Command::Serve => serve::run(config, serve::Part::Whole).await?,
        Command::Work => serve::run(config, serve::Part::Workers).await?,
        Command::Migrate => {
            open(&config).await?.close().await;
            println!("Schéma à jour.");
        }
        Command::Account(command) => account::run(&config, command).await?,
        Command::Doctor(asked) => return doctor::run(&config, asked).await,
        Command::Reconcile => reconcile::run(config).await?,
        Command::Import(command) => return import::run(&config, command).await,
        Command::Config => show_config()?,
        Command::Demo => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// The database, its schema up to date.
async fn open(config: &Config) -> anyhow::Result<Db> {
    let db = Db::open(config.database_url.expose()).await?;
    db.migrate().await?;
    Ok(db)
}

fn show_config() -> anyhow::Result<()> {
    let values = Config::effective_values().map_err(|_| anyhow::anyhow!("configuration illisible"))?;
    for (name, value) in Config::describe(&values) {
        println!("{name} = {value}");
    }
    println!("\n{} clés ; leur sens est dans le README.", KEYS.len());
    Ok(())
}

/// The machine's clock.
fn clock() -> Clock {
    Clock::System
}
