//! Communes and people that look like French ones and are nobody: names, numbers whose keys are right, addresses.

use habilis::domain::names::normalise;
use habilis::domain::{Contact, Organisation};

use super::dice::Dice;

const BEFORE: &[&str] =
    &["Saint-", "Sainte-", "La ", "Le ", "Les ", "Bourg-", "Mont-", "Val-", "Château-", "Ville-", "", "", "", ""];
const ROOTS: &[&str] = &[
    "Marie",
    "Étienne",
    "Jean",
    "Hilaire",
    "Gervais",
    "Rémy",
    "Loup",
    "Aubin",
    "Cyr",
    "Germain",
    "Boëge",
    "Évian",
    "Cuines",
    "Hérault",
    "Lœuilly",
    "Ferrières",
    "Chêne",
    "Rivière",
    "Fontaine",
    "Beaumont",
    "Villeneuve",
    "Mareuil",
    "Thônes",
    "Ambérieu",
    "Sancé",
    "Dompierre",
    "Hautecour",
    "Pérouges",
    "Brénod",
    "Sévigné",
    "Lançon",
    "Marçay",
    "Arçay",
    "Poët",
    "Noël",
    "Mûres",
];
const AFTER: &[&str] = &[
    "",
    "",
    "",
    "-sur-Loire",
    "-sur-Saône",
    "-en-Bresse",
    "-les-Bains",
    "-la-Forêt",
    "-le-Château",
    "-des-Prés",
    "-sous-Bois",
    "-d’Ardèche",
    "-aux-Mines",
    "-en-Forez",
    "-lès-Mâcon",
    "-de-Maurienne",
    "-l’Évêque",
    "-et-Cauzac",
];
const GIVEN: &[&str] = &[
    "Marie",
    "Camille",
    "Noé",
    "Gaëlle",
    "Jérôme",
    "Odile",
    "Hélène",
    "Léo",
    "Anaïs",
    "François",
    "Zoé",
    "Benoît",
    "Inès",
    "Thérèse",
    "Rémi",
    "Chloé",
    "Agnès",
    "Loïc",
    "Solène",
    "Yann",
];
const FAMILY: &[&str] = &[
    "Bouchet",
    "Lefèvre",
    "Garnier",
    "Mercier",
    "Roux",
    "Lœuillet",
    "Blanc",
    "Chevalier",
    "François",
    "Béranger",
    "Faure",
    "Perrin",
    "Gauthier",
    "Marchand",
    "Noël",
    "Lemaître",
    "Barbier",
    "Renaud",
    "Picard",
    "Brunet",
    "Giraud",
    "Colin",
    "Rey",
];

/// How many communes ask, several times each.
const COMMUNES: u64 = 36_000;

/// The body that asks for the request of this rank.
pub fn organisation(rank: u64) -> Organisation {
    let commune = rank * 7_919 % COMMUNES;
    let mut dice = Dice::new(commune + 1);
    let town = format!("{}{}{}", dice.pick(BEFORE), dice.pick(ROOTS), dice.pick(AFTER));
    let departement = 1 + commune % 95;
    let cog = if departement == 20 {
        format!("2A{:03}", commune / 95)
    } else {
        format!("{departement:02}{:03}", commune / 95)
    };
    let kind = if dice.happens(150) { "CENTRE COMMUNAL D'ACTION SOCIALE" } else { "COMMUNE DE" };
    Organisation {
        raw_siret: Some(siret(commune)),
        name: format!("{kind} {}", town.to_uppercase()),
        sigle: None,
        legal_category: Some("7210".into()),
        code_cog: Some(cog),
        postal_code: Some(format!("{departement:02}{:03}", commune / 95 / 10 * 10)),
        town: Some(town.to_uppercase()),
        active: Some(true),
        head_office: Some(true),
    }
}

/// Somebody who works there.
pub fn contact(dice: &mut Dice, organisation: &Organisation) -> Contact {
    let (given, family) = (dice.pick(GIVEN), dice.pick(FAMILY));
    let town = normalise(organisation.town.as_deref().unwrap_or_default()).replace(' ', "-");
    let (first, last) = (normalise(given).replace(' ', "-"), normalise(family).replace(' ', "-"));
    Contact {
        given_name: Some(given.into()),
        family_name: Some(family.into()),
        email: format!("{first}.{last}@mairie-{town}.fr"),
        phone: Some(format!("04{:08}", dice.below(100_000_000))),
        job_title: Some("Responsable du service enfance".into()),
    }
}

/// A SIRET of its own for each rank.
fn siret(rank: u64) -> String {
    let siren = keyed(format!("21{rank:06}"));
    keyed(format!("{siren}0001"))
}

/// The digits, then the one that makes their Luhn sum right.
fn keyed(digits: String) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0') * if at % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}
