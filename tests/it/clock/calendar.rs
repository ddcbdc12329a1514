//! Holidays: which mornings have a digest, what each calendar promises, and settings that are not understood.

use habilis::accounts::Role;
use habilis::config::Config;

use super::scene::{go, mornings, opened, person, submitted};
use crate::support::house::House;

async fn due(house: &House, number: i64) -> String {
    house.habilitation(number).await.state.due().unwrap().to_string()
}

/// Three requests of the week before Easter 2026: Monday, Tuesday and Wednesday. Their deadlines, then the digests.
async fn easter(settings: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let house = opened("2026-03-30T08:00:00Z", settings).await;
    person(&house, "Ada", Role::Instructeur).await;
    let mut deadlines = Vec::new();
    let mut subjects = Vec::new();
    for day in ["2026-03-30", "2026-03-31", "2026-04-01"] {
        let number = submitted(&house, &format!("{day}T08:30:00Z")).await;
        deadlines.push(due(&house, number).await);
        let next = day.parse::<chrono::NaiveDate>().unwrap().succ_opt().unwrap().to_string();
        subjects.extend(mornings(&house, "Ada", &next, &next).await);
    }
    subjects.extend(mornings(&house, "Ada", "2026-04-03", "2026-04-08").await);
    (deadlines, subjects)
}

#[tokio::test]
async fn around_easter() {
    let (deadlines, subjects) = easter(&[]).await;
    assert_eq!(deadlines, ["2026-04-02", "2026-04-03", "2026-04-07"]);
    let expected = [
        "Demandes du 31 mars 2026 : 1 nouvelle",
        "Demandes du 1er avril 2026 : 1 nouvelle",
        "Demandes du 2 avril 2026 : 1 à rendre aujourd’hui, 1 nouvelle",
        "Demandes du 3 avril 2026 : 1 en retard, 1 à rendre aujourd’hui",
        "Demandes du 7 avril 2026 : 2 en retard, 1 à rendre aujourd’hui",
        "Demandes du 8 avril 2026 : 3 en retard",
    ];
    assert_eq!(subjects, expected, "nothing on Easter Monday");
}

#[tokio::test]
async fn around_easter_in_alsace() {
    let (deadlines, subjects) = easter(&[("HABILIS_CALENDRIER", "alsace-moselle")]).await;
    assert_eq!(deadlines, ["2026-04-02", "2026-04-07", "2026-04-08"]);
    let expected = [
        "Demandes du 31 mars 2026 : 1 nouvelle",
        "Demandes du 1er avril 2026 : 1 nouvelle",
        "Demandes du 2 avril 2026 : 1 à rendre aujourd’hui, 1 nouvelle",
        "Demandes du 7 avril 2026 : 1 en retard, 1 à rendre aujourd’hui",
        "Demandes du 8 avril 2026 : 2 en retard, 1 à rendre aujourd’hui",
    ];
    assert_eq!(subjects, expected, "nothing on Good Friday either");
}

/// A request of the Thursday before Whit Monday 25 May 2026: its deadline, then the digests of the week.
async fn whit_monday(settings: &[(&str, &str)]) -> (String, Vec<String>) {
    let house = opened("2026-05-21T08:00:00Z", settings).await;
    person(&house, "Ada", Role::Instructeur).await;
    let number = submitted(&house, "2026-05-21T08:30:00Z").await;
    let deadline = due(&house, number).await;
    (deadline, mornings(&house, "Ada", "2026-05-22", "2026-05-28").await)
}

#[tokio::test]
async fn around_whit_monday() {
    let (deadline, subjects) = whit_monday(&[]).await;
    assert_eq!(deadline, "2026-05-27");
    let expected = [
        "Demandes du 22 mai 2026 : 1 nouvelle",
        "Demandes du 27 mai 2026 : 1 à rendre aujourd’hui",
        "Demandes du 28 mai 2026 : 1 en retard",
    ];
    assert_eq!(subjects, expected);
}

#[tokio::test]
async fn around_a_whit_monday_that_is_worked() {
    for calendar in ["metropole", "alsace-moselle"] {
        let (deadline, subjects) =
            whit_monday(&[("HABILIS_LUNDI_PENTECOTE", "travaille"), ("HABILIS_CALENDRIER", calendar)]).await;
        assert_eq!(deadline, "2026-05-26");
        let expected = [
            "Demandes du 22 mai 2026 : 1 nouvelle",
            "Demandes du 26 mai 2026 : 1 à rendre aujourd’hui",
            "Demandes du 27 mai 2026 : 1 en retard",
            "Demandes du 28 mai 2026 : 1 en retard",
        ];
        assert_eq!(subjects, expected);
    }
}

#[tokio::test]
async fn the_pages_count_in_the_same_calendar() {
    let house = House::with(&[("HABILIS_CALENDRIER", "alsace-moselle")]).await;
    let number = submitted(&house, "2026-04-01T08:30:00Z").await;
    go(&house, "2026-04-02T08:30:00Z");
    let mut ada = house.instructeur("Ada").await;
    // 7 and 8 April: Good Friday and Easter Monday are not worked there.
    let queue = ada.get("/instruction").await;
    assert!(queue.main().contains("échéance dans 2 j ouvrés"), "{}", queue.main());
    let request = ada.get(&format!("/instruction/D{number}")).await;
    assert!(request.main().contains("échéance dans 2 j ouvrés"), "{}", request.main());
}

#[tokio::test]
async fn wrong_settings_are_told() {
    let house = House::open().await;
    for (key, value, remedy) in [
        ("HABILIS_CALENDRIER", "alsace", "il faut metropole ou alsace-moselle"),
        ("HABILIS_LUNDI_PENTECOTE", "oui", "il faut ferie ou travaille"),
        ("HABILIS_HEURE_RECAPITULATIF", "8 h", "il faut une heure, par exemple 08:00"),
        ("HABILIS_HEURE_ALERTE", "25:00", "il faut une heure, par exemple 08:00"),
    ] {
        let mut settings = house.settings.clone();
        settings.insert(key.into(), value.into());
        let problems = Config::from_map(settings).unwrap_err();
        let [problem] = problems.as_slice() else { panic!("{problems:?}") };
        assert_eq!(problem.key, key);
        assert!(problem.sentence.contains(remedy), "{problem}");
    }
}
