//! How a session starts, lasts and ends.

use std::net::IpAddr;

use chrono::Duration;
use habilis::accounts::{self, LoginError};
use reqwest::StatusCode;

use super::service::{EMAIL, PASSWORD, Service, cookie, header, location};

#[tokio::test]
async fn behind_tls_the_cookie_is_bound_to_the_host() {
    let service = Service::with(&[("HABILIS_BASE_URL", "https://habilis.example")]).await;
    service.account().await;
    let response = service.try_to_log_in(EMAIL, PASSWORD).await;
    let set_cookie = header(response.headers(), reqwest::header::SET_COOKIE);
    assert!(set_cookie.starts_with("__Host-habilis="), "{set_cookie}");
    for flag in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set_cookie.contains(flag), "{set_cookie}");
    }
    assert!(!set_cookie.contains("Domain"), "{set_cookie}");

    let left = service.post("/deconnexion", &[]).header("cookie", cookie(&response)).send().await.unwrap();
    let removals: Vec<&str> = left.headers().get_all("set-cookie").iter().map(|v| v.to_str().unwrap()).collect();
    let accepted = |line: &&str| line.starts_with("__Host-habilis=;") && line.contains("Secure");
    assert!(removals.iter().any(|line| accepted(line) && line.contains("Max-Age=0")), "{removals:?}");
}

#[tokio::test]
async fn logging_out_ends_the_session_for_good() {
    let service = Service::new().await;
    service.account().await;
    let cookie = service.log_in().await;
    assert!(service.is_logged_in(&cookie).await);

    let reading = service.client.get(service.url("/deconnexion")).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(reading.status(), StatusCode::METHOD_NOT_ALLOWED);
    let left = service.post("/deconnexion", &[]).header("cookie", &cookie).send().await.unwrap();
    assert_eq!((left.status(), location(&left)), (StatusCode::SEE_OTHER, "/connexion"));
    assert!(!service.is_logged_in(&cookie).await);
    assert_eq!(service.count("select count(*) from session").await, 0);

    let twice = service.post("/deconnexion", &[]).header("cookie", &cookie).send().await.unwrap();
    assert_eq!(twice.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn each_login_has_a_new_session() {
    let service = Service::new().await;
    service.account().await;
    let first = service.log_in().await;
    let response = service.credentials(EMAIL, PASSWORD).header("cookie", &first).send().await.unwrap();
    let second = cookie(&response);
    assert_ne!(first, second);
    assert!(!service.is_logged_in(&first).await && service.is_logged_in(&second).await);

    let planted = "habilis=AAAAAAAAAAAAAAAAAAAAAA";
    let response = service.credentials(EMAIL, PASSWORD).header("cookie", planted).send().await.unwrap();
    assert_ne!(cookie(&response), planted);
    assert!(!service.is_logged_in(planted).await);
}

#[tokio::test]
async fn a_session_outlives_the_process() {
    let service = Service::new().await;
    service.account().await;
    let cookie = service.log_in().await;
    assert!(service.restarted().await.is_logged_in(&cookie).await);
    assert_eq!(service.count("select count(*) from session where length(key) = 64").await, 1);
}

#[tokio::test]
async fn a_session_ends_after_eight_idle_hours() {
    let service = Service::new().await;
    service.account().await;
    let cookie = service.log_in().await;
    service.clock.advance(Duration::hours(8) - Duration::minutes(1));
    assert!(service.is_logged_in(&cookie).await);
    let idle = service.log_in().await;
    service.clock.advance(Duration::hours(8));
    assert!(!service.is_logged_in(&idle).await);
}

#[tokio::test]
async fn a_session_ends_after_twelve_busy_hours() {
    let service = Service::new().await;
    service.account().await;
    let cookie = service.log_in().await;
    for _ in 0..11 {
        service.clock.advance(Duration::hours(1));
        assert!(service.is_logged_in(&cookie).await);
    }
    service.clock.advance(Duration::hours(1));
    assert!(!service.is_logged_in(&cookie).await);
    assert_eq!(service.count("select count(*) from session").await, 0);
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once() {
    let service = Service::new().await;
    service.account().await;
    let cookie = service.log_in().await;
    service.sql("update account set disabled_at = created_at").await;
    assert!(!service.is_logged_in(&cookie).await);
    let response = service.try_to_log_in(EMAIL, PASSWORD).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_expired_is_purged() {
    let service = Service::new().await;
    service.account().await;
    let client: IpAddr = "192.0.2.1".parse().unwrap();
    let refused = accounts::log_in(&service.db, &service.clock, EMAIL, "devinette", client).await;
    assert!(matches!(refused, Err(LoginError::Wrong)));
    service.log_in().await;
    assert_eq!(accounts::purge(&service.db, &service.clock).await.unwrap(), 0);
    service.clock.advance(Duration::hours(8));
    // The session; the failures of 192.0.2.1 and the emptied count of this machine.
    assert_eq!(accounts::purge(&service.db, &service.clock).await.unwrap(), 3);
}
