//! The fetcher, attacked: every way of making it talk to somebody it must not, or never end.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use habilis::clients::fetch::{Fault, Fetched, Fetcher, Names};
use habilis::domain::document::Format;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_util::io::ReaderStream;

const PDF: &[u8] = b"%PDF-1.7\nune d\xc3\xa9lib\xc3\xa9ration";

/// A resolver that answers what it is told, one answer after the other, then the last one again.
struct Told {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

#[async_trait]
impl Names for Told {
    async fn addresses(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let last = self.answers.len().checked_sub(1).ok_or(std::io::ErrorKind::NotFound)?;
        Ok(self.answers[turn.min(last)].clone())
    }
}

fn told(answers: &[&[&str]]) -> Arc<Told> {
    let answers = answers.iter().map(|one| one.iter().map(|ip| ip.parse().unwrap()).collect()).collect();
    Arc::new(Told { answers, asked: AtomicUsize::new(0) })
}

/// A site of ours, and the only address of this machine that the fetcher may reach.
async fn site() -> SocketAddr {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/d.pdf", get(async || ([(header::CONTENT_TYPE, "text/plain")], PDF)))
        .route("/page", get(async || "<!doctype html><p>Bonjour"))
        .route("/to/{*address}", get(async |Path(to): Path<String>| Redirect::to(&to)))
        .route("/loop/{turn}", get(async |Path(turn): Path<u32>| Redirect::to(&format!("/loop/{}", turn + 1))))
        .route("/turns/{left}", get(turns))
        .route("/status/{code}", get(async |Path(code): Path<u16>| StatusCode::from_u16(code).unwrap()))
        .route(
            "/zip",
            get(async || ([(header::CONTENT_TYPE, "application/pdf")], Bytes::from_static(b"PK\x03\x04bombe"))),
        )
        .route("/empty", get(async || ([(header::CONTENT_TYPE, "application/pdf")], "")))
        .route("/declared", get(async || ([(header::CONTENT_LENGTH, "99999999999")], endless())))
        .route("/endless", get(async || endless()))
        .route("/slow", get(async || drops()))
        .route("/bomb", get(async || ([(header::CONTENT_ENCODING, "gzip")], bomb())))
        .route("/headers", get(async |headers: HeaderMap| format!("<html>{headers:?}")));
    tokio::spawn(axum::serve(listener, router).into_future());
    address
}

async fn turns(Path(left): Path<u32>) -> Response {
    if left == 0 { PDF.into_response() } else { Redirect::to(&format!("{}", left - 1)).into_response() }
}

fn endless() -> Body {
    Body::from_stream(ReaderStream::new(tokio::io::repeat(b'%')))
}

/// A few bytes, then silence.
fn drops() -> Body {
    let (mut ours, theirs) = tokio::io::duplex(64);
    tokio::spawn(async move {
        let _ = ours.write_all(PDF).await;
        std::future::pending::<()>().await;
    });
    Body::from_stream(ReaderStream::new(theirs))
}

/// Two hundred megabytes of nothing, in two hundred kilobytes.
fn bomb() -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let megabyte = vec![b' '; 1 << 20];
    encoder.write_all(b"%PDF-1.7").unwrap();
    for _ in 0..200 {
        encoder.write_all(&megabyte).unwrap();
    }
    encoder.finish().unwrap()
}

async fn fetched(site: SocketAddr, names: Arc<Told>, address: &str) -> Result<Fetched, Fault> {
    Fetcher::new(names, Some(site)).within(Duration::from_secs(5)).fetch(address).await
}

/// What a fetcher that is allowed nothing of this machine says.
async fn refused(address: &str, answers: &[&[&str]]) -> Fault {
    let fetcher = Fetcher::new(told(answers), None).within(Duration::from_secs(5));
    fetcher.fetch(address).await.expect_err(address)
}

#[tokio::test]
async fn this_machine_and_private_networks_are_never_reached() {
    let site = site().await;
    let port = site.port();
    for host in [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "0.0.0.0",
        "127.0.0.1.",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0xa9fea9fe",
        "168.63.129.16",
        "192.0.2.1",
        "224.0.0.1",
        "255.255.255.255",
        "①②⑦.⓪.⓪.①",
    ] {
        for address in [format!("http://{host}/d.pdf"), format!("http://{host}:{port}/d.pdf"), format!("{host}/d.pdf")]
        {
            assert_eq!(refused(&address, &[]).await, Fault::Private, "{address}");
        }
    }
    for answers in [
        &["127.0.0.1"][..],
        &["::1"],
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["::ffff:127.0.0.1"],
        &["fd00::1"],
        // One private answer among public ones.
        &["185.24.184.1", "127.0.0.1"],
    ] {
        assert_eq!(refused("https://mairie.example/d.pdf", &[answers]).await, Fault::Private, "{answers:?}");
    }
    assert_eq!(refused("http://localhost/d.pdf", &[&["127.0.0.1"]]).await, Fault::Private);
}

#[tokio::test]
async fn addresses_that_are_not_those_of_a_site() {
    for (address, fault) in [
        ("", Fault::NotAnAddress),
        ("voir en mairie", Fault::NotAnAddress),
        ("ftp://mairie.example/d.pdf", Fault::NotAnAddress),
        ("file:///etc/passwd", Fault::NotAnAddress),
        ("gopher://mairie.example/", Fault::NotAnAddress),
        ("https://a:b@mairie.example/d.pdf", Fault::UserInfo),
        ("https://mairie.example@127.0.0.1/d.pdf", Fault::UserInfo),
        ("https://mairie.example:22/d.pdf", Fault::Port(22)),
        ("http://185.24.184.1:6379/", Fault::Port(6379)),
    ] {
        assert_eq!(refused(address, &[&["185.24.184.1"]]).await, fault, "{address}");
    }
    assert_eq!(refused("https://mairie.example/d.pdf", &[]).await, Fault::UnknownName);
    assert_eq!(refused("https://mairie.example/d.pdf", &[&[]]).await, Fault::UnknownName);
    assert_eq!(refused(&format!("https://mairie.example/{}", "a".repeat(3000)), &[]).await, Fault::NotAnAddress);
    // The names of the sandbox mean nothing where there is none.
    assert_eq!(refused("http://mairie.test/d.pdf", &[]).await, Fault::UnknownName);
}

#[tokio::test]
async fn documents_and_pages_are_told_by_their_bytes() {
    let site = site().await;
    let found = fetched(site, told(&[]), "mairie.test/d.pdf").await.unwrap();
    assert_eq!((found.format, found.bytes.as_slice()), (Format::Pdf, PDF));
    assert_eq!(fetched(site, told(&[]), "http://mairie.test/page").await.unwrap().format, Format::Html);
    for path in ["zip", "empty"] {
        assert_eq!(fetched(site, told(&[]), &format!("http://mairie.test/{path}")).await, Err(Fault::NotADocument));
    }
}

#[tokio::test]
async fn redirections_are_checked_each_and_counted() {
    let site = site().await;
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let elsewhere = other.local_addr().unwrap();
    let to = |address: &str| format!("http://mairie.test/to/{address}");
    for (address, expected) in [
        (to(&format!("http://{elsewhere}/d.pdf")), Fault::Private),
        (to("http://169.254.169.254/latest/meta-data/"), Fault::Private),
        (to("http://[::1]/d.pdf"), Fault::Private),
        (to("http://2130706433/"), Fault::Private),
        (to("file:///etc/passwd"), Fault::NotAnAddress),
        (to("https://a:b@mairie.example/"), Fault::UserInfo),
        (to("http://10.1.2.3/"), Fault::Private),
        ("http://mairie.test/loop/0".to_owned(), Fault::TooManyRedirects),
        ("http://mairie.test/turns/6".to_owned(), Fault::TooManyRedirects),
    ] {
        assert_eq!(fetched(site, told(&[]), &address).await, Err(expected), "{address}");
    }
    let found = fetched(site, told(&[]), "http://mairie.test/turns/5").await.unwrap();
    assert_eq!(found.address.as_str(), "http://mairie.test/turns/0");
    let none = tokio::time::timeout(Duration::from_millis(50), other.accept()).await;
    assert!(none.is_err(), "nobody knocked at the other door");
}

#[tokio::test]
async fn a_name_that_answers_twice_differently_gains_nothing() {
    let site = site().await;
    let port = site.port();
    // Checked once, connected to what was checked: the second answer is never asked for.
    let names = told(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let found = fetched(site, Arc::clone(&names), &format!("http://mairie.example:{port}/d.pdf")).await.unwrap();
    assert_eq!((found.bytes.as_slice(), names.asked.load(Ordering::SeqCst)), (PDF, 1));
    // A redirection asks again, and the new answer is checked again.
    let names = told(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let address = format!("http://mairie.example:{port}/to/http://mairie.example:{port}/d.pdf");
    assert_eq!(fetched(site, Arc::clone(&names), &address).await, Err(Fault::Private));
    assert_eq!(names.asked.load(Ordering::SeqCst), 2);
    // Nor does a port of the same machine that is not the site's.
    let address = format!("http://mairie.example:{}/d.pdf", port.wrapping_add(1).max(1024));
    assert_eq!(fetched(site, told(&[&["127.0.0.1"]]), &address).await, Err(Fault::Private));
}

#[tokio::test]
async fn bodies_without_end_are_cut() {
    let site = site().await;
    for (path, expected) in [
        ("endless", Fault::TooLarge),
        ("declared", Fault::TooLarge),
        ("bomb", Fault::TooLarge),
        ("slow", Fault::TooSlow),
    ] {
        let started = std::time::Instant::now();
        let fetcher =
            Fetcher::new(told(&[]), Some(site)).within(Duration::from_secs(if path == "slow" { 1 } else { 20 }));
        assert_eq!(fetcher.fetch(&format!("http://mairie.test/{path}")).await, Err(expected), "{path}");
        assert!(started.elapsed() < Duration::from_secs(15), "{path}");
    }
}

#[tokio::test]
async fn answers_that_are_not_documents() {
    let site = site().await;
    for (status, expected, passing) in [
        (404, Fault::Gone(404), false),
        (410, Fault::Gone(410), false),
        (403, Fault::Denied(403), false),
        (429, Fault::Down(429), true),
        (500, Fault::Down(500), true),
        (503, Fault::Down(503), true),
        (304, Fault::Unexpected(304), false),
        (418, Fault::Unexpected(418), false),
    ] {
        let fault = fetched(site, told(&[]), &format!("http://mairie.test/status/{status}")).await.unwrap_err();
        assert_eq!((&fault, fault.is_passing()), (&expected, passing), "{status}");
    }
}

#[tokio::test]
async fn failed_ciphers_and_closed_doors_are_told() {
    let site = site().await;
    let port = site.port();
    // The site speaks no TLS.
    let secure = format!("https://mairie.example:{port}/d.pdf");
    assert_eq!(fetched(site, told(&[&["127.0.0.1"]]), &secure).await, Err(Fault::Tls));
    // Without a scheme, http is tried next.
    let found = fetched(site, told(&[&["127.0.0.1"]]), &format!("mairie.example:{port}/d.pdf")).await.unwrap();
    assert_eq!(found.address.scheme(), "http");
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    assert_eq!(fetched(closed, told(&[]), "http://mairie.test/d.pdf").await, Err(Fault::Unreachable));
}

#[tokio::test]
async fn nothing_of_ours_is_sent() {
    let site = site().await;
    let found = fetched(site, told(&[]), "http://mairie.test/headers").await.unwrap();
    let said = String::from_utf8(found.bytes).unwrap().to_lowercase();
    assert!(said.contains("\"host\": \"mairie.test\"") && said.contains("habilis/"), "{said}");
    for name in ["cookie", "authorization", "referer", "x-forwarded", "origin"] {
        assert!(!said.contains(name), "{said}");
    }
}
