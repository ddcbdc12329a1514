//! The extractor on pages of its own: what it answers to whom.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{Request, StatusCode, header};
use axum::routing::{get, post};
use axum::{Router, response::IntoResponse};
use tower::ServiceExt;
use tower_sessions::session::{Id, Record};
use tower_sessions::{Session, SessionStore};
use uuid::Uuid;

use super::{LoggedIn, begin, layer, store::Sessions};
use crate::accounts::{self, NewAccount, Role};
use crate::http::{Error, Shared};
use crate::workflow::House;

async fn house(folder: &tempfile::TempDir) -> Shared {
    House::alone(folder, "2026-11-16T12:00:00Z".parse().unwrap(), &[]).await
}

/// Pages to knock at, and `/entrer/{id}` that logs in without asking.
fn pages(house: &Shared) -> Router {
    let enter = async |State(house): State<Shared>, session: Session, Path(id): Path<Uuid>| {
        let account = accounts::active(&house.db, id).await?.ok_or(Error::NotFound)?;
        begin(&session, &house, &account).await
    };
    Router::new()
        .route("/entrer/{id}", post(enter))
        .route("/garde", get(async |LoggedIn(account)| account.name).post(async |LoggedIn(account)| account.name))
        .route("/decide", post(async |who: LoggedIn| who.decider().map(|_| StatusCode::NO_CONTENT)))
        .route("/repare", post(async |who: LoggedIn| who.operator().map(|_| StatusCode::NO_CONTENT)))
        .layer(layer(house))
        .with_state(Arc::clone(house))
}

async fn knock(pages: &Router, method: &str, path: &str, cookie: &str) -> axum::response::Response {
    let request = Request::builder().method(method).uri(path).header(header::COOKIE, cookie);
    pages.clone().oneshot(request.body(Body::empty()).unwrap()).await.into_response()
}

fn header_of(response: &axum::response::Response, name: header::HeaderName) -> &str {
    response.headers()[name].to_str().unwrap()
}

async fn entered(pages: &Router, house: &Shared, role: Role) -> String {
    let email = format!("{}@exemple.fr", role.name());
    let new = NewAccount { email, name: role.label().into(), role, password: "un mot de passe long".into() };
    let account = accounts::create(&house.db, &house.clock, new).await.unwrap();
    let response = knock(pages, "POST", &format!("/entrer/{}", account.id), "").await;
    header_of(&response, header::SET_COOKIE).split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_stranger_is_sent_to_the_login_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = pages(&house(&folder).await);

    let read = knock(&pages, "GET", "/garde?page=2&tri=date", "").await;
    assert_eq!(read.status(), StatusCode::SEE_OTHER);
    assert_eq!(header_of(&read, header::LOCATION), "/connexion?suite=%2Fgarde%3Fpage%3D2%26tri%3Ddate");
    assert!(!read.headers().contains_key(header::SET_COOKIE), "no session for strangers");

    let posted = knock(&pages, "POST", "/garde", "habilis=AAAAAAAAAAAAAAAAAAAAAA").await;
    assert_eq!(posted.status(), StatusCode::SEE_OTHER);
    assert_eq!(header_of(&posted, header::LOCATION), "/connexion");
}

#[tokio::test]
async fn each_role_has_its_rights() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(&folder).await;
    let pages = pages(&house);
    for role in Role::ALL {
        let cookie = entered(&pages, &house, role).await;
        let answer = async |method, path| knock(&pages, method, path, &cookie).await.status();
        let expected = |right| if right { StatusCode::NO_CONTENT } else { StatusCode::FORBIDDEN };
        assert_eq!(answer("GET", "/garde").await, StatusCode::OK, "{role:?}");
        assert_eq!(answer("POST", "/decide").await, expected(role.can_decide()), "{role:?}");
        assert_eq!(answer("POST", "/repare").await, expected(role.can_operate()), "{role:?}");
    }
}

#[tokio::test]
async fn a_request_under_way_does_not_revive_an_ended_session() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(&folder).await;
    let sessions = Sessions::new(house.db.clone(), house.clock.clone());
    let expiry_date = time::OffsetDateTime::UNIX_EPOCH;
    let mut record = Record { id: Id::default(), data: [("a".to_owned(), 1.into())].into(), expiry_date };
    sessions.create(&mut record).await.unwrap();
    assert_eq!(sessions.load(&record.id).await.unwrap().unwrap().data, record.data);

    sessions.delete(&record.id).await.unwrap();
    sessions.save(&record).await.unwrap();
    assert_eq!(sessions.load(&record.id).await.unwrap(), None);
}

#[tokio::test]
async fn two_sessions_never_share_an_id() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(&folder).await;
    let sessions = Sessions::new(house.db.clone(), house.clock.clone());
    let expiry_date = time::OffsetDateTime::UNIX_EPOCH;
    let mut one = Record { id: Id(1), data: [("de".to_owned(), "un".into())].into(), expiry_date };
    let mut two = Record { id: Id(1), data: [("de".to_owned(), "deux".into())].into(), expiry_date };
    sessions.create(&mut one).await.unwrap();
    sessions.create(&mut two).await.unwrap();
    assert_ne!(one.id, two.id);
    assert_eq!(sessions.load(&one.id).await.unwrap().unwrap().data, one.data);
}
