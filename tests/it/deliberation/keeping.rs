//! Where documents are kept: a folder, or a store that checks signatures; what is kept once, altered, lost, forgotten.

use chrono::Duration;
use habilis::clients::files::fingerprint;
use habilis::store::documents;
use reqwest::StatusCode;

use super::{shipped, with_address};
use crate::support::house::{House, hauteluce};

#[tokio::test]
async fn an_s3_store_is_spoken_to_by_signed_addresses() {
    let house = House::on_s3().await;
    let number = house.submitted(with_address("https://mairie-hauteluce.test/deliberations/tarifs.pdf")).await;
    let name = fingerprint(shipped("tarifs.pdf"));
    let s3 = &house.sandbox.s3;
    assert_eq!(s3.objects().keys().collect::<Vec<_>>(), [&name]);
    assert_eq!(s3.objects()[&name], shipped("tarifs.pdf"));
    assert!(s3.calls().iter().all(|(_, status)| *status == 200), "{:?}", s3.calls());
    let mut ada = house.instructeur("Ada").await;
    let path = download(&house, number).await;
    assert_eq!(ada.download(&path).await, (StatusCode::OK, shipped("tarifs.pdf").to_vec()));

    s3.down(true);
    assert_eq!(ada.get(&path).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    let refused = ada.upload(&format!("/instruction/D{number}/documents"), "a.pdf", shipped("colonnes.pdf")).await;
    assert_eq!(refused.status, StatusCode::INTERNAL_SERVER_ERROR, "nothing is promised that was not kept");
    s3.down(false);
    s3.damage(&name);
    assert_eq!(ada.get(&path).await.status, StatusCode::INTERNAL_SERVER_ERROR, "other bytes are not shown as these");
    let page = ada.get(&format!("/instruction/D{number}")).await;
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let house = House::on_s3().await;
    let mut settings = house.settings.clone();
    settings.insert("HABILIS_S3_SECRET".into(), "un autre secret assez long".into());
    let config = habilis::config::Config::from_map(settings).unwrap();
    let files = habilis::clients::files::Files::new(&config.documents.files).unwrap();
    assert!(files.keep("abc", b"x".to_vec()).await.is_err());
    assert_eq!(house.sandbox.s3.calls(), [("PUT".to_owned(), 403)]);
}

/// The address of the newest document of a request.
async fn download(house: &House, number: i64) -> String {
    let id = house.habilitation(number).await.id;
    let documents = documents::of(house.db.read().await.unwrap().cx(), id).await.unwrap();
    format!("/instruction/D{number}/documents/{}/telecharger", documents[0].id)
}

fn files_in(house: &House) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(&house.settings["HABILIS_DOCUMENTS_FOLDER"])];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

#[tokio::test]
async fn same_bytes_are_kept_once_and_forgotten_with_the_last_request() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let first = house.submitted(hauteluce()).await;
    let second = house.submitted(crate::support::house::commune("Beaufort", "21730034200017", "73034", "73270")).await;
    for number in [first, second] {
        let done = ada.upload(&format!("/instruction/D{number}/documents"), "tarifs.pdf", shipped("tarifs.pdf")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    }
    house.run_jobs().await;
    assert_eq!(files_in(&house).len(), 1);
    for number in [first, second] {
        assert_eq!(ada.decides(number, "refuser", "Sans objet.").await.status, StatusCode::SEE_OTHER);
    }
    habilis::workflow::schedule(&house.service).await.unwrap();
    house.later(Duration::days(300)).await;
    assert_eq!((of(&house, first).await, of(&house, second).await, files_in(&house).len()), (1, 1, 1));
    house.later(Duration::days(70)).await;
    house.later(Duration::days(1)).await;
    assert_eq!((of(&house, first).await, of(&house, second).await), (0, 0), "a year after the refusal");
    house.later(Duration::days(2)).await;
    house.later(Duration::days(2)).await;
    assert_eq!(files_in(&house).len(), 0, "the bytes follow");
}

#[tokio::test]
async fn what_comes_back_while_it_is_being_forgotten_stays() {
    let house = House::open().await;
    let mut ada = house.instructeur("Ada").await;
    let number = house.submitted(hauteluce()).await;
    let other = house.submitted(crate::support::house::commune("Beaufort", "21730034200017", "73034", "73270")).await;
    let deposit = format!("/instruction/D{number}/documents");
    assert_eq!(ada.upload(&deposit, "tarifs.pdf", shipped("tarifs.pdf")).await.status, StatusCode::SEE_OTHER);
    house.run_jobs().await;
    assert_eq!(ada.decides(number, "refuser", "Sans objet.").await.status, StatusCode::SEE_OTHER);
    habilis::workflow::schedule(&house.service).await.unwrap();
    house.later(Duration::days(370)).await;
    assert_eq!((of(&house, number).await, files_in(&house).len()), (0, 1), "kept a day more");
    // A session lasts less than a year.
    let mut bruno = house.instructeur("Bruno").await;
    let deposit = format!("/instruction/D{other}/documents");
    assert_eq!(bruno.upload(&deposit, "tarifs.pdf", shipped("tarifs.pdf")).await.status, StatusCode::SEE_OTHER);
    for _ in 0..3 {
        house.later(Duration::days(2)).await;
    }
    assert_eq!((of(&house, other).await, files_in(&house).len()), (1, 1));
}

async fn of(house: &House, number: i64) -> usize {
    let id = house.habilitation(number).await.id;
    documents::of(house.db.read().await.unwrap().cx(), id).await.unwrap().len()
}
