use habilis::accounts::Role;

use super::verbatim;
use crate::support::browser::{Browser, Page};
use crate::support::house::{House, hauteluce};

const LIST: &str = "/instruction/modeles";

async fn adds(browser: &mut Browser, gesture: &str, title: &str, text: &str) -> Page {
    browser.post(LIST, &[("geste", gesture), ("titre", title), ("texte", text)]).await
}

/// The address below the list that the link of a template leads to.
fn address(list: &Page, title: &str, part: &str) -> String {
    let html = list.html();
    let links = scraper::Selector::parse("main article a").unwrap();
    html.select(&links)
        .find(|link| {
            let words: String = link.text().collect();
            words.contains(title) && words.starts_with(part)
        })
        .and_then(|link| link.value().attr("href").map(str::to_owned))
        .expect("a link to the template")
}

#[tokio::test]
async fn a_template_is_inserted_adapted_and_sent() {
    let house = House::open().await;
    let number = house.submitted(hauteluce()).await;
    let mut claire = house.logged_in("Claire", Role::Responsable).await;
    let text = "{{numero}} {{ collectivite }} {{echeance}}\n{{lien_suivi}} {{lien_datapass}} {{instructeur}}";
    assert_eq!(adds(&mut claire, "modifications", "Toutes les variables", text).await.status, 303);

    let mut ada = house.instructeur("Ada").await;
    let page = ada.get(&format!("/instruction/D{number}")).await;
    let options = scraper::Selector::parse("#modele-modifications option").unwrap();
    let html = page.html();
    let chosen = html
        .select(&options)
        .find(|option| option.text().collect::<String>() == "Toutes les variables")
        .and_then(|option| option.value().attr("value").map(str::to_owned))
        .unwrap();
    drop(html);
    assert!(!page.words("#modele-refuser").contains("Toutes les variables"));

    let version = ada.version(number).await;
    let path = format!("/instruction/D{number}/modifications");
    let typed = "Déjà écrit.";
    let form = [("version", version.as_str()), ("motif-modifications", typed), ("modele", &chosen), ("inserer", "oui")];
    let filled = ada.post(&path, &form).await;
    assert_eq!(filled.status, 200);
    let token = house.habilitation(number).await.tracking_token;
    let expected = format!("{typed}\n\nD{number} COMMUNE DE HAUTELUCE 11 septembre 2026\n{}/suivi/{token} ", house.url);
    let area = verbatim(&filled, "#motif-modifications");
    assert!(area.starts_with(&expected), "{area}");
    assert!(area.ends_with(&format!("/demandes/{number} Ada")), "{area}");
    assert_eq!(house.habilitation(number).await.version.to_string(), version, "inserting changes nothing");

    let none = ada.post(&path, &[("version", &version), ("motif-modifications", typed), ("inserer", "oui")]).await;
    assert_eq!(none.status, 422);
    assert!(none.main().contains("Choisissez un modèle") && verbatim(&none, "#motif-modifications") == typed);

    house.sandbox.mailbox.clear();
    assert_eq!(ada.decides(number, "modifications", &area).await.status, 303);
    house.run_jobs().await;
    assert!(house.mails()[0].text.as_deref().unwrap().contains(&format!("/demandes/{number} Ada")));
}

#[tokio::test]
async fn responsables_write_and_others_read() {
    let house = House::open().await;
    let mut claire = house.logged_in("Claire", Role::Responsable).await;
    let list = claire.get(LIST).await;
    for title in ["Hors périmètre", "Délibération sans quotient familial", "DPD identique au demandeur"] {
        assert!(list.main().contains(title), "{title}");
    }
    let edit = address(&list, "Hors périmètre", "Modifier");
    let delete = address(&list, "Hors périmètre", "Supprimer");
    for (name, role) in [("Ada", Role::Instructeur), ("Lea", Role::Lecteur), ("Oscar", Role::Operateur)] {
        let mut reader = house.logged_in(name, role).await;
        let list = reader.get(LIST).await;
        assert_eq!(list.status, 200);
        assert!(list.main().contains("Hors périmètre") && !list.main().contains("Modifier"), "{role:?}");
        assert_eq!(adds(&mut reader, "refuser", "Titre", "Un texte assez long").await.status, 403);
        for path in [&edit, &delete] {
            assert_eq!(reader.get(path).await.status, 403);
            assert_eq!(reader.post(path, &[("titre", "T"), ("texte", "Un texte assez long")]).await.status, 403);
        }
    }
    assert_eq!(house.anyone().get(LIST).await.status, 303);

    let form = claire.get(&edit).await;
    let read_at = form.value("input[name=lu]").unwrap();
    let new = [("titre", "Hors du périmètre"), ("texte", "Un autre texte, {{numero}}."), ("lu", read_at.as_str())];
    assert_eq!(claire.post(&edit, &new).await.status, 303);
    let list = claire.get(LIST).await;
    assert!(list.main().contains("Un autre texte, {{numero}}.") && list.main().contains("Écrit par Claire"));
    let again = claire.post(&edit, &new).await;
    assert_eq!(again.status, 422, "it was read before the other change");
    assert!(again.main().contains("rien n’a été enregistré"), "{}", again.main());

    let asked = claire.get(&delete).await;
    assert!(asked.main().contains("Hors du périmètre"), "{}", asked.main());
    assert!(claire.get(LIST).await.main().contains("Hors du périmètre"), "nothing goes before it is confirmed");
    assert_eq!(claire.post(&delete, &[]).await.status, 303);
    assert!(!claire.get(LIST).await.main().contains("Hors du périmètre"));
    assert_eq!(claire.get(&edit).await.status, 404);
}

#[tokio::test]
async fn what_is_wrong_with_a_template_is_said() {
    let house = House::open().await;
    let mut claire = house.logged_in("Claire", Role::Responsable).await;
    for (gesture, title, text, words) in [
        ("refuser", "", "Un texte assez long", "Donnez un titre"),
        ("refuser", "Titre", "court", "trop court"),
        ("refuser", "Titre", "Bonjour {{siret}}, merci.", "La variable « {{siret}} » n’existe pas"),
        ("refuser", "Titre", "Bonjour {{numero, merci.", "n’est pas fermée"),
        ("refuser", "Hors périmètre", "Un texte assez long", "déjà un modèle de ce titre"),
    ] {
        let refused = adds(&mut claire, gesture, title, text).await;
        assert_eq!(refused.status, 422, "{words}");
        assert!(refused.main().contains(words), "{}", refused.main());
        assert_eq!(verbatim(&refused, "#texte"), text);
    }
    assert_eq!(adds(&mut claire, "archiver", "Titre", "Un texte assez long").await.status, 404);
    let mut kept = 0;
    let refused = loop {
        let page = adds(&mut claire, "refuser", &format!("Modèle {kept}"), "Un texte assez long").await;
        if page.status != 303 {
            break page;
        }
        kept += 1;
    };
    assert_eq!(kept, 17, "twenty, three of which came with the service");
    assert!(refused.main().contains("déjà vingt modèles"), "{}", refused.main());
}
