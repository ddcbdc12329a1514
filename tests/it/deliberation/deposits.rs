//! Files deposited by an instructeur and by a demandeur: who may, how many, how large, of what sort, and who takes them back.

use habilis::accounts::Role;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ORIGIN};

use super::{shipped, with_address};
use crate::support::browser::Browser;
use crate::support::house::{House, hauteluce};

async fn scene() -> (House, i64, String) {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let token = house.habilitation(number).await.tracking_token;
    (house, number, format!("/suivi/{token}"))
}

fn link(page: &crate::support::browser::Page, end: &str) -> Option<String> {
    let html = page.html();
    let anchors = scraper::Selector::parse("a[href]").unwrap();
    html.select(&anchors).filter_map(|a| a.value().attr("href")).find(|href| href.ends_with(end)).map(str::to_owned)
}

async fn headers(browser: &mut Browser, path: &str) -> (StatusCode, [String; 4]) {
    let response = browser.response(path).await;
    let names = [
        CONTENT_TYPE.as_str(),
        CONTENT_DISPOSITION.as_str(),
        CONTENT_SECURITY_POLICY.as_str(),
        "x-content-type-options",
    ];
    let value = |name: &str| response.headers().get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
    (response.status(), names.map(value))
}

#[tokio::test]
async fn an_instructeur_deposits_and_reads() {
    let (house, number, _) = scene().await;
    let mut ada = house.instructeur("Ada").await;
    let page = format!("/instruction/D{number}");
    assert!(ada.get(&page).await.main().contains("À lire sur la page publique de DataPass"));
    let done = ada.upload(&format!("{page}/documents"), "Délibération été.pdf", shipped("tarifs.pdf")).await;
    assert_eq!(
        (done.status, done.location),
        (StatusCode::SEE_OTHER, Some(format!("{page}?fait=document#deliberation")))
    );
    let waiting = ada.get(&page).await;
    assert!(waiting.main().contains("lecture en cours"), "{}", waiting.main());
    house.run_jobs().await;
    let read = ada.get(&page).await;
    for words in ["Conseil municipal", "12 mars 2026", "quotient familial", "de 0 à 400", "Déposée par Ada", "2 pages"]
    {
        assert!(read.main().contains(words), "{words}: {}", read.main());
    }
    assert!(read.main().contains("La délibération est là et se lit"), "{}", read.main());

    let file = link(&read, "/telecharger").unwrap();
    let (status, [kind, named, policy, sniff]) = headers(&mut ada, &file).await;
    assert_eq!((status, kind.as_str(), sniff.as_str()), (StatusCode::OK, "application/pdf", "nosniff"));
    assert!(
        named.starts_with("attachment; ") && named.ends_with("UTF-8''D%C3%A9lib%C3%A9ration%20%C3%A9t%C3%A9.pdf"),
        "{named}"
    );
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{policy}");
    let beside = file.trim_end_matches("/telecharger");
    let (status, [kind, named, policy, _]) = headers(&mut ada, beside).await;
    assert_eq!((status, kind.as_str()), (StatusCode::OK, "application/pdf"));
    assert!(named.starts_with("inline; ") && policy.contains("frame-ancestors 'self'"), "{named} {policy}");

    for path in [file.as_str(), beside] {
        let anyone = house.anyone().get(path).await;
        assert_eq!(anyone.status, StatusCode::SEE_OTHER, "{path}");
        assert!(anyone.location.unwrap().starts_with("/connexion"));
    }
    let other = house.submitted(crate::support::house::commune("Beaufort", "21730034200017", "73034", "73270")).await;
    let moved = file.replace(&format!("D{number}"), &format!("D{other}"));
    assert_eq!(ada.get(&moved).await.status, StatusCode::NOT_FOUND, "a document belongs to its request");
}

#[tokio::test]
async fn a_reader_reads_and_does_not_deposit() {
    let (house, number, _) = scene().await;
    let mut ada = house.instructeur("Ada").await;
    let page = format!("/instruction/D{number}");
    ada.upload(&format!("{page}/documents"), "tarifs.pdf", shipped("tarifs.pdf")).await;
    house.run_jobs().await;
    let mut lea = house.logged_in("Lea", Role::Lecteur).await;
    let read = lea.get(&page).await;
    assert!(read.words("form[enctype]").is_empty() && read.main().contains("Conseil municipal"));
    assert_eq!(lea.get(&link(&read, "/telecharger").unwrap()).await.status, StatusCode::OK);
    let refused = lea.upload(&format!("{page}/documents"), "b.pdf", shipped("colonnes.pdf")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(lea.post(&format!("{page}/deliberation/recuperer"), &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn files_that_are_not_taken_come_back_with_a_sentence() {
    let (house, number, tracking) = scene().await;
    let mut ada = house.instructeur("Ada").await;
    let large = [b"%PDF-1.7".to_vec(), vec![b' '; 10 << 20]].concat();
    let huge = [b"%PDF-1.7".to_vec(), vec![b' '; 30 << 20]].concat();
    for path in [format!("/instruction/D{number}/documents"), format!("{tracking}/documents")] {
        for (name, bytes, words) in [
            ("vide.pdf", &b""[..], "choisissez un fichier PDF"),
            ("page.pdf", b"<!doctype html><script>alert(1)</script>", "n’est pas un PDF"),
            ("image.pdf", b"\x89PNG\r\n", "n’est pas un PDF"),
            ("lourd.pdf", &large, "pèse plus de 10 Mo"),
            ("enorme.pdf", &huge, "pèse plus de 10 Mo"),
        ] {
            let refused = ada.upload(&path, name, bytes).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {name}");
            assert!(refused.words("a[href=\"#document\"]").contains(words), "{path} {name}: {}", refused.main());
            assert!(!refused.words("#document-messages").is_empty());
        }
        let not_a_file = ada.post(&path, &[("document", "texte")]).await;
        assert_eq!(not_a_file.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        let elsewhere =
            reqwest::Client::new().post(format!("{}{path}", house.url)).header(ORIGIN, "https://ailleurs.example");
        assert_eq!(elsewhere.body("x").send().await.unwrap().status(), StatusCode::FORBIDDEN, "another site's form");
    }
}

#[tokio::test]
async fn a_demandeur_deposits_behind_their_link() {
    let (house, number, tracking) = scene().await;
    let mut demandeur = house.anyone();
    let path = format!("{tracking}/documents");
    assert!(demandeur.get(&tracking).await.main().contains("Votre délibération"));
    let done = demandeur.upload(&path, "tarifs.pdf", shipped("tarifs.pdf")).await;
    assert_eq!(
        (done.status, done.location),
        (StatusCode::SEE_OTHER, Some(format!("{tracking}?fait=document#deliberation")))
    );
    house.run_jobs().await;
    let page = demandeur.get(&format!("{tracking}?fait=document")).await;
    assert!(page.main().contains("Votre document est déposé") && page.main().contains("tarifs.pdf"));
    let html = page.html();
    let file = html.select(&scraper::Selector::parse("a[download]").unwrap()).next().unwrap();
    let file = file.value().attr("href").unwrap().to_owned();
    let (status, [_, named, policy, _]) = headers(&mut demandeur, &file).await;
    assert!(status == StatusCode::OK && named.starts_with("attachment") && policy.contains("sandbox"));

    let mut ada = house.instructeur("Ada").await;
    let seen = ada.get(&format!("/instruction/D{number}")).await;
    assert!(seen.main().contains("Déposée par le demandeur"), "{}", seen.main());
    // What the instructeur deposits is not the demandeur's to take.
    ada.upload(&format!("/instruction/D{number}/documents"), "note.pdf", shipped("colonnes.pdf")).await;
    let seen = ada.get(&format!("/instruction/D{number}")).await;
    let theirs = file.rsplit('/').next().unwrap().to_owned();
    let html = seen.html();
    let links = scraper::Selector::parse("a[download]").unwrap();
    let ids: Vec<String> =
        html.select(&links).filter_map(|a| a.value().attr("href")?.split('/').nth(4).map(str::to_owned)).collect();
    assert_eq!(ids.len(), 2);
    for id in ids {
        let expected = if id == theirs { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(demandeur.get(&format!("{path}/{id}")).await.status, expected);
    }
    assert_eq!(demandeur.get(&format!("/suivi/mauvais-jeton/documents/{theirs}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        demandeur.upload("/suivi/mauvais-jeton/documents", "a.pdf", b"%PDF-1").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_demandeur_deposits_six_files_at_most_even_at_once() {
    let (house, number, tracking) = scene().await;
    let path = format!("{tracking}/documents");
    let mut running = tokio::task::JoinSet::new();
    for rank in 0..9 {
        let (mut demandeur, path) = (house.anyone(), path.clone());
        running
            .spawn(async move { demandeur.upload(&path, "a.pdf", format!("%PDF-1.7 {rank}").as_bytes()).await.status });
    }
    let statuses = running.join_all().await;
    let taken = statuses.iter().filter(|status| **status == StatusCode::SEE_OTHER).count();
    assert_eq!(taken, 6, "{statuses:?}");
    let refused = house.anyone().upload(&path, "b.pdf", b"%PDF-1.7 encore").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.main().contains("6 fichiers ont déjà été déposés"), "{}", refused.main());
    house.run_jobs().await;

    let mut ada = house.instructeur("Ada").await;
    assert_eq!(ada.decides(number, "refuser", "Sans objet.").await.status, StatusCode::SEE_OTHER);
    let closed = house.anyone().upload(&path, "c.pdf", b"%PDF-1.7 tard").await;
    assert_eq!(closed.status, StatusCode::CONFLICT);
    assert!(closed.main().contains("ne reçoit plus de documents"), "{}", closed.main());
}

#[tokio::test]
async fn the_latest_of_each_origin_comes_first() {
    let house = House::open().await;
    let number = house.submitted(with_address("https://mairie-hauteluce.test/deliberations/tarifs.pdf")).await;
    let mut ada = house.instructeur("Ada").await;
    let page = format!("/instruction/D{number}");
    for name in ["colonnes.pdf", "api-seule.pdf"] {
        house.clock.advance(chrono::Duration::minutes(5));
        ada.upload(&format!("{page}/documents"), name, shipped(name)).await;
    }
    house.run_jobs().await;
    let read = ada.get(&page).await;
    let titles: Vec<String> = {
        let html = read.html();
        let heads = scraper::Selector::parse("article h3").unwrap();
        html.select(&heads).map(|head| head.text().collect()).collect()
    };
    assert_eq!(titles, ["api-seule.pdf", "tarifs.pdf"]);
    assert!(read.main().contains("Documents remplacés depuis (1)"), "{}", read.main());
    // The same file again is the same document, dated again.
    house.clock.advance(chrono::Duration::minutes(5));
    ada.upload(&format!("{page}/documents"), "colonnes.pdf", shipped("colonnes.pdf")).await;
    let read = ada.get(&page).await;
    assert!(read.words("article h3").starts_with("colonnes.pdf"), "{}", read.words("article h3"));
}
