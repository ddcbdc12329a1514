//! Accounts of the back-office, made from the command line.

use std::io::Read;

use anyhow::Context;
use clap::{Args, Subcommand};
use rand::RngExt;

use super::{clock, open};
use crate::accounts::{self, NewAccount, Role};
use crate::config::Config;

#[derive(Subcommand)]
pub enum Command {
    /// Crée un compte
    Create(Create),
}

#[derive(Args)]
pub struct Create {
    /// Adresse électronique, qui sert d’identifiant
    #[arg(long)]
    email: String,
    /// Rôle : lecteur, instructeur, responsable ou operateur
    #[arg(long)]
    role: Role,
    /// Prénom et nom, tels que les demandeurs et les collègues les liront
    #[arg(long)]
    name: String,
    /// Lit le mot de passe sur l’entrée standard ; sinon un mot de passe est tiré au sort et montré une fois
    #[arg(long)]
    password_stdin: bool,
}

/// Runs the command.
pub async fn run(config: &Config, command: Command) -> anyhow::Result<()> {
    let Command::Create(create) = command;
    let db = open(config).await?;
    let (password, drawn) = if create.password_stdin { (typed()?, false) } else { (draw(), true) };
    let new = NewAccount { email: create.email, name: create.name, role: create.role, password: password.clone() };
    let account = accounts::create(&db, &clock(), new).await?;
    println!("Compte créé : {} ({})", account.email, account.role.label());
    if drawn {
        println!("Mot de passe, montré cette seule fois : {password}");
    }
    db.close().await;
    Ok(())
}

fn typed() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("entrée standard illisible")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// Twenty characters that are not mistaken for one another: 115 bits.
fn draw() -> String {
    const ALPHABET: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut rng = rand::rng();
    (0..20).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])).collect()
}
