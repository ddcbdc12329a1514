//! The simulators over real HTTP and SMTP: DataPass's contract and its traps, Sirene, the mailbox, the national form.

mod datapass;
mod exchanges;
mod others;
mod pages;

use axum::Router;
use chrono::{DateTime, Utc};
use habilis::{
    clock::Clock,
    sandbox::datapass::{Datapass, Webhook},
};

/// The contract's secret: 64 characters, used as text.
fn secret() -> String {
    "0f".repeat(32)
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A DataPass at a fixed instant, posting to `url`.
fn datapass_posting_to(url: &str) -> (Datapass, Clock) {
    let clock = Clock::fixed(instant("2026-09-07T08:12:03.482Z"));
    (Datapass::new(clock.clone(), Webhook { url: url.into(), secret: secret() }), clock)
}

/// Serves `router` on a free port; gives its root, without final slash.
async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    root
}

/// A browser that does not follow redirections.
fn browser() -> reqwest::Client {
    // Already installed by another test of this process: the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}
