//! Each register × each way of failing: the checks say « non vérifié » and why, the request is worked on meanwhile, and
//! the answer comes once the register is back.

use std::time::Duration as Wait;

use chrono::Duration;
use habilis::instruction::Verdict;
use habilis::sandbox::registers::Outage;
use habilis::sandbox::sirene::Fault;
use habilis::workflow;

use crate::support::house::{House, hauteluce};

/// Longer than the second that tests leave to a register.
const SLOW: Wait = Wait::from_secs(30);

/// A register, a check that reads it alone, and what that check says of the example once it answers.
const REGISTERS: [(&str, &str, Verdict); 4] = [
    ("recherche", "C19", Verdict::Fine),
    ("geo", "C6", Verdict::Fine),
    ("annuaire", "C9", Verdict::Fine),
    ("dns", "C10", Verdict::Info),
];

fn told(house: &House) {
    house.sandbox.recherche.elect("73132", &[("DURAND", "Jean-Noël", Some("Maire"))]);
    house.sandbox.annuaire.add("73132", &["mairie@mairie-hauteluce.fr"], &["https://www.mairie-hauteluce.fr"]);
}

async fn fails_then_comes_back(outage: Outage, why: &str) {
    let house = House::with_sources().await;
    told(&house);
    for (register, ..) in REGISTERS {
        house.sandbox.switch(register).unwrap().set(Some(outage));
    }
    let number = house.submitted(hauteluce()).await;
    for (register, code, _) in REGISTERS {
        let check = house.check(number, code).await;
        assert_eq!(check.verdict, Verdict::Unverified, "{register} {outage:?}: {}", check.sentence);
        assert!(check.sentence.contains("ne répond pas depuis le 8 septembre 2026"), "{}", check.sentence);
        // The DNS has its own ways of failing.
        assert!(register == "dns" || check.sentence.contains(why), "{register}: {}", check.sentence);
    }
    // Sirene, which answers, is not held by the others.
    assert_eq!(house.verdict(number, "C2").await, Verdict::Fine);
    for (register, ..) in REGISTERS {
        house.sandbox.switch(register).unwrap().set(None);
    }
    house.later(Duration::minutes(2)).await;
    for (register, code, verdict) in REGISTERS {
        let check = house.check(number, code).await;
        assert_eq!(check.verdict, verdict, "{register} {outage:?}: {}", check.sentence);
    }
}

#[tokio::test]
async fn slow() {
    fails_then_comes_back(Outage::Slow(SLOW), "pas de réponse à temps").await;
}

#[tokio::test]
async fn too_many_calls() {
    fails_then_comes_back(Outage::TooMany429, "trop d’appels (HTTP 429)").await;
}

#[tokio::test]
async fn error_500() {
    fails_then_comes_back(Outage::Error500, "erreur HTTP 500").await;
}

#[tokio::test]
async fn html_instead_of_json() {
    fails_then_comes_back(Outage::Html, "réponse qui n’est pas du JSON").await;
}

#[tokio::test]
async fn a_body_of_fifty_megabytes() {
    fails_then_comes_back(Outage::Huge, "réponse de plus de 2097152 octets").await;
}

#[tokio::test]
async fn sirene_in_every_way() {
    for (fault, why) in [
        (Fault::Slow(SLOW), "pas de réponse à temps"),
        (Fault::TooMany429, "trop d’appels (HTTP 429)"),
        (Fault::Error500, "erreur HTTP 500"),
        (Fault::Down503, "service indisponible (HTTP 503)"),
        (Fault::Html, "réponse qui n’est pas du JSON"),
        (Fault::Huge, "réponse de plus de 2097152 octets"),
    ] {
        let house = House::with(&[("HABILIS_SOURCES_SECONDS", "1")]).await;
        house.sandbox.sirene.switch.set(Some(fault));
        let mut filing = hauteluce();
        filing.insee = false;
        let number = house.submitted(filing).await;
        let check = house.check(number, "C2").await;
        assert_eq!(check.verdict, Verdict::Unverified, "{fault:?}");
        assert!(check.sentence.contains(why), "{fault:?}: {}", check.sentence);
        house.sandbox.sirene.switch.set(None);
        house.later(Duration::minutes(2)).await;
        assert_eq!(house.verdict(number, "C2").await, Verdict::Fine, "{fault:?}");
    }
}

#[tokio::test]
async fn the_silence_that_a_register_asks_for_is_kept() {
    let house = House::with_sources().await;
    house.sandbox.geo.switch.set(Some(Outage::TooMany429));
    house.submitted(hauteluce()).await;
    let asked = house.sandbox.geo.switch.calls().len();
    assert_eq!(asked, 1);
    house.sandbox.geo.switch.set(None);
    house.later(Duration::seconds(89)).await;
    assert_eq!(house.sandbox.geo.switch.calls().len(), asked, "ninety seconds were asked for");
    house.later(Duration::seconds(2)).await;
    assert_eq!(house.sandbox.geo.switch.calls().len(), asked + 1);
}

#[tokio::test]
async fn an_old_answer_is_quoted_while_the_register_is_down() {
    let house = House::with_sources().await;
    told(&house);
    let number = house.submitted(hauteluce()).await;
    workflow::schedule(&house.service).await.unwrap();
    house.sandbox.annuaire.switch.set(Some(Outage::Error500));
    house.later(Duration::days(9)).await;
    let check = house.check(number, "C9").await;
    assert_eq!(check.verdict, Verdict::Fine, "{}", check.sentence);
    let quoted = check.evidence.iter().find(|one| one.source == "Annuaire de l’administration").unwrap();
    assert_eq!(quoted.at.unwrap().to_rfc3339(), "2026-09-08T09:00:00+00:00");
    assert!(quoted.caveat.as_deref().unwrap().contains("ne répond plus depuis"), "{quoted:?}");
}

#[tokio::test]
async fn the_pace_of_sirene_holds_calls_without_losing_any() {
    let house = House::with(&[("SIRENE_PER_MINUTE", "2")]).await;
    let mut numbers = Vec::new();
    for _ in 0..5 {
        numbers.push(house.datapass().create(hauteluce()));
    }
    for number in &numbers {
        house.datapass().submit(*number).unwrap();
    }
    house.deliver().await;
    assert_eq!(house.sandbox.sirene.switch.calls().len(), 2);
    for _ in 0..4 {
        house.later(Duration::minutes(1)).await;
    }
    assert_eq!(house.sandbox.sirene.switch.calls().len(), 5);
}
