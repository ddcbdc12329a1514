//! France's communes and intercommunalités, as in the official geographic code, from the files that `make static` takes
//! out of their npm package (`outils/communes.mjs`). Read once, at first use; empty when the program was built without
//! them. Knows no simulator.

use std::collections::HashMap;
use std::io::Read as _;
use std::sync::LazyLock;

use flate2::read::GzDecoder;

use crate::assets;

/// What a line of the official geographic code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    Commune,
    /// Of Paris, Lyon or Marseille: a code, but no legal person.
    Arrondissement,
    /// A former commune that keeps a mairie within a commune nouvelle, often under its former code.
    Deleguee,
    Associee,
}

/// A commune, or a part of one that has a code.
#[derive(Debug)]
pub struct Commune {
    /// Five characters: `73132`, `2A004`.
    pub cog: &'static str,
    pub nature: Nature,
    pub name: &'static str,
    /// None for parts of communes, and for some of the Pacific and Saint-Pierre-et-Miquelon.
    pub siren: Option<&'static str>,
    /// In the order of the source; none for parts that are no arrondissement.
    pub postal_codes: Vec<&'static str>,
    /// Two or three characters: `73`, `2A`, `974`.
    pub departement: &'static str,
    pub region: &'static str,
    pub population: Option<u32>,
    /// Code of the commune it is a part of; None for a commune.
    pub parent: Option<&'static str>,
    /// Codes that this commune took over, of communes merged into it or of its own.
    pub former_codes: Vec<&'static str>,
}

/// A group of communes with its own taxes.
#[derive(Debug)]
pub struct Intercommunalite {
    pub siren: &'static str,
    /// `CC`, `CA`, `CU` or `METRO`, as the source writes it.
    pub nature: &'static str,
    pub name: &'static str,
    /// Code of its most populated commune: the source names no seat.
    pub seat: &'static str,
    pub population: Option<u32>,
    /// Codes of its communes.
    pub members: Vec<&'static str>,
}

/// Every commune and part of one, by code; a commune comes before its parts of the same code.
pub fn all() -> &'static [Commune] {
    static ALL: LazyLock<Vec<Commune>> = LazyLock::new(|| lines(&COMMUNES).filter_map(commune).collect());
    &ALL
}

/// What has this code today, the commune rather than a part of it.
pub fn by_cog(cog: &str) -> Option<&'static Commune> {
    let all = all();
    all.get(all.partition_point(|one| one.cog < cog)).filter(|one| one.cog == cog)
}

/// The commune that took over a code which is no commune's any more: merged, made a part, or renumbered.
pub fn successor(cog: &str) -> Option<&'static Commune> {
    static SUCCESSORS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let parts = all().iter().filter_map(|one| Some((one.cog, one.parent?)));
        let merged = all().iter().flat_map(|one| one.former_codes.iter().map(|former| (*former, one.cog)));
        parts.chain(merged).collect()
    });
    by_cog(SUCCESSORS.get(cog)?).filter(|one| one.nature == Nature::Commune && one.cog != cog)
}

/// The commune that is this legal person (nine digits).
pub fn by_siren(siren: &str) -> Option<&'static Commune> {
    static BY_SIREN: LazyLock<HashMap<&str, &Commune>> =
        LazyLock::new(|| all().iter().filter_map(|one| Some((one.siren?, one))).collect());
    BY_SIREN.get(siren).copied()
}

/// Every intercommunalité, by SIREN.
pub fn intercommunalites() -> &'static [Intercommunalite] {
    static ALL: LazyLock<Vec<Intercommunalite>> = LazyLock::new(|| lines(&GROUPS).filter_map(group).collect());
    &ALL
}

static COMMUNES: LazyLock<String> = LazyLock::new(|| unpacked("officiel/communes.tsv.gz"));
static GROUPS: LazyLock<String> = LazyLock::new(|| unpacked("officiel/intercommunalites.tsv.gz"));

/// The text of a compressed file; empty when it is not there or not sound, which a test prevents.
fn unpacked(path: &str) -> String {
    let mut text = String::new();
    let read = assets::seed(path).map(|bytes| GzDecoder::new(bytes.as_ref()).read_to_string(&mut text));
    match read {
        Some(Ok(_)) => text,
        _ => String::new(),
    }
}

/// The lines below the titles, each cut into its columns.
fn lines(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().skip(1).map(|line| line.split('\t').collect())
}

fn commune(columns: Vec<&'static str>) -> Option<Commune> {
    let [cog, nature, name, siren, postal_codes, departement, region, population, parent, former_codes] =
        <[&'static str; 10]>::try_from(columns).ok()?;
    Some(Commune {
        cog,
        nature: match nature {
            "commune" => Nature::Commune,
            "arrondissement" => Nature::Arrondissement,
            "deleguee" => Nature::Deleguee,
            "associee" => Nature::Associee,
            _ => return None,
        },
        name,
        siren: some(siren),
        postal_codes: several(postal_codes),
        departement,
        region,
        population: population.parse().ok(),
        parent: some(parent),
        former_codes: several(former_codes),
    })
}

fn group(columns: Vec<&'static str>) -> Option<Intercommunalite> {
    let [siren, nature, name, seat, population, members] = <[&'static str; 6]>::try_from(columns).ok()?;
    Some(Intercommunalite { siren, nature, name, seat, population: population.parse().ok(), members: several(members) })
}

fn some(text: &'static str) -> Option<&'static str> {
    Some(text).filter(|text| !text.is_empty())
}

fn several(text: &'static str) -> Vec<&'static str> {
    text.split(',').filter(|one| !one.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(cog: &str) -> &'static Commune {
        by_cog(cog).expect("a commune of the official list: run `make static` if it is not there")
    }

    #[test]
    fn communes_are_those_of_the_official_code() {
        let hauteluce = is("73132");
        assert_eq!((hauteluce.name, hauteluce.siren, hauteluce.departement), ("Hauteluce", Some("217301324"), "73"));
        assert_eq!(hauteluce.postal_codes, ["73620"]);
        assert_eq!(is("2A004").name, "Ajaccio");
        assert_eq!(is("97411").departement, "974");
        assert!(is("75056").population > Some(2_000_000) && is("75056").postal_codes.len() > 20);
        assert_eq!((is("75120").nature, is("75120").parent), (Nature::Arrondissement, Some("75056")));
        assert!(all().is_sorted_by_key(|one| one.cog));
        assert_eq!(by_siren("217301324").map(|one| one.cog), Some("73132"));
        assert!(by_cog("99999").is_none() && by_cog("").is_none());
    }

    #[test]
    fn a_former_code_leads_to_the_commune_that_has_it_now() {
        // Arbignieu is a part of Arboys en Bugey, whose code was its own.
        assert_eq!((is("01015").name, is("01015").nature), ("Arboys en Bugey", Nature::Commune));
        assert_eq!(successor("01340").map(|one| one.cog), Some("01015"));
        assert_eq!(successor("20004").map(|one| one.name), Some("Ajaccio"));
        assert_eq!(successor("75120").map(|one| one.name), Some("Paris"));
        assert!(successor("73132").is_none(), "it never moved");
    }

    #[test]
    fn intercommunalites_name_communes_that_exist() {
        assert!(intercommunalites().len() > 1_000);
        let group = intercommunalites().iter().find(|one| one.siren == "200000172").expect("an intercommunalité");
        assert_eq!((group.name, is(group.seat).name), ("CC Faucigny - Glières", "Bonneville"));
        assert!(group.members.contains(&"74042") && group.members.iter().all(|cog| by_cog(cog).is_some()));
    }
}
