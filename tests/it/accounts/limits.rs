//! How many failures are taken, from whom, for how long.

use chrono::Duration;
use reqwest::StatusCode;

use super::service::{EMAIL, PASSWORD, Service, header};

#[tokio::test]
async fn five_failures_close_the_address_for_a_quarter_of_an_hour() {
    let service = Service::new().await;
    service.account().await;
    for _ in 0..5 {
        assert_eq!(service.try_to_log_in(EMAIL, "devinette").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    service.clock.advance(Duration::minutes(5));
    let refused = service.restarted().await.try_to_log_in(EMAIL, PASSWORD).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let seconds: i64 = header(refused.headers(), reqwest::header::RETRY_AFTER).parse().unwrap();
    assert_eq!(seconds, 601);
    assert!(refused.text().await.unwrap().contains("Vous pourrez réessayer dans 11 minutes."));

    service.clock.advance(Duration::seconds(seconds));
    service.log_in().await;
}

#[tokio::test]
async fn a_success_forgets_the_failures_before_it() {
    let service = Service::new().await;
    service.account().await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(service.try_to_log_in(EMAIL, "devinette").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
        }
        service.log_in().await;
    }
}

#[tokio::test]
async fn guesses_sent_all_at_once_are_counted_too() {
    let service = Service::new().await;
    service.account().await;
    let guesses = (0..12).map(|n| {
        let guess = service.credentials(EMAIL, &format!("devinette {n}"));
        tokio::spawn(async move { guess.send().await.unwrap().status() })
    });
    let mut looked_at = 0;
    for guess in guesses.collect::<Vec<_>>() {
        looked_at += i32::from(guess.await.unwrap() == StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn twenty_failures_close_the_door_to_a_client() {
    let service = Service::new().await;
    service.account().await;
    for n in 0..20 {
        // Naming another address costs nothing: nobody told us to believe it.
        let guess = service.credentials(&format!("personne{n}@exemple.fr"), "devinette");
        let response = guess.header("x-forwarded-for", format!("192.0.2.{n}")).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(service.try_to_log_in(EMAIL, PASSWORD).await.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(service.count("select count(*) from login_attempt where key like '%127.0.0.1%'").await, 0);
}

#[tokio::test]
async fn an_office_that_logs_in_well_is_never_limited() {
    let service = Service::new().await;
    service.account().await;
    for _ in 0..22 {
        service.log_in().await;
    }
}

#[tokio::test]
async fn behind_a_trusted_proxy_clients_are_told_apart() {
    let service = Service::with(&[("HABILIS_TRUSTED_PROXIES", "127.0.0.1")]).await;
    service.account().await;
    let from = async |client: &str, n: i32| {
        let guess = service.credentials(&format!("personne{n}@exemple.fr"), "devinette");
        guess.header("x-forwarded-for", client).send().await.unwrap().status()
    };
    for n in 0..20 {
        assert_eq!(from("203.0.113.7, 198.51.100.1", n).await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(from("192.0.2.1, 198.51.100.1", 21).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(from("203.0.113.7, 198.51.100.2", 21).await, StatusCode::UNPROCESSABLE_ENTITY);
}
