//! The bodies of the demonstration: real communes and intercommunalités of the official list, with the SIRET of their
//! main establishment. The package lists neither CCAS nor caisses des écoles: their SIREN are made up, with a right key.

use serde::Deserialize;

use crate::domain::names::normalise;
use crate::sandbox::communes::{self, Commune};
use crate::sandbox::datapass::Establishment;

/// What sort of body files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Commune,
    Ccas,
    CaisseDesEcoles,
    Intercommunalite,
}

/// A body of a commune, or of a part of one. `None` when the official list has no such code, or no SIREN for it.
pub fn of_commune(cog: &str, kind: Kind) -> Option<Establishment> {
    let commune = communes::by_cog(cog)?;
    let (siren, name, category) = match kind {
        Kind::Ccas => (made_up(commune), format!("CENTRE COMMUNAL D'ACTION SOCIALE {}", of(commune.name)), "7361"),
        Kind::CaisseDesEcoles => (made_up(commune), format!("CAISSE DES ECOLES {}", of(commune.name)), "7362"),
        Kind::Commune | Kind::Intercommunalite => {
            (commune.siren?.to_owned(), format!("COMMUNE {}", of(commune.name)), "7210")
        }
    };
    Some(at(commune, &siren, name, category))
}

/// An intercommunalité, at the address of its biggest commune.
pub fn intercommunalite(siren: &str) -> Option<Establishment> {
    let group = communes::intercommunalites().iter().find(|one| one.siren == siren)?;
    let (long, category) = match group.nature {
        "CC" => ("COMMUNAUTE DE COMMUNES ", "7346"),
        "CA" => ("COMMUNAUTE D'AGGLOMERATION ", "7348"),
        "CU" => ("COMMUNAUTE URBAINE ", "7343"),
        _ => ("", "7344"),
    };
    let name = group.name.strip_prefix(group.nature).unwrap_or(group.name);
    let name = name.split('(').next().unwrap_or(name);
    Some(at(communes::by_cog(group.seat)?, siren, format!("{long}{}", capitals(name)), category))
}

fn at(commune: &Commune, siren: &str, name: String, category: &str) -> Establishment {
    Establishment {
        siret: head_office(siren),
        name,
        legal_category: category.to_owned(),
        cog: commune.cog.to_owned(),
        postal_code: commune.postal_codes.first().copied().unwrap_or_default().to_owned(),
        town: capitals(commune.name),
        open: true,
    }
}

/// The SIRET of the first establishment: `0001` and its key.
pub fn head_office(siren: &str) -> String {
    with_key(&format!("{siren}0001"))
}

/// A SIREN of the shape of establishments of a commune, which no list gives.
fn made_up(commune: &Commune) -> String {
    let number: String = commune.cog.chars().map(|c| if c.is_ascii_digit() { c } else { '0' }).collect();
    with_key(&format!("26{number}9"))
}

/// `digits`, then the one that makes Luhn's sum right.
fn with_key(digits: &str) -> String {
    let doubled = |(rank, digit): (usize, u32)| if rank % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit };
    let sum: u32 = digits.chars().rev().filter_map(|c| c.to_digit(10)).enumerate().map(doubled).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// « de » and a name, as INSEE writes it: « DU HAVRE », « DES ULIS », « D'EPINAL ».
fn of(name: &str) -> String {
    let plain = capitals(name);
    if let Some(rest) = plain.strip_prefix("LE ") {
        return format!("DU {rest}");
    }
    if let Some(rest) = plain.strip_prefix("LES ") {
        return format!("DES {rest}");
    }
    let vowel = plain.starts_with(['A', 'E', 'I', 'O', 'U', 'Y']);
    if vowel { format!("D'{plain}") } else { format!("DE {plain}") }
}

/// As INSEE writes names: capitals, no accents, spaces for dashes.
fn capitals(name: &str) -> String {
    normalise(name).to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_named_and_numbered_as_insee_does() {
        let body = |cog, kind| of_commune(cog, kind).expect("a body: run `make static` if there is none");
        let hauteluce = body("73132", Kind::Commune);
        assert_eq!(hauteluce, Establishment::example());
        assert_eq!(body("88160", Kind::Commune).name, "COMMUNE D'EPINAL");
        assert_eq!(body("76351", Kind::Commune).name, "COMMUNE DU HAVRE");
        assert_eq!(body("2A004", Kind::Commune).postal_code, "20000");
        assert_eq!(body("75120", Kind::CaisseDesEcoles).name, "CAISSE DES ECOLES DE PARIS 20E ARRONDISSEMENT");
        assert!(of_commune("75120", Kind::Commune).is_none(), "an arrondissement is no legal person");
        assert!(of_commune("99999", Kind::Commune).is_none());
        let group = intercommunalite("200000172").expect("an intercommunalité");
        assert_eq!(
            (group.name.as_str(), group.town.as_str()),
            ("COMMUNAUTE DE COMMUNES FAUCIGNY GLIERES", "BONNEVILLE")
        );
        for body in [hauteluce, body("59350", Kind::Ccas), body("2B033", Kind::Ccas), group] {
            assert!(body.siret.parse::<siret::Siret>().is_ok(), "{}", body.siret);
        }
    }
}
