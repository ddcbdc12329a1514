//! `habilis import`, as an operator types it: every encoding, separator and spelling met, and what is refused.

use std::process::{Command, Output};

use encoding_rs::WINDOWS_1252;
use habilis::instruction::Verdict;

use crate::history::number;
use crate::queue::numbers;
use crate::support::house::{House, hauteluce};

const MAIRES: &str = "Code du département;Code de la commune;Libellé de la commune;Nom de l'élu;Prénom de l'élu;Date de naissance\n\
    73;73132;Hauteluce;LEFÈVRE;Jean-Noël;12/04/1961\n01;1004;Ambérieu-en-Bugey;\"D’ARTAGNAN\";Hélène;03/02/1970\n";

async fn typed(house: &House, arguments: &[&str], files: &[&[u8]]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_habilis"));
    command.env_clear().envs(&house.settings).arg("import").args(arguments);
    for (rank, bytes) in files.iter().enumerate() {
        let path = folder.path().join(format!("{rank}.csv"));
        std::fs::write(&path, bytes).unwrap();
        command.arg(path);
    }
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    drop(folder);
    output
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test]
async fn every_shape_of_the_register_of_elus() {
    let latin = WINDOWS_1252.encode(MAIRES).0.into_owned();
    let marked = [b"\xef\xbb\xbf", MAIRES.as_bytes()].concat();
    let tabs = MAIRES.replace(';', "\t").replace('\n', "\r\n");
    let commas = MAIRES.replace(';', ",").replace("l'élu", "l’élu").to_uppercase();
    let house = House::open().await;
    let mut filing = hauteluce();
    filing.dpd.given = "JEAN NOEL".into();
    filing.dpd.family = "Lefevre".into();
    filing.dpd.job = "DPD".into();
    let number = house.submitted(filing).await;
    for bytes in [MAIRES.as_bytes(), &latin, &marked, tabs.as_bytes(), commas.as_bytes()] {
        let output = typed(&house, &["rne", "--partiel", "--date", "2026-06-30"], &[bytes]).await;
        assert!(output.status.success(), "{}", told(&output));
        assert!(told(&output).contains("Édition du 30/06/2026 chargée : 2 lignes"), "{}", told(&output));
        let check = house.check(number, "C18").await;
        assert_eq!(check.verdict, Verdict::Look, "{}", check.sentence);
        let quoted = check.evidence.iter().find(|one| one.source == "Répertoire national des élus").unwrap();
        assert_eq!(quoted.at.unwrap().to_rfc3339(), "2026-06-30T00:00:00+00:00");
        assert!(!quoted.text.contains("1961"), "{quoted:?}");
    }
}

#[tokio::test]
async fn an_implausible_file_changes_nothing() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let partial = ["rne", "--partiel", "--date", "2026-06-30"];
    assert!(typed(&house, &partial, &[MAIRES.as_bytes()]).await.status.success());
    let known = house.check(number, "C18").await;
    assert_eq!(known.verdict, Verdict::Fine, "{}", known.sentence);
    let broken = format!("{MAIRES};;;;;\n73;abc;Nulle part;NOM;Prénom;\n");
    let other = "a;b\n1;2\n";
    for (bytes, arguments, words) in [
        (MAIRES, &["rne"][..], "Ajoutez --partiel"),
        (broken.as_str(), &partial[..], "ligne 5 : code de commune illisible"),
        (other, &partial[..], "colonne introuvable, « Code de la commune »"),
        ("", &partial[..], "colonne introuvable"),
        (MAIRES.split_inclusive('\n').next().unwrap(), &partial[..], "aucune ligne utilisable"),
    ] {
        let output = typed(&house, arguments, &[bytes.as_bytes()]).await;
        assert!(!output.status.success() && told(&output).contains(words), "{}", told(&output));
        assert!(told(&output).contains("l’édition précédente reste lue"), "{}", told(&output));
        assert_eq!(kept(&house).await, [1, 2], "nothing of what was refused stays");
        assert_eq!(house.check(number, "C18").await.verdict, Verdict::Fine);
    }
}

/// Editions and élus in the tables, read or not.
async fn kept(house: &House) -> [i64; 2] {
    let mut counted = [0, 0];
    for (rank, table) in ["source_edition", "elected_official"].into_iter().enumerate() {
        counted[rank] = number(&house.db, &format!("select count(*) from {table}")).await;
    }
    counted
}

#[tokio::test]
async fn a_new_edition_is_read_by_the_lists_too() {
    // The command has the machine’s clock.
    let house = House::on_real_time().await;
    let mut filing = hauteluce();
    filing.dpd.given = "Jean-Noël".into();
    filing.dpd.family = "Lefèvre".into();
    let number = house.submitted(filing).await;
    let mut ada = house.instructeur("Ada").await;
    let listed =
        async |ada: &mut crate::support::browser::Browser| numbers(&ada.get("/instruction?controle=C18").await);
    assert!(listed(&mut ada).await.is_empty());
    let arguments = ["rne", "--partiel", "--date", "2026-06-30"];
    assert!(typed(&house, &arguments, &[MAIRES.as_bytes()]).await.status.success());
    house.run_jobs().await;
    assert_eq!(listed(&mut ada).await, [number], "nobody opened the request since");
    let other = MAIRES.replace("LEFÈVRE", "MARTIN");
    assert!(typed(&house, &arguments, &[other.as_bytes()]).await.status.success());
    house.run_jobs().await;
    assert!(listed(&mut ada).await.is_empty());
}

#[tokio::test]
async fn the_list_of_the_cnil() {
    let house = House::open().await;
    let mut filing = hauteluce();
    filing.dpd.email = "odile.roux@cdg73.fr".into();
    let number = house.submitted(filing).await;
    let list = "SIREN organisme désignant;Nom organisme désignant;Type de DPO;Date de la désignation;SIREN organisme désigné;\
        Nom organisme désigné;Moyen contact DPO email\n\
        217301324;COMMUNE DE HAUTELUCE;Personne morale;25/05/2018;287300011;CDG DE LA SAVOIE;dpd@cdg73.fr\n\
        ;ÉTRANGER;Personne physique;01/01/2020;;;\n";
    let bytes = WINDOWS_1252.encode(list).0.into_owned();
    let output = typed(&house, &["cnil", "--partiel", "--date", "2026-05-01"], &[&bytes]).await;
    assert!(told(&output).contains("1 lignes"), "{}", told(&output));
    let check = house.check(number, "C20").await;
    assert_eq!(check.verdict, Verdict::Fine, "{}", check.sentence);
    assert!(check.evidence.iter().any(|one| one.text.contains("25/05/2018")));
    assert!(house.check(number, "C21").await.sentence.contains("CDG DE LA SAVOIE"));
}
