//! `habilis reconcile`, as an operator types it beside a running service.

use std::process::{Command, Output};

use chrono::Duration;

use crate::support::house::{House, hauteluce};

async fn typed(house: &House, own: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_habilis"));
    command.env_clear().envs(&house.settings).envs(own.iter().copied()).arg("reconcile");
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test]
async fn it_finds_once_and_prints_its_figures() {
    let house = House::on_real_time().await;
    let at = house.clock.now() - Duration::hours(1);
    let number = house.datapass().create_at(hauteluce(), at);
    house.datapass().submit_at(number, at + Duration::minutes(1)).unwrap();
    for found in [1, 0] {
        let output = typed(&house, &[]).await;
        let (told, log) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(output.status.success(), "{told}{log}");
        assert!(told.contains("Demandes lues : 1"), "{told}");
        assert!(told.contains(&format!("Gestes retrouvés : {found}")), "{told}");
        assert!(!log.contains("mairie-hauteluce") && !log.contains("Bouchet"), "{log}");
    }
    assert_eq!(house.lines(number).await, ["submitted", "recovered"]);
}

#[tokio::test]
async fn without_an_application_it_says_what_to_set() {
    let house = House::on_real_time().await;
    let output = typed(&house, &[("DATAPASS_CLIENT_ID", ""), ("DATAPASS_CLIENT_SECRET", "")]).await;
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && told.contains("indiquez DATAPASS_CLIENT_ID"), "{told}");
}
