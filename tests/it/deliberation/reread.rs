//! New rules of reading: what other rules read is read again, from the text that was extracted, and what instructeurs set
//! aside is not lost.

use habilis::domain::document::Reading;
use habilis::instruction::deliberation::{RULES, read};
use habilis::store::documents::{self, Document};
use habilis::workflow;

use super::with_address;
use crate::checks::{WHY, sets_aside};
use crate::support::house::House;

async fn document(house: &House, number: i64) -> Document {
    let id = house.habilitation(number).await.id;
    documents::of(house.db.read().await.unwrap().cx(), id).await.unwrap().remove(0)
}

/// Makes it as if rules of long ago, which saw nothing, had read the document.
async fn read_long_ago(house: &House, number: i64) {
    let id = document(house, number).await.id;
    let mut tx = house.db.begin().await.unwrap();
    let text = documents::content(tx.cx(), id).await.unwrap().unwrap();
    let blind = Reading { rules: RULES - 1, mentions: Vec::new(), tariffs: Vec::new(), ..read(&text) };
    documents::keep_reading(tx.cx(), id, &text, &blind, house.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_other_rules_read_is_read_again_at_the_next_start() {
    let house = House::open().await;
    let number = house.submitted(with_address("https://mairie-hauteluce.test/deliberations/tarifs.pdf")).await;
    let known = document(&house, number).await.reading.unwrap();
    assert!(!known.mentions.is_empty());
    let mut ada = house.instructeur("Ada").await;
    // A judgement on something else that this request says.
    let second = house.submitted(with_address("https://mairie-hauteluce.test/deliberations/tarifs.pdf")).await;
    sets_aside(&mut ada, second, "C23", WHY).await;
    for number in [number, second] {
        read_long_ago(&house, number).await;
    }
    assert!(ada.get(&format!("/instruction/D{number}")).await.main().contains("n’est pas mentionné"));
    // The files are not needed again.
    let folder = house.settings["HABILIS_DOCUMENTS_FOLDER"].clone();
    std::fs::remove_dir_all(folder).unwrap();

    workflow::schedule(&house.service).await.unwrap();
    house.run_jobs().await;
    for number in [number, second] {
        let again = document(&house, number).await.reading.unwrap();
        assert_eq!((again.rules, again.mentions.len()), (RULES, known.mentions.len()));
    }
    let page = ada.get(&format!("/instruction/D{second}")).await;
    assert!(page.main().contains("quotient familial") && !page.main().contains("n’est pas mentionné"));
    assert!(page.words("#controle-C23").contains("Écarté par Ada"), "{}", page.words("#controle-C23"));

    // Nothing is left to do, at the next start.
    let read_at = document(&house, number).await.read_at;
    house.later(chrono::Duration::hours(1)).await;
    workflow::schedule(&house.service).await.unwrap();
    house.run_jobs().await;
    assert_eq!(document(&house, number).await.read_at, read_at);
}
