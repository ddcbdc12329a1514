//! Invented people, drawn from `seeds/personnes.toml`: always the same for the same request.

use serde::Deserialize;

use crate::domain::names::normalise;
use crate::sandbox::datapass::{Applicant, Contact};

/// Lists to draw from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    given: Vec<String>,
    family: Vec<String>,
    demandeur: Vec<String>,
    contact: Vec<String>,
    dpd: Vec<String>,
}

/// What a person is in a request; each draws another name.
#[derive(Clone, Copy)]
pub enum Part {
    Demandeur,
    Contact,
    Dpd,
    /// Whoever takes a request over.
    Successor,
    /// The new contact of a request submitted again.
    NewContact,
}

impl People {
    /// The lists shipped with the program.
    ///
    /// # Errors
    /// When the file is wrong, which a test prevents.
    pub fn read() -> anyhow::Result<Self> {
        Ok(toml::from_str(include_str!("../../../seeds/personnes.toml"))?)
    }

    /// The person who plays `part` in the request of this rank, at a body whose addresses end in `domain`.
    pub fn person(&self, rank: usize, part: Part, domain: &str) -> Contact {
        let turn = rank * 5 + part as usize;
        let given = pick(&self.given, turn * 17 + rank);
        let family = pick(&self.family, turn * 11 + rank / 3);
        let (jobs, local) = match part {
            Part::Demandeur | Part::Successor => (&self.demandeur, address(given, family)),
            Part::Contact | Part::NewContact => (&self.contact, address(given, family)),
            Part::Dpd => (&self.dpd, "dpd".to_owned()),
        };
        let end = rank % 80 + part as usize;
        Contact {
            family: family.clone(),
            given: given.clone(),
            email: format!("{local}@{domain}"),
            phone: format!("04 {:02} 00 {:02} {:02}", 10 + rank / 80 % 80, rank / 7 % 80, end),
            job: pick(jobs, turn + rank).clone(),
        }
    }
}

/// The same, as whoever files.
pub fn applicant(person: &Contact) -> Applicant {
    Applicant {
        email: person.email.clone(),
        given: Some(person.given.clone()),
        family: Some(person.family.clone()),
        phone: Some(person.phone.clone()).filter(|phone| !phone.is_empty()),
        job: Some(person.job.clone()),
    }
}

/// Text as it stands in an address: lower case, no accents, dashes between words.
pub fn slug(text: &str) -> String {
    normalise(text).replace(' ', "-")
}

fn address(given: &str, family: &str) -> String {
    format!("{}.{}", slug(given).chars().next().unwrap_or('x'), slug(family).replace('-', ""))
}

fn pick(list: &[String], turn: usize) -> &String {
    static NOBODY: String = String::new();
    list.get(turn % list.len().max(1)).unwrap_or(&NOBODY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::hubee_rules::{hubee_email, hubee_phone};

    #[test]
    fn people_are_many_and_may_be_written_to() {
        let people = People::read().expect("the file reads");
        let mut names = std::collections::BTreeSet::new();
        for rank in 0..400 {
            let them = [Part::Demandeur, Part::Contact, Part::Dpd].map(|part| people.person(rank, part, "mairie.test"));
            for person in &them {
                assert!(hubee_email(&person.email).is_ok() && hubee_phone(&person.phone).is_ok(), "{person:?}");
            }
            assert!(them[0].family != them[2].family || them[0].given != them[2].given, "{them:?}");
            names.insert(format!("{} {}", them[0].given, them[0].family));
        }
        assert!(names.len() > 300, "{} demandeurs", names.len());
    }
}
