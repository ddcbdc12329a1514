//! `habilis reconcile`: one reconciliation with DataPass, and its figures.

use super::{clock, logs, open};
use crate::config::Config;
use crate::workflow::{self, Figures, House};

/// Reconciles once; what follows is for the workers of `serve` or `work`.
pub async fn run(config: Config) -> anyhow::Result<()> {
    logs::start(config.environment, &config.log);
    let db = open(&config).await?;
    let house = House::new(config, clock(), db)?;
    let outcome = workflow::reconcile(&house).await;
    house.db.close().await;
    show(&outcome?);
    Ok(())
}

fn show(figures: &Figures) {
    let Figures { read, gestures, requests, waiting, past, unexplained, unreadable } = figures;
    println!("Rapprochement avec DataPass terminé.");
    for (label, count) in [
        ("Demandes lues", read),
        ("Gestes retrouvés", gestures),
        ("Demandes jamais annoncées", requests),
        ("Laissées au prochain rapprochement", waiting),
        ("Inconnues et trop anciennes, laissées de côté", past),
        ("À un autre état, sans événement qui l’explique", unexplained),
        ("Incomprises", unreadable),
    ] {
        println!("- {label} : {count}");
    }
}
