//! The délibération: the address typed for it, and what reading its text shows. Hints with their page, for an instructeur
//! who judges; pure, and never a decision.

mod body;
mod date;
mod folded;
mod link;
mod mentions;
mod numbers;
mod reading;
mod tariffs;

pub use link::link;
pub use reading::{RULES, read};

use crate::domain::document::{Origin, Trouble};
use crate::store::documents::Document;

/// The latest document of each origin, newest first: what a request stands on. `documents`: newest first.
pub fn current(documents: &[Document]) -> Vec<&Document> {
    let mut seen: Vec<Origin> = Vec::new();
    let latest = |document: &&Document| {
        let first = !seen.contains(&document.origin);
        seen.push(document.origin);
        first
    };
    documents.iter().filter(latest).collect()
}

/// Why a document gave no text, or not all of it: the end of a French sentence.
pub fn trouble(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Protected => "il est protégé par un mot de passe",
        Trouble::Unreadable => "il est illisible, tronqué ou endommagé",
        Trouble::Empty => "rien n’y est écrit",
        Trouble::TooHeavy => "le lire demande trop de temps ou de mémoire",
        Trouble::NoReader => "texte non extrait : l’outil de lecture des PDF est absent de ce serveur",
        Trouble::NoOcr => "des pages sont des images, et l’outil de reconnaissance de texte est absent de ce serveur",
        Trouble::OcrCut => "des pages sont des images, dont seules les premières ont été reconnues",
        Trouble::PagesCut => "seules les premières pages ont été lues",
    }
}
