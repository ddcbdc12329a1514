//! Responsables set how serious a check is: traced, never over another's change, and every request is checked again.

use habilis::accounts::Role;
use habilis::store::queue::{Checked, set_checks};
use habilis::workflow;

use super::{WHY, sets, sets_aside, shown};
use crate::queue::{numbers, put, submitted};
use crate::support::house::{House, commune, hauteluce};

#[tokio::test]
async fn a_setting_changes_every_request_and_keeps_what_was_set_aside() {
    let house = House::open().await;
    let mut rosa = house.logged_in("Rosa", Role::Responsable).await;
    let first = house.submitted(hauteluce()).await;
    let second = house.submitted(hauteluce()).await;
    sets_aside(&mut rosa, second, "C23", WHY).await;
    assert_eq!(numbers(&rosa.get("/instruction?controle=C23&verdict=a-regarder").await), [first]);

    let done = sets(&mut rosa, "C23", "bloquer", "Trop de doublons depuis la rentrée.").await;
    assert_eq!(done.location.as_deref(), Some("/instruction/controles?fait=C23"));
    let list = rosa.get("/instruction/controles?fait=C23").await;
    assert!(list.words("[role=status]").contains("C23 est réglé"), "{}", list.main());
    assert!(list.words("#C23").contains("bloquer"), "{}", list.words("#C23"));
    assert!(list.words(".habilis-history").contains("Trop de doublons") && list.main().contains("Rosa"));
    house.run_jobs().await;
    assert_eq!(numbers(&rosa.get("/instruction?controle=C23&verdict=bloquant").await), [first]);
    assert_eq!(numbers(&rosa.get("/instruction?controle=C23&verdict=ecarte").await), [second]);
    let page = shown(&mut rosa, first).await;
    assert!(page.words(".fr-alert--error h2").contains("1 point bloque"), "{}", page.main());

    sets(&mut rosa, "C23", "eteint", "La règle se trompe trop souvent.").await;
    house.run_jobs().await;
    for verdict in ["bloquant", "a-regarder", "ecarte"] {
        assert_eq!(numbers(&rosa.get(&format!("/instruction?controle=C23&verdict={verdict}")).await), [0; 0]);
    }
    assert!(!shown(&mut rosa, first).await.text.contains("controle-C23"));
    sets(&mut rosa, "C23", "habituel", "La règle a été corrigée.").await;
    house.run_jobs().await;
    assert!(shown(&mut rosa, second).await.words("#controle-C23").contains("Écarté par Rosa"), "it is still set aside");
    let one = rosa.get("/instruction/controles/C23").await;
    for words in ["Trop de doublons", "se trompe", "a été corrigée"] {
        assert!(one.words(".habilis-history").contains(words), "{}", one.main());
    }
}

#[tokio::test]
async fn only_responsables_set_and_never_over_one_another() {
    let house = House::open().await;
    let mut rosa = house.logged_in("Rosa", Role::Responsable).await;
    let mut remi = house.logged_in("Remi", Role::Responsable).await;
    let path = "/instruction/controles/C9";
    let form = [("lu", "0"), ("reglage", "regarder"), ("motif", "Trop d’adresses libres.")];
    for (name, role) in [("Lea", Role::Lecteur), ("Ada", Role::Instructeur), ("Oscar", Role::Operateur)] {
        let mut other = house.logged_in(name, role).await;
        assert_eq!(other.post(path, &form).await.status, 403, "{name}");
        assert_eq!(other.get("/instruction/controles").await.status, 200, "{name}");
        let one = other.get(path).await;
        assert!(one.main().contains("Seuls les responsables") && one.value("input[name=lu]").is_none(), "{name}");
    }
    for (wrong, words) in [
        ([("lu", "0"), ("reglage", "regarder"), ("motif", " ")], "Écrivez le motif"),
        ([("lu", "0"), ("reglage", "autre"), ("motif", WHY)], "Choisissez un réglage"),
        ([("lu", "0"), ("reglage", "habituel"), ("motif", WHY)], "déjà réglé ainsi"),
    ] {
        let refused = rosa.post(path, &wrong).await;
        assert_eq!(refused.status, 422);
        assert!(refused.words("[role=alert]").contains(words), "{}", refused.main());
    }
    assert_eq!(rosa.post(path, &form).await.status, 303);
    let late = remi.post(path, &[("lu", "0"), ("reglage", "eteint"), ("motif", "Je l’éteins pour l’été.")]).await;
    assert_eq!(late.status, 409);
    assert!(late.main().contains("a été changé depuis") && late.main().contains("Je l’éteins pour l’été."));
    assert!(late.main().contains("Trop d’adresses libres."), "the other's change is there to read");
    assert_eq!(sets(&mut remi, "C9", "eteint", "Je l’éteins pour l’été.").await.status, 303);

    let firm = rosa.post("/instruction/controles/C24", &[("lu", "0"), ("reglage", "eteint"), ("motif", WHY)]).await;
    assert_eq!(firm.status, 422);
    assert!(firm.main().contains("HubEE refuserait"), "{}", firm.main());
    assert_eq!(rosa.get("/instruction/controles/C99").await.status, 404);
}

#[tokio::test]
async fn the_page_counts_what_was_found_and_set_aside() {
    let house = House::open().await;
    let mut rosa = house.logged_in("Rosa", Role::Responsable).await;
    let towns = [("Salers", "21150219000013", "15219"), ("Rennes", "21350238800019", "35238")];
    for (town, siret, cog) in towns {
        let mut filing = commune(town, siret, cog, "15140");
        filing.applicant.email = "contact@mairie.fr".into();
        let number = house.submitted(filing).await;
        sets_aside(&mut rosa, number, "C11", WHY).await;
    }
    let mut four = Vec::new();
    for _ in 0..4 {
        let mut filing = hauteluce();
        filing.applicant.email = "contact@mairie.fr".into();
        four.push(house.submitted(filing).await);
    }
    sets_aside(&mut rosa, four[0], "C11", WHY).await;
    // A new run counts nothing twice.
    rosa.post(&format!("/instruction/D{}/controles", four[0]), &[]).await;
    let row = rosa.get("/instruction/controles?periode=30").await.words("#C11");
    assert!(row.contains("6 6 3 Écarté 5 fois sur 10"), "{row}");
    let row = rosa.get("/instruction/controles").await.words("#C13");
    assert!(row.ends_with("0 0 0"), "what was not verified was not made: {row}");
    house.later(chrono::Duration::days(40)).await;
    rosa.log_in("rosa@habilis.test", crate::support::house::PASSWORD).await;
    let row = rosa.get("/instruction/controles?periode=30").await.words("#C11");
    assert!(row.ends_with("0 0 0"), "{row}");
    let row = rosa.get("/instruction/controles?periode=tout").await.words("#C11");
    assert!(row.contains("6 6 3"), "{row}");
}

/// As after the start of a program whose rules are newer, with more requests than one job takes.
#[tokio::test]
async fn newer_rules_check_everything_again() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let count: i64 = 2_060;
    for number in 1..=count {
        put(&house.db, &submitted(number, "2026-09-10")).await;
    }
    let known = house.habilitation(7).await;
    let mut tx = house.db.begin().await.unwrap();
    let old = Checked { rules: "0.0".into(), blocking: 1, ..Checked::default() };
    assert!(set_checks(tx.cx(), known.id, known.version, &old, house.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(numbers(&ada.get("/instruction?controle=C1").await), [7]);
    workflow::schedule(&house.service).await.unwrap();
    house.run_jobs().await;
    assert_eq!(numbers(&ada.get("/instruction?controle=C1").await), [0; 0]);
    // Each of them has neither the name nor the first name of its demandeur.
    let page = ada.get("/instruction?controle=C26&verdict=bloquant").await;
    assert!(page.words(".habilis-tabs a[aria-current]").contains(&format!("({count})")), "{}", page.main());
    assert_eq!(house.habilitation(7).await.version, known.version, "nobody's page is stale for it");
}
