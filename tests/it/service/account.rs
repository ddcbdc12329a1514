//! The demandeur's account at HubEE: how the mails and pages say to get in, in each case, and who says that it works.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::Duration;
use habilis::domain::Event;
use habilis::sandbox::datapass::{Applicant, Filing, ServiceProvider};
use habilis::sandbox::hubee::{FaultKind, Organisation, Route, Subscription, Switches, When};
use reqwest::StatusCode;

use super::existing::correct;
use super::scene::{
    COG, CONFIRMATION, SIRET, TO_ACTIVATE, accept, accepted, accepted_as, accepted_there, fault, history, mails, quiet,
    status, tracking, wait,
};
use crate::support::house::{House, hauteluce};

const MANUAL: [(&str, &str); 1] = [("HUBEE_ACTIVATION", "manual")];

/// French typography puts no-break spaces; tests do not care.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// The text of the one mail whose subject says `what`; its HTML says the same of `words`.
fn letter(house: &House, what: &str, words: &[&str]) -> String {
    let all = mails(house, what);
    assert_eq!(all.len(), 1, "{what}: {:?}", super::scene::subjects(house));
    let (text, html) = (plain(all[0].text.as_deref().unwrap()), plain(all[0].html.as_deref().unwrap()));
    for word in words {
        assert!(text.contains(word), "{word} not in\n{text}");
        assert!(html.contains(&word.replace('&', "&amp;")), "{word} not in\n{html}");
    }
    text
}

fn by(kind: Option<&str>) -> Filing {
    let provider = ServiceProvider {
        id: "un_logiciel".into(),
        siret: Some("44229377500031".into()),
        kind: kind.map(str::to_owned),
    };
    Filing { service_provider: Some(provider), ..hauteluce() }
}

/// A subscription that is there before we come, of an organisation that is there too.
fn there(house: &House, change: impl FnOnce(&mut Subscription)) -> Subscription {
    let organisation = Organisation::collectivite(SIRET, COG, "MAIRIE DE HAUTELUCE", house.clock.now());
    house.hubee().seed_organisation(organisation);
    let mut known = Subscription::made_by_hand(SIRET, COG, "ancien@mairie-hauteluce.fr", house.clock.now());
    (known.access_mode, known.notification_frequency) = (None, "Unitaire".into());
    known.status = "Inactif".into();
    change(&mut known);
    house.hubee().seed_subscription(known.clone());
    known
}

/// The page of the request, seen by somebody new each time.
async fn page(house: &House, number: i64) -> String {
    static SEEN: AtomicUsize = AtomicUsize::new(0);
    let name = format!("Lea{}", SEEN.fetch_add(1, Ordering::Relaxed));
    plain(&house.instructeur(&name).await.get(&format!("/instruction/D{number}")).await.main())
}

async fn told(house: &House, number: i64) -> String {
    plain(&tracking(house, number).await.main())
}

#[tokio::test]
async fn a_collectivite_that_receives_by_itself_is_told_of_the_portal() {
    for kind in [Some("saas"), None] {
        let house = House::with(&MANUAL).await;
        let number = accepted_as(&house, by(kind)).await;
        quiet(&house, number).await;
        let text = letter(&house, TO_ACTIVATE, &["Choisissez le mode d’accès « Portail »"]);
        assert!(!text.contains("API »"), "{kind:?}: {text}");
        wait(&house, Duration::days(3), Duration::hours(6)).await;
        let text = letter(&house, "rappel", &["Choisissez le mode d’accès « Portail »"]);
        assert!(!text.contains("votre éditeur"), "{kind:?}: {text}");
    }
}

#[tokio::test]
async fn the_mail_follows_the_choice_of_the_portal_rather_than_the_editeur() {
    for (choice, words) in [(None, "« API », puis votre éditeur"), (Some("portail"), "mode d’accès « Portail »")]
    {
        let house = House::with(&MANUAL).await;
        // What is told at once is told before anybody chose.
        let number = house.submitted(by(Some("editor"))).await;
        accept(&house, number).await;
        if let Some(choice) = choice {
            let mut ada = house.instructeur("Ada").await;
            let version = ada.version(number).await;
            let form =
                [("version", version.as_str()), ("choix", choice), ("siret", "44229377500031"), ("code_cog", "")];
            let done = ada.post(&format!("/instruction/D{number}/mise-en-service/editeur"), &form).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        }
        quiet(&house, number).await;
        letter(&house, TO_ACTIVATE, &[words]);
    }
}

/// Their login is the address that was sent to HubEE: the mail names it, the page behind a link does not.
#[tokio::test]
async fn the_login_is_the_address_that_was_sent() {
    let house = House::with(&[MANUAL[0], ("HUBEE_PORTAIL_URL", "https://portail.essai.example/entree")]).await;
    let mut filing = hauteluce();
    filing.applicant.email = "c.bouchet@hauteluce.alsace".into();
    let number = accepted_there(&house, filing).await;
    assert_eq!(status(&house, number).await, "held");
    let mut ada = house.instructeur("Ada").await;
    correct(&house, &mut ada, number, "email", "C.Bouchet@Hauteluce.FR").await;
    assert_eq!(house.hubee().subscriptions()[0].local_administrator, "c.bouchet@hauteluce.fr");
    let words = ["c.bouchet@hauteluce.fr", "https://portail.essai.example/entree"];
    let text = letter(&house, TO_ACTIVATE, &words);
    assert!(!text.contains("portail.hubee.numerique") && !text.contains("hauteluce.alsace"), "{text}");
    let shown = told(&house, number).await;
    assert!(shown.contains("l’adresse convenue avec l’instructeur"), "{shown}");
    assert!(!shown.contains("c.bouchet"), "nobody's address on a page behind a link: {shown}");
}

#[tokio::test]
async fn without_correction_the_page_speaks_of_the_address_of_the_request() {
    let house = House::with(&MANUAL).await;
    let number = accepted(&house).await;
    quiet(&house, number).await;
    letter(&house, TO_ACTIVATE, &[&hauteluce().applicant.email, "https://portail.hubee.numerique.gouv.fr/"]);
    let shown = told(&house, number).await;
    assert!(shown.contains("l’adresse électronique indiquée dans votre demande"), "{shown}");
}

/// New: HubEE's mail is likely, never promised. So it is when the answer to our creation was lost.
#[tokio::test]
async fn an_account_made_with_our_subscription_is_new_even_when_the_answer_was_lost() {
    for lost in [false, true] {
        let house = House::with(&MANUAL).await;
        if lost {
            house.hubee().script(fault(Route::PostSubscription, FaultKind::LostAnswer, When::Nth(1)));
        }
        let number = accepted(&house).await;
        quiet(&house, number).await;
        assert_eq!(status(&house, number).await, "awaiting_activation");
        letter(&house, TO_ACTIVATE, &["HubEE crée votre compte", "48 heures", "« Mot de passe oublié »", "en général"]);
        assert!(page(&house, number).await.contains("Compte HubEE du demandeur : créé par HubEE"), "lost: {lost}");
        assert!(told(&house, number).await.contains("HubEE crée votre compte"), "lost: {lost}");
    }
}

/// Made by hand for them before: they have their account, and nothing comes from HubEE.
#[tokio::test]
async fn an_account_that_was_there_is_the_usual_one() {
    let house = House::with(&MANUAL).await;
    there(&house, |known| known.local_administrator = hauteluce().applicant.email);
    let number = accepted(&house).await;
    quiet(&house, number).await;
    let text = letter(&house, TO_ACTIVATE, &["connectez-vous comme d’habitude", "n’envoie pas de nouveau message"]);
    assert!(!text.contains("HubEE crée votre compte"), "{text}");
    assert!(page(&house, number).await.contains("Compte HubEE du demandeur : probablement existant"));
    assert!(told(&house, number).await.contains("Votre compte habituel convient"));
}

/// Adopted as it stands: its administrator is somebody else, and the demandeur gets no account.
#[tokio::test]
async fn whoever_gets_no_account_is_told_whom_to_ask() {
    for (own, subject) in [(&MANUAL[..], TO_ACTIVATE), (&[], CONFIRMATION)] {
        let house = House::with(own).await;
        let known = there(&house, |_| {});
        let number = accepted(&house).await;
        quiet(&house, number).await;
        assert_eq!(status(&house, number).await, "held");
        let mut ada = house.instructeur("Ada").await;
        let (version, id) = (ada.version(number).await, known.id.to_string());
        let form = [("version", version.as_str()), ("choix", "adopter"), ("montre", id.as_str())];
        let done = ada.post(&format!("/instruction/D{number}/mise-en-service/rattacher"), &form).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        quiet(&house, number).await;
        let words = ["a déjà un administrateur dans HubEE", "Demandez à cet administrateur", "support HubEE"];
        let text = letter(&house, subject, &words);
        assert!(!text.contains("48 heures.\n- Le lien") && !text.contains("ancien@"), "{text}");
        assert!(page(&house, number).await.contains("l’organisation a un autre administrateur"));
        let shown = told(&house, number).await;
        assert!(shown.contains("a déjà un administrateur dans HubEE") && !shown.contains("ancien@"), "{shown}");
    }
}

/// What an administrator must know of accounts before the form opens.
#[tokio::test]
async fn the_checklist_is_whole() {
    let house = House::with(&MANUAL).await;
    let number = accepted(&house).await;
    quiet(&house, number).await;
    letter(
        &house,
        TO_ACTIVATE,
        &[
            "Un compte ne vaut que pour une organisation",
            "L’adresse d’un compte ne change plus",
            "deux administrateurs locaux",
            "huit caractères au moins",
            "code à usage unique",
            "renseignez d’abord votre civilité",
            "un second administrateur local peut le faire pour vous",
            "Faites-le avant l’activation",
        ],
    );
    let shown = told(&house, number).await;
    for words in ["civilité", "un second administrateur local", "code à usage unique", "avant l’activation"] {
        assert!(shown.contains(words), "{words} not in {shown}");
    }
}

fn confirmations(history: &[Event]) -> usize {
    history.iter().filter(|event| matches!(event, Event::AccountConfirmed)).count()
}

#[tokio::test]
async fn the_demandeur_says_that_the_account_works_once() {
    let house = House::with(&MANUAL).await;
    let number = accepted(&house).await;
    let token = house.habilitation(number).await.tracking_token;
    let path = format!("/suivi/{token}/compte");
    // Nothing is in HubEE yet: there is no account to confirm.
    house.anyone().post(&path, &[]).await;
    assert_eq!(confirmations(&history(&house, number).await), 0);
    quiet(&house, number).await;
    assert!(told(&house, number).await.contains("J’ai accès à mon compte HubEE"));
    for _ in 0..2 {
        let said = house.anyone().post(&path, &[]).await;
        assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    }
    assert_eq!(confirmations(&history(&house, number).await), 1);
    let shown = told(&house, number).await;
    assert!(shown.contains("Compte HubEE confirmé") && !shown.contains("J’ai accès"), "{shown}");
    let desk = page(&house, number).await;
    assert!(desk.contains("Compte confirmé Par le demandeur"), "{desk}");
    assert!(desk.contains("Compte HubEE du demandeur confirmé"), "no line of history: {desk}");
    assert!(!desk.contains("Confirmer que le demandeur a accès"), "{desk}");
    // The reminders know it.
    wait(&house, Duration::days(3), Duration::hours(6)).await;
    letter(&house, "rappel", &["connectez-vous comme d’habitude"]);
}

#[tokio::test]
async fn an_instructeur_notes_that_the_account_works_and_stays_unnamed_to_the_public() {
    let house = House::open().await;
    let number = accepted(&house).await;
    quiet(&house, number).await;
    assert_eq!(status(&house, number).await, "open");
    let mut ada = house.instructeur("Ada").await;
    let path = format!("/instruction/D{number}/mise-en-service/compte");
    let version = ada.version(number).await;
    let stale = (version.parse::<i64>().unwrap() - 1).to_string();
    assert_eq!(ada.post(&path, &[("version", &stale)]).await.status, StatusCode::CONFLICT);
    let done = ada.post(&path, &[("version", &version)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let desk = page(&house, number).await;
    assert!(desk.contains("Compte confirmé Par Ada"), "{desk}");
    let shown = told(&house, number).await;
    assert!(shown.contains("Un instructeur a noté que vous y avez accès") && !shown.contains("Ada"), "{shown}");
    assert_eq!(confirmations(&history(&house, number).await), 1);
}

/// A form that has been open for long does not ask any more.
#[tokio::test]
async fn a_form_open_for_long_asks_nothing_of_the_account() {
    let house = House::open().await;
    let number = accepted(&house).await;
    quiet(&house, number).await;
    assert!(told(&house, number).await.contains("J’ai accès à mon compte HubEE"));
    house.clock.advance(Duration::days(31));
    let shown = told(&house, number).await;
    assert!(!shown.contains("J’ai accès") && !shown.contains("HubEE crée votre compte"), "{shown}");
}

fn somebody() -> Applicant {
    let (given, family) = (Some("Jeanne".into()), Some("Martin".into()));
    Applicant { email: "j.martin@mairie-hauteluce.fr".into(), given, family, ..Filing::example().applicant }
}

/// Transferred before anything was made: the account is the new demandeur's, at their own address.
#[tokio::test]
async fn a_transfer_before_the_subscription_forgets_the_address_set_right_for_the_former_demandeur() {
    let house = House::with(&MANUAL).await;
    let mut filing = hauteluce();
    filing.applicant.email = "c.bouchet@hauteluce.alsace".into();
    let number = accepted_there(&house, filing).await;
    house.hubee().script(fault(Route::PostSubscription, FaultKind::Error500Before, When::Always));
    let mut ada = house.instructeur("Ada").await;
    let version = ada.version(number).await;
    let form = [("version", version.as_str()), ("email", "c.bouchet@hauteluce.fr")];
    ada.post(&format!("/instruction/D{number}/mise-en-service/corriger"), &form).await;
    house.run_jobs().await;
    assert!(house.hubee().subscriptions().is_empty());
    house.clock.advance(Duration::minutes(1));
    house.datapass().transfer(number, &somebody(), None).unwrap();
    house.deliver().await;
    house.hubee().clear_faults();
    quiet(&house, number).await;
    assert_eq!(house.hubee().subscriptions()[0].local_administrator, "j.martin@mairie-hauteluce.fr");
    assert!(!page(&house, number).await.contains("Administrateur différent"), "nobody was its administrator before");
}

/// Transferred while the subscription exists and can't be seen: its administrator is the former demandeur.
#[tokio::test]
async fn a_transfer_over_a_subscription_of_unknown_id_is_a_task() {
    let house = House::with(&[("HUBEE_SCOPE", "DATAPASS")]).await;
    house.hubee().set_switches(Switches::default());
    house.hubee().script(fault(Route::PostSubscription, FaultKind::LostAnswer, When::Nth(1)));
    let number = house.submitted(hauteluce()).await;
    house.clock.advance(Duration::minutes(1));
    house.datapass().approve(number).unwrap();
    house.deliver().await;
    quiet(&house, number).await;
    assert!(house.provisioning(number).await.unwrap().subscription_id.is_none());
    house.datapass().transfer(number, &somebody(), None).unwrap();
    house.deliver().await;
    assert!(page(&house, number).await.contains("Administrateur différent"));
    let shown = told(&house, number).await;
    assert!(shown.contains("a déjà un administrateur dans HubEE"), "{shown}");
}
