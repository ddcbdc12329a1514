//! The main job, from a webhook to a published form.

use reqwest::StatusCode;

use crate::support::house::{House, hauteluce};

#[tokio::test]
async fn a_request_becomes_a_published_form() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let mut ada = house.instructeur("Ada").await;

    let queue = ada.get("/instruction").await;
    assert!(queue.main().contains(&format!("D{number}")), "{}", queue.main());
    assert!(queue.main().contains("échéance dans 3 j"), "{}", queue.main());

    let accepted = ada.accepts(number).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.text);
    house.run_jobs().await;

    let organisations = house.hubee().organisations();
    assert_eq!(organisations.len(), 1);
    assert_eq!(organisations[0].triple.key(), "SI-21730132400018-73132");
    assert_eq!(organisations[0].territory, "HAUTELUCE");
    let subscriptions = house.hubee().subscriptions();
    assert_eq!(subscriptions.len(), 1);
    assert_eq!(subscriptions[0].datapass_id, number);
    assert_eq!(subscriptions[0].status, "Actif");
    assert_eq!(house.hubee().accounts().len(), 1);

    let list = house.anyone().get("/api/collectivites").await;
    assert_eq!(list.text, r#"[{"name":"COMMUNE DE HAUTELUCE","siret":"21730132400018","code_cog":"73132"}]"#);
    let page = house.anyone().get("/collectivites/21730132400018").await;
    assert_eq!(page.status, StatusCode::OK);

    let mails = house.mails();
    let subjects: Vec<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(mails.len(), 2, "received, then open: {subjects:?}");
    let confirmation = &mails[1];
    let text = confirmation.text.as_deref().unwrap();
    assert!(text.contains("/formulaire/collectivites/21730132400018"), "{text}");
    assert!(text.contains("48"), "{text}");
    assert_eq!(confirmation.attachments.len(), 1);

    let token = house.habilitation(number).await.tracking_token;
    let tracking = house.anyone().get(&format!("/suivi/{token}")).await;
    assert_eq!(tracking.status, StatusCode::OK);
    assert!(tracking.main().contains("en service"), "{}", tracking.main());

    let request = ada.get(&format!("/instruction/D{number}")).await;
    assert!(request.main().contains("En service"), "{}", request.main());
}
