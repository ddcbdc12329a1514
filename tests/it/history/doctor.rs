//! `habilis doctor`, as an operator types it.

use std::process::{Command, Output};

use habilis::store::jobs::{self, NewJob};
use serde_json::{Value, json};

use super::{busy_story, execute, unguard};
use crate::support::database::Fresh;
use crate::support::house::{House, hauteluce};

fn doctor(house: &House, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_habilis"));
    command.env_clear().envs(&house.settings).arg("doctor").args(arguments);
    told(command.output().unwrap())
}

fn told(output: Output) -> (Option<i32>, String) {
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.is_empty(), "{error}");
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn it_tells_what_is_under_way_and_what_is_stuck() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    house.instructeur("Ada").await.accepts(number).await;
    house.run_jobs().await;
    let job = NewJob { kind: "unheard of", payload: json!({}), unique_key: None, run_at: house.clock.now() };
    let mut tx = house.db.begin().await.unwrap();
    jobs::enqueue(tx.cx(), &job, house.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    house.run_jobs().await;

    let (code, text) = doctor(&house, &[]);
    assert_eq!(code, Some(0), "{text}");
    for line in [
        "Appliquées : 2",
        "unheard of, arrêtées : 1 ; dernière erreur : unknown kind of job: unheard of",
        "Formulaires ouverts : 1",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(text.starts_with("Schéma : migration ") && text.contains(", à jour."), "{text}");
    assert!(!text.contains("Chaîne"), "{text}");

    let (code, text) = doctor(&house, &["--json", "--audit"]);
    assert_eq!(code, Some(0), "{text}");
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["schema"]["applied"], report["schema"]["expected"]);
    assert_eq!(report["figures"]["jobs"][0]["state"], "parked");
    assert_eq!(report["figures"]["open_forms"], 1);
    assert_eq!(report["audit"]["broken"], 0);
    assert!(!text.contains('@'), "{text}");
}

#[tokio::test]
async fn a_broken_chain_ends_with_one() {
    let house = House::open().await;
    let number = busy_story(&house).await;
    let (code, text) = doctor(&house, &["--audit"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.ends_with("La chaîne est intacte.\n") && text.contains("Ruptures : 0"), "{text}");

    unguard(&house.db).await;
    execute(&house.db, "update event set kind = 'saved' where seq = 2").await.unwrap();
    execute(&house.db, "delete from event where seq = 5").await.unwrap();
    let (code, text) = doctor(&house, &["--audit"]);
    assert_eq!(code, Some(1), "{text}");
    for line in [
        format!("- D{number}, ligne 2 : le contenu de cette ligne a été modifié"),
        format!("- D{number}, ligne 5 : "),
        "Ruptures : 2".into(),
        "La chaîne est rompue.".into(),
    ] {
        assert!(text.contains(&line), "{line}: {text}");
    }
    let (code, text) = doctor(&house, &["--audit", "--json"]);
    assert_eq!(code, Some(1), "{text}");
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["audit"]["breaks"][0]["fault"], "altered");
    assert_eq!(doctor(&house, &[]).0, Some(0), "only when asked to");
}

#[tokio::test]
async fn a_database_never_migrated_is_told_and_left_as_it_is() {
    let house = House::open().await;
    let empty = Fresh::new().await;
    for time in ["first", "second"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_habilis"));
        command.env_clear().envs(&house.settings).env("DATABASE_URL", &empty.url).args(["doctor", "--audit"]);
        let (code, text) = told(command.output().unwrap());
        assert_eq!((code, text.as_str()), (Some(1), "Schéma : aucun ; lancez « habilis migrate ».\n"), "{time}");
    }
}
