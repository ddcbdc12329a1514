//! What registers say, and what the checks make of it: Corsica, overseas, arrondissements, communes nouvelles, CCAS and
//! EPCI among them.

use chrono::Duration;
use habilis::instruction::Verdict;
use habilis::sandbox::datapass::Filing;
use habilis::sandbox::registers::dns::Zone;
use habilis::sandbox::sirene::{Establishment, Fault};
use habilis::workflow;
use serde_json::json;

use crate::support::house::{House, commune, hauteluce};

fn body(siret: &str, category: &str, cog: &str) -> Filing {
    let mut filing = commune("Exemple", siret, cog, "00000");
    filing.legal_category = category.into();
    filing
}

#[tokio::test]
async fn with_no_source_everything_works_and_says_so() {
    let house = House::with(&[("SIRENE_API_KEY", "")]).await;
    let number = house.submitted(hauteluce()).await;
    for code in ["C6", "C9", "C10", "C18", "C19", "C20"] {
        let check = house.check(number, code).await;
        assert_eq!(check.verdict, Verdict::Unverified, "{code}");
        assert!(check.sentence.starts_with("Source non configurée : "), "{code}: {}", check.sentence);
    }
    assert_eq!(house.verdict(number, "C2").await, Verdict::Fine, "DataPass read Sirene");
    assert!(house.sandbox.geo.switch.calls().is_empty() && house.sandbox.recherche.switch.calls().is_empty());
    let mut ada = house.instructeur("Ada").await;
    assert_eq!(ada.accepts(number).await.status, 303);
}

#[tokio::test]
async fn places_of_every_kind() {
    let house = House::with_sources().await;
    house
        .sandbox
        .geo
        .add("73901", json!({"nom": "Val-Neuf", "code": "73902", "codeDepartement": "73", "siren": "200085138"}));
    house.sandbox.geo.forget("73999");
    for (siret, cog, verdict, words, departement) in [
        // Ajaccio and Saint-Denis: Corsica and overseas.
        ("21200004600012", "2A004", Verdict::Fine, "Ajaccio", "2A"),
        ("21974011500015", "97411", Verdict::Fine, "Saint-Denis", "974"),
        // The 7th arrondissement of Paris, filed by Paris.
        ("21750001600019", "75107", Verdict::Fine, "Paris (75056)", "75"),
        ("21730132400018", "73132", Verdict::Fine, "Hauteluce (73132)", "73"),
        ("21730132400018", "73999", Verdict::Look, "aucune commune d’aujourd’hui", "73"),
    ] {
        let number = house.submitted(body(siret, "7210", cog)).await;
        let check = house.check(number, "C6").await;
        assert!(check.sentence.contains(words), "{cog}: {}", check.sentence);
        assert_eq!(check.verdict, verdict, "{cog}: {}", check.sentence);
        let place = house.check(number, "C7").await;
        assert!(place.sentence.contains(departement), "{cog}: {}", place.sentence);
    }
}

#[tokio::test]
async fn a_former_commune_leads_to_the_commune_of_today() {
    let house = House::with_sources().await;
    // Annecy-le-Vieux, part of Annecy since 2017.
    let number = house.submitted(body("20006340200016", "7210", "74011")).await;
    let check = house.check(number, "C6").await;
    assert_eq!(check.verdict, Verdict::Look);
    assert!(
        check.sentence.contains("ancienne commune") && check.sentence.contains("Annecy (74010)"),
        "{}",
        check.sentence
    );
}

#[tokio::test]
async fn the_maire_as_dpd_is_seen_by_name() {
    let house = House::with_sources().await;
    let mut filing = hauteluce();
    filing.dpd.given = "JEAN NOEL".into();
    filing.dpd.family = "LEFEVRE".into();
    filing.dpd.job = "Délégué à la protection des données".into();
    house.sandbox.recherche.elect("73132", &[("Lefèvre", "Jean-Noël", Some("Maire"))]);
    let number = house.submitted(filing.clone()).await;
    let check = house.check(number, "C18").await;
    assert_eq!((check.verdict, check.strong), (Verdict::Look, true), "{}", check.sentence);
    // A CCAS has no élus of its own: those of its commune are asked about.
    filing.siret = "26730132300015".into();
    filing.legal_category = "7361".into();
    let ccas = house.submitted(filing).await;
    assert_eq!(house.verdict(ccas, "C18").await, Verdict::Look);
    assert!(house.sandbox.recherche.switch.calls().contains(&"73132".to_owned()));
}

#[tokio::test]
async fn the_president_of_an_epci_is_its_head_and_not_the_maire_of_its_seat() {
    let house = House::with_sources().await;
    let mut filing = body("20006853400011", "7346", "73132");
    filing.dpd.given = "Nadia".into();
    filing.dpd.family = "Colin".into();
    filing.dpd.job = "DPD".into();
    house.sandbox.recherche.elect("200068534", &[("COLIN", "NADIA", Some("Président du conseil communautaire"))]);
    let number = house.submitted(filing.clone()).await;
    assert_eq!(house.verdict(number, "C18").await, Verdict::Look);
    house.sandbox.recherche.elect("200068534", &[("ROUX", "ODILE", Some("Président du conseil communautaire"))]);
    house.sandbox.recherche.elect("73132", &[("COLIN", "NADIA", Some("Maire"))]);
    house.instructeur("Ada").await.post(&format!("/instruction/D{number}/sources"), &[]).await;
    house.run_jobs().await;
    assert_eq!(house.verdict(number, "C18").await, Verdict::Fine, "asked again, on demand");
}

#[tokio::test]
async fn addresses_that_do_not_receive() {
    let house = House::with_sources().await;
    for (zone, verdict, words) in [
        (Zone::Receives, Verdict::Info, "reçoit du courrier"),
        (Zone::HostOnly, Verdict::Info, "reçoit du courrier"),
        (Zone::NullMx, Verdict::Blocking, "n’en recevoir aucun"),
        (Zone::NoSuchName, Verdict::Blocking, "n’existe pas"),
        (Zone::Empty, Verdict::Blocking, "pas de serveur"),
        (Zone::Silent, Verdict::Unverified, "pas de réponse à temps"),
        (Zone::ServerFailure, Verdict::Unverified, "ne répond pas"),
    ] {
        let domain = format!("{}.fr", format!("{zone:?}").to_lowercase());
        house.sandbox.dns.set(&domain, zone);
        let mut filing = hauteluce();
        filing.applicant.email = format!("c.bouchet@{domain}");
        let number = house.submitted(filing).await;
        let check = house.check(number, "C10").await;
        assert_eq!(check.verdict, verdict, "{zone:?}: {}", check.sentence);
        let words = words.replace("courrier", "courriel");
        assert!(check.sentence.contains(&words), "{zone:?}: {}", check.sentence);
    }
}

#[tokio::test]
async fn a_closed_body_and_its_successor() {
    let house = House::with_sources().await;
    let closed = Establishment { open: false, ..Establishment::example() };
    house.sandbox.sirene.add(closed);
    house.sandbox.sirene.succeed("21730132400018", "21040107100019");
    house.clock.advance(Duration::minutes(1));
    let number = house.datapass().create(hauteluce());
    house.datapass().submit(number).unwrap();
    house.clock.advance(Duration::minutes(1));
    house.deliver().await;
    let check = house.check(number, "C3").await;
    assert_eq!(check.verdict, Verdict::Blocking, "{}", check.sentence);
    assert!(check.remedy.unwrap().contains("210 401 071 00019"));
}

#[tokio::test]
async fn refusals_of_sirene_are_told_apart() {
    let house = House::with(&[]).await;
    for (fault, verdict, words) in [
        (Fault::NotFound, Verdict::Look, "ne connaît pas"),
        (Fault::Duplicate301, Verdict::Blocking, "double emploi"),
        (Fault::Withheld403, Verdict::Look, "n’en diffuse pas"),
    ] {
        house.sandbox.sirene.switch.set(Some(fault));
        let number = house.submitted(hauteluce()).await;
        let check = house.check(number, "C2").await;
        assert_eq!(check.verdict, verdict, "{fault:?}: {}", check.sentence);
        assert!(check.sentence.contains(words), "{fault:?}: {}", check.sentence);
    }
}

#[tokio::test]
async fn what_names_people_is_forgotten_and_the_rest_is_refreshed() {
    let house = House::with_sources().await;
    house.sandbox.recherche.elect("73132", &[("DURAND", "Jean-Noël", Some("Maire"))]);
    let number = house.submitted(hauteluce()).await;
    assert_eq!(house.verdict(number, "C18").await, Verdict::Fine);
    let mut ada = house.instructeur("Ada").await;
    ada.decides(number, "refuser", "Délibération absente.").await;
    workflow::schedule(&house.service).await.unwrap();
    let asked = house.sandbox.recherche.switch.calls().len();
    for _ in 0..95 {
        house.later(Duration::days(1)).await;
    }
    assert_eq!(house.sandbox.recherche.switch.calls().len(), asked, "a decided request is asked about no more");
    assert_eq!(house.verdict(number, "C18").await, Verdict::Unverified, "nobody's name is kept for ever");
    assert_eq!(house.verdict(number, "C6").await, Verdict::Fine, "a commune is nobody");
    // While a request waits, its answers are kept fresh.
    let waiting = house.submitted(hauteluce()).await;
    let asked = house.sandbox.recherche.switch.calls().len();
    for _ in 0..15 {
        house.later(Duration::days(1)).await;
    }
    let again = house.sandbox.recherche.switch.calls().len() - asked;
    assert!((1..=3).contains(&again), "once a week, not once a day: {again}");
    assert_eq!(house.verdict(waiting, "C18").await, Verdict::Fine);
}
