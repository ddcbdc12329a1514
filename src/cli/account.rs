//! Accounts of the back-office, from the command line: made, listed, closed and opened again, given another password.

use std::io::Read;

use anyhow::Context;
use clap::{Args, Subcommand};
use rand::RngExt;

use super::{clock, open};
use crate::accounts::{self, Listed, NewAccount, Role};
use crate::config::Config;
use crate::store::Db;

#[derive(Subcommand)]
pub enum Command {
    /// Crée un compte
    Create(Create),
    /// Montre tous les comptes
    List,
    /// Ferme un compte et met fin à ses sessions
    Disable(Whose),
    /// Rouvre un compte fermé, avec son mot de passe
    Enable(Whose),
    /// Change le mot de passe d’un compte et met fin à ses sessions
    Password(Password),
}

#[derive(Args)]
pub struct Whose {
    /// Adresse électronique du compte
    #[arg(long)]
    email: String,
}

#[derive(Args)]
pub struct Password {
    /// Adresse électronique du compte
    #[arg(long)]
    email: String,
    /// Lit le mot de passe sur l’entrée standard ; sinon un mot de passe est tiré au sort et montré une fois
    #[arg(long)]
    password_stdin: bool,
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
    let db = open(config).await?;
    match command {
        Command::Create(asked) => create(&db, asked).await?,
        Command::List => list(&db).await?,
        Command::Disable(Whose { email }) => {
            let account = accounts::disable(&db, &clock(), &email).await?;
            println!("Compte fermé, sessions comprises : {}", account.email);
        }
        Command::Enable(Whose { email }) => {
            let account = accounts::enable(&db, &email).await?;
            println!("Compte rouvert : {}", account.email);
        }
        Command::Password(asked) => {
            let password = Chosen::of(asked.password_stdin)?;
            let account = accounts::change_password(&db, &asked.email, password.text.clone()).await?;
            println!("Mot de passe changé : {}", account.email);
            password.show();
        }
    }
    db.close().await;
    Ok(())
}

async fn create(db: &Db, asked: Create) -> anyhow::Result<()> {
    let password = Chosen::of(asked.password_stdin)?;
    let new = NewAccount { email: asked.email, name: asked.name, role: asked.role, password: password.text.clone() };
    let account = accounts::create(db, &clock(), new).await?;
    println!("Compte créé : {} ({})", account.email, account.role.label());
    password.show();
    Ok(())
}

async fn list(db: &Db) -> anyhow::Result<()> {
    for Listed { account, disabled } in accounts::list(db).await? {
        let closed = if disabled { ", fermé" } else { "" };
        println!("{} : {} ({}{closed})", account.email, account.name, account.role.label());
    }
    Ok(())
}

/// A password, typed by somebody or drawn here. No Debug.
struct Chosen {
    text: String,
    drawn: bool,
}

impl Chosen {
    fn of(typed_in: bool) -> anyhow::Result<Self> {
        Ok(if typed_in { Self { text: typed()?, drawn: false } } else { Self { text: draw(), drawn: true } })
    }

    /// A drawn one is shown once: nobody else knows it.
    fn show(&self) {
        if self.drawn {
            println!("Mot de passe, montré cette seule fois : {}", self.text);
        }
    }
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
