use habilis::domain::{Actor, What};
use habilis::store::accounts;
use habilis::workflow::{self, Undecided};

use super::REASON;
use crate::support::house::{House, hauteluce};

#[tokio::test]
async fn nobody_decides_on_their_own_request() {
    let house = House::open().await;
    let mut filing = hauteluce();
    filing.applicant.email = "ada@habilis.test".into();
    let number = house.submitted(filing).await;
    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await;
    assert!(page.main().contains("un autre instructeur doit y répondre"), "{}", page.main());
    let version = house.habilitation(number).await.version.to_string();
    for gesture in ["accepter", "modifications", "refuser"] {
        let refused = ada.decides_on(number, &version, gesture, REASON).await;
        assert_eq!(refused.status, 403, "{gesture}");
        assert!(refused.main().contains("Vous avez déposé cette demande"), "{}", refused.main());
    }

    // Not only on the page: whatever the way in.
    let known = house.habilitation(number).await;
    let mut conn = house.db.read().await.unwrap();
    let account = accounts::by_email(conn.cx(), "ada@habilis.test").await.unwrap().unwrap();
    drop(conn);
    let by = Actor::Instructeur { id: account.id, name: account.name };
    for what in [What::AcceptConforming, What::Refuse { reason: Some(REASON.into()) }] {
        let decided = workflow::decide(&house.service, known.id, known.version, by.clone(), what).await;
        assert!(matches!(decided, Err(Undecided::Own)), "{decided:?}");
    }
    assert_eq!(house.habilitation(number).await, known);

    let mut bruno = house.instructeur("Bruno").await;
    assert_eq!(bruno.decides(number, "refuser", REASON).await.status, 303);
}
