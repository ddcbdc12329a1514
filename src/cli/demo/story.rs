//! The requests of the demonstration, from the files of `seeds/`: those of the guided path word for word, then those told
//! in a line each, then as many ordinary ones as it takes. Always the same. Knows nothing of how they are played.

use std::collections::HashSet;

use anyhow::Context as _;
use serde::Deserialize;

use super::body::{self, Kind};
use super::people::{Part, People, applicant, slug};
use super::step::{Step, settled};
use crate::sandbox::communes::{self, Commune, Nature};
use crate::sandbox::datapass::{Applicant, Contact, Establishment, Filing, ServiceProvider};

/// A request and what becomes of it, oldest step first.
pub struct Story {
    pub filing: Filing,
    /// The answers of a second submission.
    pub revised: Filing,
    /// Who takes the request over, and for which body when it changes.
    pub successor: Applicant,
    pub moved_to: Option<Establishment>,
    pub steps: Vec<Step>,
}

/// A request of the guided path, whole.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    siret: String,
    name: String,
    legal_category: String,
    code_cog: String,
    postal_code: String,
    town: String,
    demandeur: Person,
    contact_metier: Option<Person>,
    dpd: Option<Person>,
    deliberation_url: Option<String>,
    retention_months: Option<u32>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    given: String,
    family: String,
    email: String,
    phone: String,
    job: String,
}

impl From<&Person> for Contact {
    fn from(of: &Person) -> Self {
        Self {
            family: of.family.clone(),
            given: of.given.clone(),
            email: of.email.clone(),
            phone: of.phone.clone(),
            job: of.job.clone(),
        }
    }
}

/// A request told in a line: a body of the official list, what is odd, what happens.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    cog: Option<String>,
    /// Of an intercommunalité.
    siren: Option<String>,
    #[serde(default)]
    body: Kind,
    /// The code it is filed under, when its commune has another one by now.
    filed_cog: Option<String>,
    /// The commune it moves to.
    to: Option<String>,
    #[serde(default)]
    quirks: Vec<Quirk>,
    steps: Vec<Step>,
}

/// What is odd in a request.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Quirk {
    DpdIsMaire,
    DpdIsDemandeur,
    Editor,
    ShortPhone,
    LongRetention,
    LongExtension,
    InseeSilent,
    Closed,
}

#[derive(Deserialize)]
struct Guided {
    scenario: Vec<Scenario>,
}

#[derive(Deserialize)]
struct Others {
    story: Vec<Told>,
    /// Taken in turn, without a body of their own.
    common: Vec<Told>,
}

/// At least those that are told one by one, and up to `count`.
///
/// # Errors
/// When a file of `seeds/` is wrong or names a body that the official list does not know.
pub fn all(count: usize) -> anyhow::Result<Vec<Story>> {
    let guided: Guided = toml::from_str(include_str!("../../../seeds/demo.toml"))?;
    let others: Others = toml::from_str(include_str!("../../../seeds/histoires.toml"))?;
    let people = People::read()?;
    let mut stories: Vec<Story> =
        guided.scenario.into_iter().map(|one| whole(&people, one)).collect::<Result<_, _>>()?;
    for one in others.story {
        stories.push(told(&people, stories.len(), one)?);
    }
    let known: HashSet<String> = stories.iter().map(|story| story.filing.siret.clone()).collect();
    let ordinary = towns(&known).zip(others.common.iter().cycle()).take(count.saturating_sub(stories.len()));
    for (commune, common) in ordinary.collect::<Vec<_>>() {
        let one = Told { cog: Some(commune.cog.to_owned()), ..common.clone() };
        stories.push(told(&people, stories.len(), one)?);
    }
    Ok(stories)
}

/// Communes with a school life, all over the country and never twice, whose request is not told otherwise.
fn towns(known: &HashSet<String>) -> impl Iterator<Item = &'static Commune> {
    // A prime number of steps, so that every commune comes once before any comes again.
    const STRIDE: usize = 7_919;
    let towns: Vec<_> = communes::all()
        .iter()
        .filter(|one| one.nature == Nature::Commune && one.population > Some(800) && one.postal_codes.len() == 1)
        .filter(|one| one.siren.is_some_and(|siren| !known.contains(&body::head_office(siren))))
        .collect();
    let count = towns.len();
    (0..count).map(move |turn| towns[turn * STRIDE % count])
}

fn whole(people: &People, of: Scenario) -> anyhow::Result<Story> {
    let filing = Filing {
        siret: of.siret,
        organisation: of.name,
        legal_category: of.legal_category,
        cog: of.code_cog,
        postal_code: of.postal_code,
        town: of.town,
        applicant: applicant(&Contact::from(&of.demandeur)),
        contact_metier: of.contact_metier.as_ref().map(Contact::from).unwrap_or_default(),
        dpd: of.dpd.as_ref().map(Contact::from).unwrap_or_default(),
        document: of.deliberation_url.is_none(),
        url: of.deliberation_url,
        retention_months: of.retention_months,
        ..Filing::example()
    };
    story(people, 0, filing, None, &of.steps)
}

fn told(people: &People, rank: usize, of: Told) -> anyhow::Result<Story> {
    let found = match (&of.cog, &of.siren) {
        (Some(cog), _) => body::of_commune(cog, of.body),
        (None, Some(siren)) => body::intercommunalite(siren),
        (None, None) => None,
    };
    let unknown =
        || format!("{:?}{:?} : la liste officielle des communes manque, lancez « make static »", of.cog, of.siren);
    let mut body = found.with_context(unknown)?;
    if let Some(cog) = of.filed_cog {
        body.cog = cog;
    }
    let moved_to = of.to.as_deref().and_then(|cog| body::of_commune(cog, Kind::Commune));
    let filing = filing(people, rank, &body, &of.quirks);
    story(people, rank, filing, moved_to, &of.steps)
}

fn story(
    people: &People,
    rank: usize,
    filing: Filing,
    moved_to: Option<Establishment>,
    steps: &[Step],
) -> anyhow::Result<Story> {
    let town = moved_to.as_ref().map_or(filing.town.as_str(), |body| body.town.as_str());
    let steps = settled(steps).map_err(|why| anyhow::anyhow!("{}: {why}", filing.organisation))?;
    Ok(Story {
        revised: revised(people, rank, &filing),
        successor: applicant(&people.person(rank, Part::Successor, &domain(town))),
        moved_to,
        steps,
        filing,
    })
}

/// The request of a body, well filled but for what is odd.
fn filing(people: &People, rank: usize, body: &Establishment, quirks: &[Quirk]) -> Filing {
    let domain = domain(&body.town);
    let demandeur = people.person(rank, Part::Demandeur, &domain);
    let year = 2022 + rank % 4;
    let mut filing = Filing {
        siret: body.siret.clone(),
        organisation: body.name.clone(),
        legal_category: body.legal_category.clone(),
        cog: body.cog.clone(),
        postal_code: body.postal_code.clone(),
        town: body.town.clone(),
        applicant: applicant(&demandeur),
        contact_metier: people.person(rank, Part::Contact, &domain),
        dpd: people.person(rank, Part::Dpd, &domain),
        legal_basis: format!(
            "Délibération n° {year}-{:03} fixant les tarifs de la restauration scolaire selon le quotient familial",
            rank % 97 + 1
        ),
        document: !rank.is_multiple_of(3),
        url: rank.is_multiple_of(3).then(|| format!("https://{domain}/deliberations/{year}-{:03}.pdf", rank % 97 + 1)),
        recipients: ["Agents de la régie scolaire", "Agents de la municipalité", "Guichet famille et régie"][rank % 3]
            .into(),
        retention_months: Some([12, 24, 36][rank % 3]),
        ..Filing::example()
    };
    quirks.iter().for_each(|quirk| apply(*quirk, &mut filing, &demandeur));
    filing
}

fn apply(quirk: Quirk, filing: &mut Filing, demandeur: &Contact) {
    match quirk {
        Quirk::DpdIsMaire => filing.dpd.job = "Maire".into(),
        Quirk::DpdIsDemandeur => filing.dpd = demandeur.clone(),
        Quirk::Editor => {
            let editor = ServiceProvider { id: "logiciel_enfance".into(), siret: None, kind: Some("editor".into()) };
            filing.service_provider = Some(editor);
        }
        Quirk::ShortPhone => filing.applicant.phone = Some("poste 12".into()),
        Quirk::LongRetention => {
            filing.retention_months = Some(60);
            filing.justification =
                Some("Durée de prescription des créances de la régie, cinq ans après la facturation.".into());
        }
        Quirk::LongExtension => filing.applicant.email = format!("contact@mairie-{}.collectivite", slug(&filing.town)),
        Quirk::InseeSilent => filing.insee = false,
        Quirk::Closed => filing.open = false,
    }
}

/// What the demandeur says the second time.
fn revised(people: &People, rank: usize, filing: &Filing) -> Filing {
    Filing {
        contact_metier: people.person(rank, Part::NewContact, &domain(&filing.town)),
        recipients: format!("{} et service de la restauration", filing.recipients),
        retention_months: Some(36),
        ..filing.clone()
    }
}

/// Where the people of a town have their addresses; `.test` is never delivered.
fn domain(town: &str) -> String {
    format!("mairie-{}.test", slug(town))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::demo::step::Gesture;

    #[test]
    fn every_story_reads_and_no_two_bodies_are_one() {
        let stories = all(600).expect("the files read, and `make static` was run");
        assert_eq!(stories.len(), 600);
        let mut sirets = HashSet::new();
        for Story { filing, .. } in &stories {
            assert!(filing.siret.parse::<siret::Siret>().is_ok(), "{} {}", filing.organisation, filing.siret);
            assert!(sirets.insert(&filing.siret), "{} twice", filing.organisation);
            assert_eq!(filing.postal_code.len(), 5, "{}", filing.organisation);
        }
        let departements: HashSet<_> = stories.iter().map(|story| &story.filing.cog[..2]).collect();
        assert!(departements.len() > 80, "{} départements", departements.len());
    }

    #[test]
    fn the_guided_path_begins_with_the_oldest_request_to_instruct() {
        let stories = all(0).unwrap();
        let waits = |story: &&Story| {
            let asked = |gesture| story.steps.iter().any(|step| step.gesture == gesture);
            asked(Gesture::Submit)
                && !asked(Gesture::Accept)
                && !asked(Gesture::Approve)
                && !asked(Gesture::AskChanges)
                && !asked(Gesture::Refuse)
        };
        let age = |story: &&Story| story.steps.first().map(|step| step.days_ago);
        let oldest = stories.iter().filter(waits).max_by_key(age).unwrap();
        let others = stories.iter().filter(waits).filter(|story| age(story) == age(&oldest)).count();
        assert_eq!((oldest.filing.organisation.as_str(), others), ("COMMUNE DE LA ROCHELLE", 1));
    }

    #[test]
    fn every_gesture_is_made_somewhere() {
        use Gesture::{
            Accept, Answer, Approve, Archive, Ask, AskChanges, AskThere, Cancel, Deny, HubeeDown, Move, Note, Refuse,
            Reopen, Resubmit, Revoke, RevokeOne, RevokeThere, Start, Submit, Take, Transfer,
        };
        let made: Vec<Gesture> =
            all(0).unwrap().iter().flat_map(|story| &story.steps).map(|step| step.gesture).collect();
        for gesture in [
            Accept,
            Answer,
            Approve,
            Archive,
            Ask,
            AskChanges,
            AskThere,
            Cancel,
            Deny,
            HubeeDown,
            Move,
            Note,
            Refuse,
            Reopen,
            Resubmit,
            Revoke,
            RevokeOne,
            RevokeThere,
            Start,
            Submit,
            Take,
            Transfer,
        ] {
            assert!(made.contains(&gesture), "{gesture:?}");
        }
    }
}
