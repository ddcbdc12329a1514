//! What the login form takes, refuses and says; what an account must be.

use habilis::accounts::{self, CreateError, NewAccount, Role};
use reqwest::StatusCode;

use super::service::{EMAIL, PASSWORD, Service, cookie, header, location};

#[tokio::test]
async fn the_form_is_there_and_kept_nowhere() {
    let service = Service::new().await;
    let response = service.login_page("").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(response.headers(), reqwest::header::CACHE_CONTROL), "no-store");
    assert!(!response.headers().contains_key("set-cookie"), "no session before a login");
    let page = scraper::Html::parse_document(&response.text().await.unwrap());
    for selector in [
        "form[method=post][action='/connexion']",
        "label[for=email]",
        "input#email[name=email][type=email][autocomplete=username][required]",
        "label[for=mot-de-passe]",
        "input#mot-de-passe[name=mot-de-passe][type=password][autocomplete=current-password][required]",
        "form button[type=submit]",
    ] {
        assert_eq!(page.select(&scraper::Selector::parse(selector).unwrap()).count(), 1, "{selector}");
    }
}

#[tokio::test]
async fn the_right_password_opens_the_queue() {
    let service = Service::new().await;
    let account = service.account().await;
    let response = service.try_to_log_in("  Camille.MARTIN@exemple.fr ", PASSWORD).await;
    assert_eq!((response.status(), location(&response)), (StatusCode::SEE_OTHER, "/instruction"));
    let set_cookie = header(response.headers(), reqwest::header::SET_COOKIE);
    assert!(set_cookie.starts_with("habilis=") && set_cookie.contains("HttpOnly"), "{set_cookie}");
    assert!(set_cookie.contains("SameSite=Lax") && !set_cookie.contains("Secure"), "{set_cookie}");

    let again = service.login_page(&cookie(&response)).await;
    assert_eq!((again.status(), location(&again)), (StatusCode::SEE_OTHER, "/instruction"));
    assert_eq!(account.email, EMAIL);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_the_same() {
    let service = Service::new().await;
    service.account().await;
    let wrong = service.try_to_log_in(EMAIL, "pas le bon mot").await;
    let unknown = service.try_to_log_in("personne@exemple.fr", "pas le bon mot").await;
    assert_eq!(
        (wrong.status(), unknown.status()),
        (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY)
    );
    assert!(!wrong.headers().contains_key("set-cookie"));
    let (wrong, unknown) = (wrong.text().await.unwrap(), unknown.text().await.unwrap());
    assert!(wrong.contains("Adresse électronique ou mot de passe incorrect."), "{wrong}");
    assert!(wrong.contains(&format!("value=\"{EMAIL}\"")), "the address is given back: {wrong}");
    assert!(!wrong.contains("pas le bon mot"), "the password is not: {wrong}");
    assert_eq!(wrong.replace(EMAIL, "?"), unknown.replace("personne@exemple.fr", "?"));
}

#[tokio::test]
async fn empty_fields_are_named_and_not_counted() {
    let service = Service::new().await;
    service.account().await;
    for _ in 0..6 {
        let response = service.post("/connexion", &[]).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = response.text().await.unwrap();
        assert!(page.contains("Indiquez votre adresse électronique.") && page.contains("Indiquez votre mot de passe."));
    }
    service.log_in().await;
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let service = Service::new().await;
    service.account().await;
    let forged = service.credentials(EMAIL, PASSWORD).header("sec-fetch-site", "cross-site").send().await.unwrap();
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    let forged = service.credentials(EMAIL, PASSWORD).header("origin", "https://evil.example").send().await.unwrap();
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    let ours = service.credentials(EMAIL, PASSWORD).header("sec-fetch-site", "same-origin").send().await.unwrap();
    assert_eq!(ours.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_page_asked_for_comes_after_the_login_when_it_is_ours() {
    let service = Service::new().await;
    service.account().await;
    let page = service.client.get(service.url("/connexion?suite=/instruction/D61234%3Fa%3Db")).send().await.unwrap();
    assert!(page.text().await.unwrap().contains(r#"name="suite" value="/instruction/D61234?a=b""#));
    let after = async |suite: &str| {
        let fields = [("email", EMAIL), ("mot-de-passe", PASSWORD), ("suite", suite)];
        location(&service.post("/connexion", &fields).send().await.unwrap()).to_owned()
    };
    assert_eq!(after("/instruction/D61234?a=b").await, "/instruction/D61234?a=b");
    for elsewhere in
        ["//evil.example", "/\\evil.example", "https://evil.example/", "/\t/evil.example", "evil", "/\r\nX: y"]
    {
        assert_eq!(after(elsewhere).await, "/instruction", "{elsewhere:?}");
    }
    let page = service.client.get(service.url("/connexion?suite=//evil.example")).send().await.unwrap();
    assert!(!page.text().await.unwrap().contains("evil"));
}

#[tokio::test]
async fn accounts_are_checked_before_they_exist() {
    let service = Service::new().await;
    service.account().await;
    let create = async |email: &str, name: &str, password: &str| {
        let new = NewAccount { email: email.into(), name: name.into(), role: Role::Lecteur, password: password.into() };
        accounts::create(&service.db, &service.clock, new).await
    };
    assert!(matches!(create("CAMILLE.martin@exemple.fr", "C", PASSWORD).await, Err(CreateError::Taken)));
    assert!(matches!(create("pas une adresse", "C", PASSWORD).await, Err(CreateError::Email)));
    assert!(matches!(create("a@exemple.fr", "  ", PASSWORD).await, Err(CreateError::Name)));
    let short = create("a@exemple.fr", "A", "onze lettre").await.unwrap_err();
    assert_eq!(short.to_string(), "Le mot de passe est trop court : il doit compter au moins 12 caractères.");
    assert_eq!(create("A@exemple.fr", " Ada ", "éèàùçéèàùçéè").await.unwrap().name, "Ada");
}
