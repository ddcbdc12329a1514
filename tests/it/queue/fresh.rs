//! The lists show what was just written: by oneself, by many at once, or by a slow transaction.

use chrono::Duration;
use habilis::domain::{Actor, State};
use habilis::store::habilitations;

use super::scene::{at, counts, put, standing, submitted};
use crate::support::house::House;

#[tokio::test]
async fn everyone_who_reads_after_a_write_sees_it() {
    let house = House::open().await;
    let mut people = Vec::new();
    for name in ["Ada", "Bruno", "Clara", "Denis"] {
        people.push(house.instructeur(name).await);
    }
    for number in 1..=8 {
        put(&house.db, &submitted(number, "2026-09-10")).await;
        let [a, b, c, d] = &mut people[..] else { panic!("four people") };
        let pages =
            tokio::join!(a.get("/instruction"), b.get("/instruction"), c.get("/instruction"), d.get("/instruction"));
        for page in [pages.0, pages.1, pages.2, pages.3] {
            assert_eq!(counts(&page)[0], number);
        }
    }
}

#[tokio::test]
async fn what_a_slow_transaction_wrote_is_seen_within_seconds() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    assert_eq!(counts(&ada.get("/instruction").await)[0], 0);
    let mut tx = house.db.begin().await.unwrap();
    let written = at() - Duration::seconds(30);
    assert!(habilitations::insert(tx.cx(), &submitted(1, "2026-09-10"), written).await.unwrap());
    tx.commit().await.unwrap();
    house.clock.advance(Duration::seconds(5));
    assert_eq!(counts(&ada.get("/instruction").await)[0], 1);
}

#[tokio::test]
async fn counts_of_mine_are_mine() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let mut bruno = house.instructeur("Bruno").await;
    put(&house.db, &submitted(1, "2026-09-10")).await;
    put(&house.db, &submitted(2, "2026-09-07")).await;
    put(&house.db, &standing(3, State::ChangesRequested { at: at(), by: Actor::DataPass, reason: None })).await;
    put(&house.db, &submitted(4, "2026-09-10")).await;
    for number in 1..=3 {
        let mut one = house.habilitation(number).await;
        super::scene::given(&house.db, &mut one, "ada@habilis.test").await;
        one.version += 1;
        let mut tx = house.db.begin().await.unwrap();
        assert!(habilitations::update(tx.cx(), &one, at()).await.unwrap());
        tx.commit().await.unwrap();
    }
    assert_eq!(counts(&ada.get("/instruction?onglet=a-instruire&qui=moi").await), [2, 1, 1, 0, 0, 0, 3]);
    assert_eq!(counts(&bruno.get("/instruction?onglet=a-instruire&qui=moi").await), [0; 7]);
    assert_eq!(counts(&ada.get("/instruction?onglet=a-instruire").await), [3, 1, 1, 0, 0, 0, 4]);
}
