//! A stuck mise en service found, understood and mended from the screens alone: the list, its gestures, the journal.

use chrono::Duration;
use habilis::accounts::Role;
use habilis::sandbox::hubee::{FaultKind, Organisation, Route, When};
use habilis::store::jobs::{self, NewJob};
use habilis::store::provisioning::{self, ProvisioningRow};
use habilis::store::services::{Asked, page_sql};
use habilis::store::{Db, habilitations};
use reqwest::StatusCode;
use uuid::Uuid;

use super::scene::{COG, SIRET, accepted, accepted_as, assert_open, fault, history, quiet, status};
use crate::support::browser::Browser;
use crate::support::house::{House, PASSWORD, commune};
use crate::support::plan::plan;

const LIST: &str = "/instruction/mises-en-service";

/// Stopped for good: HubEE says that our scope may not do this.
async fn stopped(house: &House, route: Route) -> i64 {
    house.hubee().script(fault(route, FaultKind::Forbidden403, When::Always));
    let number = accepted(house).await;
    quiet(house, number).await;
    assert_eq!(status(house, number).await, "parked");
    number
}

async fn gesture(browser: &mut Browser, number: i64, gesture: &str, form: &[(&str, &str)]) -> (StatusCode, String) {
    let version = browser.version(number).await;
    let mut whole = vec![("version", version.as_str())];
    whole.extend(form);
    let page = browser.post(&format!("/instruction/D{number}/mise-en-service/{gesture}"), &whole).await;
    (page.status, page.location.clone().unwrap_or_else(|| page.main()))
}

#[tokio::test]
async fn the_list_says_where_each_stands_why_and_who_must_act() {
    let house = House::open().await;
    let number = stopped(&house, Route::PostOrganisation).await;
    house.hubee().clear_faults();
    let (siret, cog) = ("21380006300017", "38006");
    house.hubee().seed_organisation(Organisation::collectivite(siret, "00000", "MAIRIE D’ALLEVARD", house.clock.now()));
    let held = accepted_as(&house, commune("Allevard", siret, cog, "38580")).await;
    quiet(&house, held).await;
    assert_eq!(status(&house, held).await, "held");

    let mut lea = house.logged_in("Lea", Role::Lecteur).await;
    let all = lea.get(LIST).await;
    let main = all.main();
    for words in [
        "Toutes celles qui ne sont pas en service (2)",
        "Arrêtée (1)",
        "Une personne est demandée (1)",
        "Droits insuffisants (1)",
        &format!("D{number}"),
        "COMMUNE DE ALLEVARD",
        "PF-DUP",
        "Organisation connue de HubEE",
        "un opérateur",
        "depuis le 8 septembre 2026",
    ] {
        assert!(main.contains(words), "{words}: {main}");
    }
    assert!(all.value("main form[method=post] input").is_none(), "a lecteur changes nothing");

    let only = lea.get(&format!("{LIST}?etat=parked&classe=rights")).await.main();
    assert!(only.contains(&format!("D{number}")) && !only.contains(&format!("D{held}")), "{only}");
    let old = lea.get(&format!("{LIST}?depuis=3")).await.main();
    assert!(old.contains("Aucune mise en service ne correspond"), "{old}");
    house.clock.advance(Duration::days(4));
    lea.log_in("lea@habilis.test", PASSWORD).await;
    let old = lea.get(&format!("{LIST}?depuis=3")).await.main();
    assert!(old.contains(&format!("D{number}")) && old.contains("(4 jours)"), "{old}");
    assert_eq!(house.anyone().get(LIST).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn it_is_put_aside_with_a_reason_and_taken_up_again() {
    let house = House::open().await;
    let number = stopped(&house, Route::PostOrganisation).await;
    house.hubee().clear_faults();
    let mut oscar = house.logged_in("Oscar", Role::Operateur).await;

    let (refused, page) = gesture(&mut oscar, number, "mettre-de-cote", &[("motif", "court")]).await;
    assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Motif de la mise de côté"), "{page}");
    let form = [("motif", "Le support HubEE corrige son nom."), ("retour", "?etat=parked")];
    let (done, to) = gesture(&mut oscar, number, "mettre-de-cote", &form).await;
    assert_eq!((done, to), (StatusCode::SEE_OTHER, format!("/instruction/mises-en-service?etat=parked&fait={number}")));
    let said = oscar.get(&format!("/instruction/mises-en-service?etat=parked&fait={number}")).await.main();
    assert!(said.contains(&format!("Le geste sur D{number} est enregistré")), "{said}");
    let told = format!("{:?}", history(&house, number).await);
    assert!(told.contains("La mettre de côté : Le support HubEE corrige son nom."), "{told}");

    // A job that was waiting finds it put aside.
    let made = house.hubee().calls().len();
    let job = {
        let read = house.habilitation(number).await;
        habilis::store::jobs::NewJob {
            kind: "provision",
            payload: serde_json::json!({ "habilitation": read.id }),
            unique_key: Some(format!("provision:{}", read.id)),
            run_at: house.clock.now(),
        }
    };
    let mut tx = house.db.begin().await.unwrap();
    habilis::store::jobs::enqueue(tx.cx(), &job, house.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    house.later(Duration::days(2)).await;
    assert_eq!(house.hubee().calls().len(), made, "put aside, yet calling");
    assert_eq!(status(&house, number).await, "parked");
    oscar.log_in("oscar@habilis.test", PASSWORD).await;
    let list = oscar.get(&format!("{LIST}?etat=parked")).await.main();
    assert!(list.contains("MISE-DE-COTE") && list.contains("Mise de côté par Oscar"), "{list}");
    assert!(list.contains("Reprendre"), "{list}");

    let (done, _) = gesture(&mut oscar, number, "relancer", &[]).await;
    assert_eq!(done, StatusCode::SEE_OTHER);
    quiet(&house, number).await;
    assert_open(&house, number, "taken up again").await;
}

#[tokio::test]
async fn gestures_are_for_those_who_may_on_the_version_they_read() {
    let house = House::open().await;
    let number = stopped(&house, Route::PostOrganisation).await;
    let path = |gesture: &str| format!("/instruction/D{number}/mise-en-service/{gesture}");
    let form = [("version", "1"), ("motif", "Un motif assez long."), ("etape", "organisation")];
    let mut lea = house.logged_in("Lea", Role::Lecteur).await;
    for gesture in ["mettre-de-cote", "relancer", "passer"] {
        assert_eq!(lea.post(&path(gesture), &form).await.status, StatusCode::FORBIDDEN, "{gesture}");
    }
    let class = [("classe", "rights")];
    assert_eq!(lea.post(&format!("{LIST}/relancer"), &class).await.status, StatusCode::FORBIDDEN);
    let mut oscar = house.logged_in("Oscar", Role::Operateur).await;
    assert_eq!(oscar.post(&path("passer"), &form).await.status, StatusCode::FORBIDDEN);
    assert_eq!(oscar.post(&path("rattacher"), &form).await.status, StatusCode::FORBIDDEN);
    assert_eq!(oscar.post(&path("mettre-de-cote"), &form).await.status, StatusCode::CONFLICT);
    assert_eq!(status(&house, number).await, "parked");
    assert!(house.provisioning(number).await.unwrap().hold.is_some());
}

#[tokio::test]
async fn an_organisation_seen_in_the_portal_is_taken_on_somebodys_word() {
    let house = House::open().await;
    let number = stopped(&house, Route::PostOrganisation).await;
    house.hubee().seed_organisation(Organisation::collectivite(SIRET, COG, "MAIRIE", house.clock.now()));
    let mut ada = house.instructeur("Ada").await;
    let form = [("etape", "activation"), ("motif", "Vue active dans le portail.")];
    assert_eq!(gesture(&mut ada, number, "passer", &form).await.0, StatusCode::CONFLICT, "not the step that stops");
    let form = [("etape", "organisation"), ("motif", "Vue active dans le portail.")];
    assert_eq!(gesture(&mut ada, number, "passer", &form).await.0, StatusCode::SEE_OTHER);
    quiet(&house, number).await;
    assert_open(&house, number, "skipped").await;
    let page = ada.get(&format!("/instruction/D{number}")).await.main();
    assert!(page.contains("passée par Ada") && page.contains("Vue active dans le portail."), "{page}");
}

#[tokio::test]
async fn an_activation_may_be_left_to_the_collectivite() {
    let house = House::open().await;
    house.hubee().script(fault(Route::PutSubscription, FaultKind::Error500Before, When::Always));
    let number = accepted(&house).await;
    house.run_jobs().await;
    assert_eq!(status(&house, number).await, "retrying");
    let mut ada = house.instructeur("Ada").await;
    let form = [("etape", "activation"), ("motif", "La mairie l’activera elle-même.")];
    assert_eq!(gesture(&mut ada, number, "passer", &form).await.0, StatusCode::SEE_OTHER);
    house.run_jobs().await;
    assert_eq!(status(&house, number).await, "awaiting_activation");
    assert_eq!(house.hubee().agent_activates(SIRET), 1);
    house.later(Duration::minutes(61)).await;
    assert_open(&house, number, "activated there").await;
}

#[tokio::test]
async fn a_whole_class_goes_again_once_its_cause_is_mended() {
    let house = House::open().await;
    let first = stopped(&house, Route::PostOrganisation).await;
    let second = accepted_as(&house, commune("Allevard", "21380006300017", "38006", "38580")).await;
    quiet(&house, second).await;
    assert_eq!(status(&house, second).await, "parked");
    house.hubee().clear_faults();
    let mut oscar = house.logged_in("Oscar", Role::Operateur).await;
    let page = oscar.get(&format!("{LIST}?etat=parked&classe=rights")).await.main();
    assert!(page.contains("Relancer toute la classe"), "{page}");
    let done = oscar.post(&format!("{LIST}/relancer"), &[("classe", "rights")]).await;
    assert_eq!(done.location.as_deref(), Some("/instruction/mises-en-service?relancees=2"));
    house.run_jobs().await;
    for number in [first, second] {
        assert_eq!(status(&house, number).await, "open");
        assert!(format!("{:?}", history(&house, number).await).contains("Relaunched"));
    }
}

#[tokio::test]
async fn operators_are_told_once_a_day_for_one_class() {
    let house = House::open().await;
    house.logged_in("Oscar", Role::Operateur).await;
    house.logged_in("Ada", Role::Instructeur).await;
    let told = |house: &House| {
        house.mails().into_iter().filter(|mail| mail.subject.contains("ne permet plus un geste")).count()
    };
    let number = stopped(&house, Route::PostOrganisation).await;
    let second = accepted_as(&house, commune("Allevard", "21380006300017", "38006", "38580")).await;
    quiet(&house, second).await;
    assert_eq!(told(&house), 1);
    house.clock.advance(Duration::days(1));
    super::scene::relaunched(&house, number).await;
    quiet(&house, number).await;
    assert_eq!(told(&house), 2);
}

#[tokio::test]
async fn the_journal_shows_each_call_and_turns_its_pages() {
    let house = House::open().await;
    house.hubee().script(fault(Route::PostSubscription, FaultKind::LostAnswer, When::Nth(1)));
    let number = accepted(&house).await;
    quiet(&house, number).await;
    let mut lea = house.logged_in("Lea", Role::Lecteur).await;
    let path = format!("/instruction/D{number}/mise-en-service/journal");
    let page = lea.get(&path).await.main();
    for words in ["POST /subscriptions", "Issue inconnue", "Contenu envoyé", "FormulaireQF", "HTTP 201 en", "Étape"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("c.bouchet@") && !page.contains("Échanges plus anciens"), "{page}");

    let id = house.habilitation(number).await.id;
    let now = house.clock.now();
    for _ in 0..60 {
        let intent =
            provisioning::Intent { habilitation: id, step: "organisation", method: "GET", path: "/x", request: None };
        provisioning::intend(&house.db, &intent, now).await.unwrap();
    }
    let first = lea.get(&path).await;
    assert_eq!(first.text.matches("<h2").count(), 40);
    assert!(first.main().contains("jamais arrivée"), "{}", first.main());
    let html = first.html();
    let older = html.select(&scraper::Selector::parse("nav[aria-label='Pages du journal'] a").unwrap()).next().unwrap();
    let second = lea.get(older.value().attr("href").unwrap()).await.main();
    assert!(second.contains("POST /organizations") && second.contains("Revenir aux plus récents"), "{second}");
    assert_eq!(lea.get("/instruction/D999/mise-en-service/journal").await.status, StatusCode::NOT_FOUND);
}

/// Many that stopped at many instants.
async fn fill(house: &House, count: i64) {
    let model = habilitations_of(house).await;
    let mut tx = house.db.begin().await.unwrap();
    for rank in 0..count {
        let mut one = model.clone();
        (one.id, one.datapass_id) = (Uuid::from_u128(u128::try_from(rank).unwrap() + 1), 100_000 + rank);
        one.tracking_token = format!("token-{rank}");
        let at = house.clock.now() + Duration::minutes(rank / 3);
        assert!(habilitations::insert(tx.cx(), &one, at).await.unwrap());
        let mut row = ProvisioningRow::new(one.id, one.datapass_id, "organisation", "parked", at);
        row.error_class = Some(if rank % 2 == 0 { "permanent" } else { "rights" }.into());
        row.last_error = Some("HubEE refuse".into());
        provisioning::save(tx.cx(), &row).await.unwrap();
    }
    tx.commit().await.unwrap();
    house.clock.advance(Duration::days(2));
}

async fn habilitations_of(house: &House) -> habilis::domain::Habilitation {
    let number = accepted(house).await;
    house.habilitation(number).await
}

async fn plan_of(db: &Db, asked: &Asked) -> String {
    let texts = [&asked.status, &asked.class].into_iter().flatten().map(|text| format!("'{text}'"));
    let since = if matches!(db, Db::Postgres(_)) { "'1970-01-01'::timestamptz" } else { "'1970-01-01'" };
    let values: Vec<String> = [since, "-1", "51"].into_iter().map(str::to_owned).chain(texts).collect();
    plan(db, &page_sql(asked), &values.iter().map(String::as_str).collect::<Vec<_>>()).await
}

#[tokio::test]
async fn hundreds_are_walked_page_by_page_each_once_by_an_index() {
    let house = House::open().await;
    fill(&house, 320).await;
    let mut lea = house.logged_in("Lea", Role::Lecteur).await;
    let (mut address, mut seen) = (Some(format!("{LIST}?etat=parked")), Vec::new());
    while let Some(path) = address {
        let page = lea.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.len() < 120_000, "{} bytes", page.text.len());
        let html = page.html();
        let all = |selector: &str| {
            let selector = scraper::Selector::parse(selector).unwrap();
            html.select(&selector)
                .map(|found| (found.text().collect::<String>(), found.value().attr("href").map(str::to_owned)))
                .collect::<Vec<_>>()
        };
        seen.extend(all("tbody th a").into_iter().map(|(number, _)| number));
        address = all("nav[aria-label='Pages de la liste'] a")
            .into_iter()
            .find(|(words, _)| words == "Suite de la liste")
            .and_then(|(_, href)| href);
    }
    let expected: Vec<String> = (0..320).map(|rank| format!("D{}", 100_000 + rank)).collect();
    assert_eq!(seen, expected);
    let text = |text: &str| Some(text.to_owned());
    for (asked, index) in [
        (Asked::default(), "provisioning_unfinished"),
        (Asked { status: text("parked"), ..Asked::default() }, "provisioning_by_status"),
        (Asked { class: text("rights"), ..Asked::default() }, "provisioning_by_error"),
    ] {
        let plan = plan_of(&house.db, &asked).await;
        assert!(plan.contains(index), "{asked:?}: {plan}");
        assert!(!plan.contains("TEMP B-TREE") && !plan.contains("Sort"), "{asked:?}: {plan}");
    }
}

/// From the operators' page too, who started a mise en service again stays in its history.
#[tokio::test]
async fn one_started_again_from_the_operators_page_says_by_whom() {
    let house = House::open().await;
    let number = stopped(&house, Route::PostOrganisation).await;
    house.hubee().clear_faults();
    let mut oscar = house.logged_in("Oscar", Role::Operateur).await;
    let page = oscar.get("/instruction/exploitation").await;
    let job = page.value("input[name=job]").expect("a stopped job");
    let done = oscar.post("/instruction/exploitation/relancer", &[("job", &job)]).await;
    assert_eq!(done.location.as_deref(), Some("/instruction/exploitation?relancee=oui"));
    house.run_jobs().await;
    assert_eq!(status(&house, number).await, "open");
    let shown = oscar.get(&format!("/instruction/D{number}")).await.main();
    assert!(shown.contains("Mise en service relancée") && shown.contains("Oscar"), "{shown}");
    let empty = oscar.get("/instruction/exploitation").await;
    assert!(empty.value("input[name=job]").is_none(), "{}", empty.main());
}

/// Jobs that wait for too long, twice in a row, are told once a day.
#[tokio::test]
async fn jobs_that_wait_for_too_long_are_told_to_operators() {
    let house = House::open().await;
    house.logged_in("Oscar", Role::Operateur).await;
    let told = |house: &House| house.mails().into_iter().filter(|mail| mail.subject.contains("Tâches de fond")).count();
    let watch = async |late: bool| {
        let key = Some(format!("late:{late}:{}", uuid::Uuid::now_v7()));
        let waiting = NewJob {
            kind: "watch",
            payload: serde_json::json!({ "late": late }),
            unique_key: key,
            run_at: house.clock.now() - Duration::hours(1),
        };
        let other = NewJob {
            kind: "checks_of_all",
            payload: serde_json::json!({}),
            unique_key: None,
            run_at: house.clock.now() - Duration::minutes(11),
        };
        let mut tx = house.db.begin().await.unwrap();
        jobs::enqueue(tx.cx(), &waiting, house.clock.now()).await.unwrap();
        jobs::enqueue(tx.cx(), &other, house.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        house.run_jobs().await;
    };
    watch(false).await;
    assert_eq!(told(&house), 0, "a restart drains by itself");
    watch(true).await;
    assert_eq!(told(&house), 1);
    watch(true).await;
    assert_eq!(told(&house), 1, "once a day");
}

/// The header leads to the operators' page whoever may see it, on every page, and nobody else.
#[tokio::test]
async fn the_header_offers_the_operators_page_to_who_may_see_it() {
    let house = House::open().await;
    for (name, role, offered) in [
        ("Oscar", Role::Operateur, true),
        ("Claire", Role::Responsable, true),
        ("Ada", Role::Instructeur, false),
        ("Lea", Role::Lecteur, false),
    ] {
        let mut browser = house.logged_in(name, role).await;
        for path in [LIST, "/instruction", "/instruction/ecarts", "/instruction/preferences"] {
            let page = browser.get(path).await;
            assert_eq!(
                page.words("nav[aria-label='Menu principal']").contains("Exploitation"),
                offered,
                "{name} {path}"
            );
        }
    }
    assert!(!house.anyone().get("/collectivites").await.text.contains("Exploitation"));
}

/// A whole class at once from the operators' page: each by its history, and other kinds left as they are.
#[tokio::test]
async fn a_class_is_started_again_from_the_operators_page() {
    let house = House::open().await;
    let first = stopped(&house, Route::PostOrganisation).await;
    let second = accepted_as(&house, commune("Lyon", "21690123100011", "69123", "69001")).await;
    quiet(&house, second).await;
    let now = house.clock.now();
    let other = NewJob { kind: "read_document", payload: serde_json::json!({}), unique_key: None, run_at: now };
    let mut tx = house.db.begin().await.unwrap();
    jobs::enqueue(tx.cx(), &other, now).await.unwrap();
    tx.commit().await.unwrap();
    house.run_jobs().await;
    house.hubee().clear_faults();
    let form = [("genre", "provision"), ("classe", "rights")];

    let mut ada = house.instructeur("Ada").await;
    let refused = ada.post("/instruction/exploitation/relancer-tout", &form).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let mut oscar = house.logged_in("Oscar", Role::Operateur).await;
    let page = oscar.get("/instruction/exploitation").await;
    assert!(page.main().contains("Mise en service, Droits insuffisants 2"), "{}", page.main());
    let done = oscar.post("/instruction/exploitation/relancer-tout", &form).await;
    assert_eq!(done.location.as_deref(), Some("/instruction/exploitation?relancees=2"));
    let after = oscar.get("/instruction/exploitation?relancees=2").await.main();
    assert!(after.contains("2 tâches sont relancées."), "{after}");
    house.run_jobs().await;
    for number in [first, second] {
        assert_eq!(status(&house, number).await, "open");
        let shown = oscar.get(&format!("/instruction/D{number}")).await.main();
        assert!(shown.contains("Mise en service relancée") && shown.contains("Oscar"), "{shown}");
    }
    let left = jobs::parked(house.db.read().await.unwrap().cx()).await.unwrap();
    assert_eq!(left.iter().map(|job| job.kind.as_str()).collect::<Vec<_>>(), ["read_document"]);
}

/// HubEE may know a collectivité under a branch that is no commune's code: it can be typed.
#[tokio::test]
async fn a_branch_code_of_another_length_can_be_given() {
    let house = House::open().await;
    house.hubee().seed_organisation(Organisation::collectivite(SIRET, "730", "COMMUNE", house.clock.now()));
    let number = accepted(&house).await;
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "held");
    let mut ada = house.instructeur("Ada").await;
    for wrong in ["73 132", "é7313", "12345678901"] {
        let (refused, page) = gesture(&mut ada, number, "corriger", &[("code_cog", wrong)]).await;
        assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(page.contains("de 1 à 10 lettres sans accent ou chiffres"), "{page}");
    }
    let (taken, _) = gesture(&mut ada, number, "corriger", &[("code_cog", "730")]).await;
    assert_eq!(taken, StatusCode::SEE_OTHER);
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "open");
    assert_eq!(house.hubee().subscriptions()[0].subscriber.branch_code, "730");
}
