//! An establishment as INSEE knows it, and the JSON of Sirene 3.11 that says so. One builder for both simulators that
//! show it: DataPass copies in its payloads what Sirene answers. Must not know either.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a caller chooses of an establishment; everything else is plausible filler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Establishment {
    /// 14 digits.
    pub siret: String,
    /// Legal name, in capitals as INSEE writes it.
    pub name: String,
    /// INSEE's legal category, four digits: `7210` is a commune.
    pub legal_category: String,
    /// Commune code of the official geographic code, five characters.
    pub cog: String,
    pub postal_code: String,
    pub town: String,
    /// Closed establishments (`F`) have a ceased legal unit (`C`).
    pub open: bool,
}

impl Establishment {
    /// The commune of Hauteluce, open.
    pub fn example() -> Self {
        Self {
            siret: "21730132400018".into(),
            name: "COMMUNE DE HAUTELUCE".into(),
            legal_category: "7210".into(),
            cog: "73132".into(),
            postal_code: "73620".into(),
            town: "HAUTELUCE".into(),
            open: true,
        }
    }

    fn siren(&self) -> &str {
        self.siret.get(..9).unwrap_or(&self.siret)
    }

    fn nic(&self) -> &str {
        self.siret.get(9..).unwrap_or_default()
    }
}

/// 14 digits with a right check digit, or La Poste's own rule for its offices.
pub(super) fn is_siret(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    if digits.len() != 14 || text.len() != 14 {
        return false;
    }
    let doubled = |(rank, digit): (usize, &u32)| if rank % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { *digit };
    let luhn: u32 = digits.iter().rev().enumerate().map(doubled).sum();
    luhn.is_multiple_of(10) || text.starts_with("356000000") && digits.iter().sum::<u32>().is_multiple_of(5)
}

/// The body of Sirene's `GET /siret/{siret}`.
pub(super) fn payload(of: &Establishment) -> Value {
    json!({
        "header": { "statut": 200, "message": "ok" },
        "etablissement": {
            "siren": of.siren(),
            "nic": of.nic(),
            "siret": of.siret,
            "statutDiffusionEtablissement": "O",
            "dateCreationEtablissement": "1983-03-01",
            "trancheEffectifsEtablissement": "11",
            "anneeEffectifsEtablissement": "2023",
            "activitePrincipaleRegistreMetiersEtablissement": null,
            "dateDernierTraitementEtablissement": "2025-11-18T10:41:52.000",
            "etablissementSiege": true,
            "nombrePeriodesEtablissement": 2,
            "uniteLegale": legal_unit(of),
            "adresseEtablissement": address(of),
            "adresse2Etablissement": second_address(),
            "periodesEtablissement": [
                period(None, "2008-01-01", if of.open { "A" } else { "F" }, "84.11Z", "NAFRev2", true),
                period(Some("2007-12-31"), "1983-03-01", "A", "75.1A", "NAF1993", false),
            ],
        },
    })
}

fn legal_unit(of: &Establishment) -> Value {
    json!({
        "etatAdministratifUniteLegale": if of.open { "A" } else { "C" },
        "statutDiffusionUniteLegale": "O",
        "dateCreationUniteLegale": "1980-01-01",
        "categorieJuridiqueUniteLegale": of.legal_category,
        "denominationUniteLegale": of.name,
        "sigleUniteLegale": null,
        "denominationUsuelle1UniteLegale": null,
        "denominationUsuelle2UniteLegale": null,
        "denominationUsuelle3UniteLegale": null,
        "sexeUniteLegale": null,
        "nomUniteLegale": null,
        "nomUsageUniteLegale": null,
        "prenom1UniteLegale": null,
        "prenom2UniteLegale": null,
        "prenom3UniteLegale": null,
        "prenom4UniteLegale": null,
        "prenomUsuelUniteLegale": null,
        "pseudonymeUniteLegale": null,
        "activitePrincipaleUniteLegale": "84.11Z",
        "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
        "identifiantAssociationUniteLegale": null,
        "economieSocialeSolidaireUniteLegale": "N",
        "societeMissionUniteLegale": null,
        "caractereEmployeurUniteLegale": null,
        "trancheEffectifsUniteLegale": "11",
        "anneeEffectifsUniteLegale": "2023",
        "nicSiegeUniteLegale": of.nic(),
        "dateDernierTraitementUniteLegale": "2025-11-18T10:41:52.000",
        "categorieEntreprise": "PME",
        "anneeCategorieEntreprise": "2023",
    })
}

fn address(of: &Establishment) -> Value {
    json!({
        "complementAdresseEtablissement": null,
        "numeroVoieEtablissement": "1",
        "indiceRepetitionEtablissement": null,
        "dernierNumeroVoieEtablissement": null,
        "indiceRepetitionDernierNumeroVoieEtablissement": null,
        "typeVoieEtablissement": "PL",
        "libelleVoieEtablissement": "DE LA MAIRIE",
        "codePostalEtablissement": of.postal_code,
        "libelleCommuneEtablissement": of.town,
        "libelleCommuneEtrangerEtablissement": null,
        "distributionSpecialeEtablissement": null,
        "codeCommuneEtablissement": of.cog,
        "codeCedexEtablissement": null,
        "libelleCedexEtablissement": null,
        "codePaysEtrangerEtablissement": null,
        "libellePaysEtrangerEtablissement": null,
        "identifiantAdresseEtablissement": format!("{}0123_B", of.cog),
        "coordonneeLambertAbscisseEtablissement": "974512.4",
        "coordonneeLambertOrdonneeEtablissement": "6523107.9",
    })
}

fn second_address() -> Value {
    json!({
        "complementAdresse2Etablissement": null,
        "numeroVoie2Etablissement": null,
        "indiceRepetition2Etablissement": null,
        "typeVoie2Etablissement": null,
        "libelleVoie2Etablissement": null,
        "codePostal2Etablissement": null,
        "libelleCommune2Etablissement": null,
        "libelleCommuneEtranger2Etablissement": null,
        "distributionSpeciale2Etablissement": null,
        "codeCommune2Etablissement": null,
        "codeCedex2Etablissement": null,
        "libelleCedex2Etablissement": null,
        "codePaysEtranger2Etablissement": null,
        "libellePaysEtranger2Etablissement": null,
    })
}

fn period(end: Option<&str>, start: &str, state: &str, naf: &str, nomenclature: &str, activity_changed: bool) -> Value {
    json!({
        "dateFin": end,
        "dateDebut": start,
        "etatAdministratifEtablissement": state,
        "changementEtatAdministratifEtablissement": false,
        "enseigne1Etablissement": "MAIRIE",
        "enseigne2Etablissement": null,
        "enseigne3Etablissement": null,
        "changementEnseigneEtablissement": false,
        "denominationUsuelleEtablissement": null,
        "changementDenominationUsuelleEtablissement": false,
        "activitePrincipaleEtablissement": naf,
        "nomenclatureActivitePrincipaleEtablissement": nomenclature,
        "changementActivitePrincipaleEtablissement": activity_changed,
        "caractereEmployeurEtablissement": "O",
        "changementCaractereEmployeurEtablissement": false,
    })
}
