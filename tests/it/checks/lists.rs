//! The lists count and filter on any check.

use crate::queue::numbers;
use crate::support::house::{House, commune, hauteluce};

#[tokio::test]
async fn lists_filter_on_one_check_with_the_rest() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let mut refused = hauteluce();
    refused.applicant.email = "dgs@ville.alsace".into();
    let refused = house.submitted(refused).await;
    let mut shared = commune("Salers", "21150219000013", "15219", "15140");
    shared.applicant.email = "mairie@salers.fr".into();
    let shared = house.submitted(shared).await;

    for (query, expected) in [
        ("controle=C24", vec![refused]),
        ("controle=C24&verdict=bloquant", vec![refused]),
        ("controle=C24&verdict=a-regarder", vec![]),
        ("controle=C11", vec![refused, shared]),
        ("controle=C11&departement=15", vec![shared]),
        ("controle=C11&departement=15&qui=moi", vec![]),
        ("controle=C10&verdict=non-verifie", vec![refused, shared]),
        ("controle=C10", vec![]),
        ("controle=C99", vec![refused, shared]),
        ("verdict=bloquant", vec![refused, shared]),
        ("controles=non-verifies", vec![refused, shared]),
        ("controles=conformes", vec![]),
    ] {
        let page = ada.get(&format!("/instruction?onglet=a-instruire&{query}")).await;
        assert_eq!(numbers(&page), expected, "{query}");
    }
    house.verified_by_hand(shared).await;
    assert_eq!(numbers(&ada.get("/instruction?controles=conformes").await), [shared]);

    let page = ada.get("/instruction?onglet=a-instruire&controle=C24&verdict=bloquant").await;
    assert_eq!(page.value("select[name=controle] option[selected]").as_deref(), Some("C24"));
    assert!(page.words("tbody").contains("C24"), "{}", page.main());
    let back = ada.get("/instruction").await;
    assert_eq!(back.location.as_deref(), Some("/instruction?onglet=a-instruire&controle=C24&verdict=bloquant"));
    let (_, file) = ada.download("/instruction/export/csv?onglet=a-instruire&controle=C24&verdict=bloquant").await;
    let file = String::from_utf8(file).unwrap();
    assert!(file.contains("C24 bloquant") && !file.contains("SALERS"), "{file}");
}
