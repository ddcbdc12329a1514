//! The demandeur's page, state after state.

use chrono::NaiveDate;
use habilis::domain::{Actor, Habilitation, State};
use habilis::store::provisioning::{self, ProvisioningRow};

use super::scene::{Scene, accepted, header, now, request};

fn row(habilitation: &Habilitation, status: &str) -> ProvisioningRow {
    let row = ProvisioningRow::new(habilitation.id, habilitation.datapass_id, "organisation", status, now());
    let opened_at = (status == "open").then(now);
    ProvisioningRow { last_error: Some("erreur interne".into()), attempts: 1, opened_at, ..row }
}

async fn tracked(scene: &Scene, habilitation: &Habilitation) -> String {
    let response = scene.get(&format!("/suivi/{}", habilitation.tracking_token), &[]).await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(response.headers(), "cache-control"), "no-store");
    assert_eq!(header(response.headers(), "referrer-policy"), "no-referrer");
    assert!(header(response.headers(), "x-robots-tag").contains("noindex"));
    let page = response.text().await.unwrap();
    for personal in ["Camille", "Bouchet", "hauteluce.example", "0479", "erreur interne"] {
        assert!(!page.contains(personal), "{personal}");
    }
    assert!(page.contains(&habilitation.number()));
    page
}

#[tokio::test]
async fn each_state_says_what_comes_next() {
    let scene = Scene::start().await;
    let (at, by) = (now(), Actor::Instructeur { id: uuid::Uuid::nil(), name: "Nadia Instructrice".into() });
    let due = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    let reason = Some("Il manque <la délibération>.".to_owned());
    let shown_reason = "Il manque &lt;la délibération&gt;.";
    let states = [
        (State::Draft, "encore un brouillon", "https://datapass.example/demandes/11"),
        (State::Submitted { at, due }, "en cours d’instruction", "26 novembre 2026"),
        (State::ChangesRequested { at, by: by.clone(), reason: reason.clone() }, "doit être modifiée", shown_reason),
        (State::Refused { at, by: by.clone(), reason }, "est refusée", shown_reason),
        (State::Revoked { at, by: by.clone(), reason: None }, "est révoquée", "n’est plus proposé"),
        (State::Archived { at, by }, "est archivée", "DataPass"),
    ];
    for (id, (state, headline, next)) in (11..).zip(states) {
        let habilitation = request(id, state);
        scene.add(&habilitation, false).await;
        let page = tracked(&scene, &habilitation).await;
        assert!(page.contains(headline) && page.contains(next), "{headline}: {page}");
        assert!(!page.contains("Nadia"), "{headline}");
    }
}

#[tokio::test]
async fn an_accepted_request_follows_its_mise_en_service() {
    let scene = Scene::start().await;
    let habilitation = accepted(1, "COMMUNE D'HAUTELUCE", "21730132400018", "73132", "73620", "HAUTELUCE");
    scene.add(&habilitation, false).await;
    assert!(tracked(&scene, &habilitation).await.contains("la mise en service est en cours"));
    for (status, words) in [
        ("running", "vous n’avez rien à faire"),
        ("parked", "Notre équipe vérifie un point"),
        ("awaiting_activation", "activer l’abonnement dans HubEE"),
    ] {
        let mut tx = scene.house.db.begin().await.unwrap();
        provisioning::save(tx.cx(), &row(&habilitation, status)).await.unwrap();
        tx.commit().await.unwrap();
        let page = tracked(&scene, &habilitation).await;
        assert!(page.contains(words), "{status}");
        assert!(!page.contains("https://formulaire.example/collectivites"), "{status}: not open yet");
    }
    let mut tx = scene.house.db.begin().await.unwrap();
    let open = habilis::publication::collectivite_of(&habilitation, now()).unwrap();
    habilis::store::collectivites::open(tx.cx(), &open).await.unwrap();
    provisioning::save(tx.cx(), &row(&habilitation, "open")).await.unwrap();
    tx.commit().await.unwrap();
    scene.house.publication.refresh(&scene.house.db).await.unwrap();
    let page = tracked(&scene, &habilitation).await;
    assert!(page.contains("Votre formulaire est en service"));
    for link in ["https://formulaire.example/collectivites/21730132400018", "/collectivites/21730132400018/kit"] {
        assert!(page.contains(link), "{link}");
    }
}

#[tokio::test]
async fn a_reopening_keeps_the_form() {
    let scene = Scene::start().await;
    let mut habilitation = accepted(1, "COMMUNE D'HAUTELUCE", "21730132400018", "73132", "73620", "HAUTELUCE");
    habilitation.state = State::Draft;
    scene.add(&habilitation, true).await;
    let page = tracked(&scene, &habilitation).await;
    assert!(
        page.contains("Vous modifiez votre demande") && page.contains("votre formulaire reste ouvert aux familles")
    );
}

#[tokio::test]
async fn a_wrong_link_is_like_any_missing_page() {
    let scene = Scene::start().await;
    let missing = scene.page("/nulle-part").await;
    assert_eq!(missing.0, 404);
    for token in ["faux", "%00", &"a".repeat(500), "%FF"] {
        let (status, page) = scene.page(&format!("/suivi/{token}")).await;
        assert_eq!((status, &page), (404, &missing.1), "{token}");
    }
}
