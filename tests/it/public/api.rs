//! The list for programs: bytes, validators, encodings, openness.

use std::io::Read;

use reqwest::Method;

use super::scene::{Scene, header};

const LIST: &str = "/api/collectivites";

async fn etag(scene: &Scene) -> String {
    header(scene.get(LIST, &[]).await.headers(), "etag").to_owned()
}

#[tokio::test]
async fn nothing_open_is_an_empty_array() {
    let scene = Scene::start().await;
    assert_eq!(scene.page(LIST).await, (200, "[]".to_owned()));
}

#[tokio::test]
async fn the_list_is_byte_for_byte_the_published_contract() {
    let (scene, hauteluce) = Scene::with_three().await;
    let response = scene.get(LIST, &[]).await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(response.headers(), "content-type"), "application/json; charset=utf-8");
    assert_eq!(header(response.headers(), "vary"), "accept-encoding");
    assert!(header(response.headers(), "cache-control").contains("max-age="));
    let siret = |name: &str| scene.house.publication.current().search(name)[0].siret.clone();
    let expected = format!(
        "[{{\"name\":\"CCAS D'HAUTELUCE\",\"siret\":\"{}\",\"code_cog\":\"73132\"}},\
         {{\"name\":\"COMMUNE D'HAUTELUCE\",\"siret\":\"21730132400018\",\"code_cog\":\"73132\"}},\
         {{\"name\":\"COMMUNE DE SAINTE-LUCIE-DE-TALLANO\",\"siret\":\"{}\",\"code_cog\":\"2A308\"}}]",
        siret("ccas"),
        siret("tallano")
    );
    assert_eq!(response.text().await.unwrap(), expected);

    let before = etag(&scene).await;
    scene.close(&hauteluce).await;
    assert_ne!(etag(&scene).await, before);
    assert!(!scene.page(LIST).await.1.contains("21730132400018"));
}

#[tokio::test]
async fn one_commune_code_gives_one_object() {
    let (scene, hauteluce) = Scene::with_three().await;
    let (status, body) = scene.page("/api/collectivites/73132").await;
    assert_eq!(status, 200);
    assert!(body.starts_with("{\"name\":\"CCAS D'HAUTELUCE\",\"siret\":\""), "{body}");
    assert!(body.ends_with("\",\"code_cog\":\"73132\"}"), "{body}");
    let unknown = (404, r#"{"error":"Collectivity not found"}"#.to_owned());
    assert_eq!(scene.page("/api/collectivites/99999").await, unknown);
    assert_eq!(scene.page("/api/collectivites/%22%00").await, unknown);
    assert_eq!(scene.page("/api/collectivites/%FF").await, unknown);
    scene.close(&hauteluce).await;
    assert!(scene.page("/api/collectivites/73132").await.1.contains("CCAS"));
}

#[tokio::test]
async fn a_client_that_has_it_is_told_so() {
    let (scene, _) = Scene::with_three().await;
    let plain = etag(&scene).await;
    assert!(plain.starts_with('"') && plain.ends_with('"'), "strong: {plain}");
    for known in [plain.clone(), format!("W/{plain}"), format!("\"autre\", {plain}"), "*".to_owned()] {
        let response = scene.get(LIST, &[("if-none-match", &known)]).await;
        assert_eq!(response.status(), 304, "{known}");
        assert_eq!(header(response.headers(), "etag"), plain);
        assert_eq!(header(response.headers(), "vary"), "accept-encoding");
        assert!(response.bytes().await.unwrap().is_empty());
    }
    assert_eq!(scene.get(LIST, &[("if-none-match", "\"autre\"")]).await.status(), 200);
    let other_encoding = [("if-none-match", plain.as_str()), ("accept-encoding", "gzip")];
    assert_eq!(scene.get(LIST, &other_encoding).await.status(), 200, "another representation");
}

#[tokio::test]
async fn encodings_are_prepared_and_negotiated() {
    let (scene, _) = Scene::with_three().await;
    let plain = scene.get(LIST, &[]).await.bytes().await.unwrap();
    for (wish, written) in
        [("gzip", "gzip"), ("br, gzip", "br"), ("br;q=0.1, gzip", "gzip"), ("identity", ""), ("", "")]
    {
        let response = scene.get(LIST, &[("accept-encoding", wish)]).await;
        assert_eq!(header(response.headers(), "content-encoding"), written, "{wish}");
        let tag = header(response.headers(), "etag").to_owned();
        let bytes = response.bytes().await.unwrap();
        let mut read = Vec::new();
        match written {
            "gzip" => flate2::read::GzDecoder::new(&*bytes).read_to_end(&mut read).unwrap(),
            "br" => brotli::Decompressor::new(&*bytes, 4096).read_to_end(&mut read).unwrap(),
            _ => (&*bytes).read_to_end(&mut read).unwrap(),
        };
        assert_eq!(read, plain, "{wish}");
        let again = scene.get(LIST, &[("accept-encoding", wish), ("if-none-match", &tag)]).await;
        assert_eq!(again.status(), 304, "{wish}");
    }
}

#[tokio::test]
async fn a_head_says_what_a_get_would() {
    let (scene, _) = Scene::with_three().await;
    let get = scene.get(LIST, &[]).await;
    let head = scene.ask(Method::HEAD, LIST, &[]).await;
    for name in ["etag", "content-type", "content-length", "cache-control"] {
        assert_eq!(header(head.headers(), name), header(get.headers(), name), "{name}");
    }
    assert!(head.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn any_site_may_read() {
    let (scene, _) = Scene::with_three().await;
    let origin = ("origin", "https://editeur.example");
    for path in [LIST, "/api/collectivites/73132", "/api/collectivites/99999"] {
        let response = scene.get(path, &[origin]).await;
        assert_eq!(header(response.headers(), "access-control-allow-origin"), "*", "{path}");
        assert!(response.headers().get("access-control-allow-credentials").is_none());
    }
    let asked = [origin, ("access-control-request-method", "GET"), ("access-control-request-headers", "if-none-match")];
    let preflight = scene.ask(Method::OPTIONS, LIST, &asked).await;
    assert!(preflight.status().is_success());
    assert_eq!(header(preflight.headers(), "access-control-allow-origin"), "*");
    assert!(header(preflight.headers(), "access-control-allow-methods").contains("GET"));
    assert_eq!(header(preflight.headers(), "access-control-allow-headers"), "*");
}

#[tokio::test]
async fn a_change_by_another_process_appears() {
    let (scene, hauteluce) = Scene::with_three().await;
    let stop = tokio_util::sync::CancellationToken::new();
    let (house, watching) = (std::sync::Arc::clone(&scene.house), stop.clone());
    let watch = tokio::spawn(async move { house.publication.watch(&house.db, watching).await });
    let mut tx = scene.house.db.begin().await.unwrap();
    assert!(habilis::store::collectivites::close(tx.cx(), hauteluce.id, super::scene::now()).await.unwrap());
    tx.commit().await.unwrap();
    let gone = async {
        while scene.house.publication.current().of_siret("21730132400018").is_some() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), gone).await.unwrap();
    stop.cancel();
    tokio::time::timeout(std::time::Duration::from_secs(10), watch).await.unwrap().unwrap();
}
