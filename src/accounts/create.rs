//! Opening an account. Every refusal is a French sentence for whoever typed the command.

use uuid::Uuid;
use validator::ValidateEmail;

use super::{Account, Role, normalise_email, password};
use crate::clock::Clock;
use crate::store::{self, Db, accounts as table};

/// The longest name kept, in characters.
const MAX_NAME: usize = 120;

/// What is asked for a new account. No Debug: it holds a password.
pub struct NewAccount {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub password: String,
}

/// Why an account was not opened.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error("L’adresse électronique n’est pas valide : indiquez-la sous la forme prenom.nom@domaine.fr.")]
    Email,
    #[error("Le nom est vide ou dépasse {MAX_NAME} caractères.")]
    Name,
    #[error("Le mot de passe est trop court : il doit compter au moins {} caractères.", password::MIN_LENGTH)]
    ShortPassword,
    #[error("Un compte existe déjà pour cette adresse électronique.")]
    Taken,
    #[error("Le compte n’a pas pu être créé.")]
    Password(#[source] password::Error),
    #[error("Le compte n’a pas pu être créé.")]
    Store(#[from] store::Error),
}

/// Opens an account; the e-mail is kept in lower case.
///
/// # Errors
/// See [`CreateError`]; nothing was written.
pub async fn create(db: &Db, clock: &Clock, new: NewAccount) -> Result<Account, CreateError> {
    let email = normalise_email(&new.email);
    let name = new.name.trim().to_owned();
    check(&email, &name, &new.password)?;
    let row = table::AccountRow {
        id: Uuid::now_v7(),
        email,
        name,
        role: new.role.name().to_owned(),
        password_hash: password::hash(new.password).await.map_err(CreateError::Password)?,
        disabled_at: None,
    };
    if !table::insert(db, &row, clock.now()).await? {
        return Err(CreateError::Taken);
    }
    tracing::info!(account = %row.id, role = row.role, "account created");
    Ok(row.try_into()?)
}

fn check(email: &str, name: &str, password: &str) -> Result<(), CreateError> {
    if !email.validate_email() {
        return Err(CreateError::Email);
    }
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(CreateError::Name);
    }
    if password.chars().count() < password::MIN_LENGTH {
        return Err(CreateError::ShortPassword);
    }
    Ok(())
}
