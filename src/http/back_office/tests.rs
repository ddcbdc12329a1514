//! The desk as an instructeur uses it: what each address answers, to whom, and what is kept when it says no.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{Request, StatusCode, header};
use axum::routing::post;
use tower::ServiceExt;
use tower_sessions::Session;
use uuid::Uuid;

use crate::accounts::{self, NewAccount, Role};
use crate::domain::{Habilitation, State as Standing};
use crate::http::session::{begin, layer};
use crate::http::{Error, Shared};
use crate::instruction::checks::samples;
use crate::store::habilitations;
use crate::workflow::House;

/// A house with one request, its pages, and who is logged in.
struct Desk {
    house: Shared,
    pages: Router,
    cookie: String,
    _folder: tempfile::TempDir,
}

impl Desk {
    async fn open(role: Role, email: &str, decisions: &str, request: &Habilitation) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let house = house(&folder, decisions).await;
        let mut tx = house.db.begin().await.unwrap();
        assert!(habilitations::insert(tx.cx(), request, house.clock.now()).await.unwrap());
        tx.commit().await.unwrap();
        let enter = async |State(house): State<Shared>, session: Session, Path(id): Path<Uuid>| {
            let account = accounts::active(&house.db, id).await?.ok_or(Error::NotFound)?;
            begin(&session, &house, &account).await
        };
        let pages =
            super::routes().route("/entrer/{id}", post(enter)).layer(layer(&house)).with_state(Arc::clone(&house));
        let password = "un mot de passe long".into();
        let new = NewAccount { email: email.into(), name: "Inès Perrin".into(), role, password };
        let account = accounts::create(&house.db, &house.clock, new).await.unwrap();
        let mut desk = Self { house, pages, cookie: String::new(), _folder: folder };
        let entered = desk.ask("POST", &format!("/entrer/{}", account.id), "").await;
        desk.cookie = entered.header(header::SET_COOKIE).split(';').next().unwrap().to_owned();
        desk
    }

    /// An instructeur before a request on which nothing is to be said.
    async fn plain() -> Self {
        Self::open(Role::Instructeur, "ines.perrin@exemple.fr", "here", &samples::habilitation()).await
    }

    async fn ask(&self, method: &str, path: &str, form: &str) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        let response = self.pages.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, page: String::from_utf8(body.to_vec()).unwrap() }
    }

    async fn post(&self, gesture: &str, form: &str) -> Answer {
        self.ask("POST", &format!("/instruction/D61234/{gesture}"), form).await
    }

    async fn request(&self) -> Habilitation {
        let mut conn = self.house.db.read().await.unwrap();
        habilitations::by_datapass_id(conn.cx(), 61_234).await.unwrap().unwrap()
    }
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    page: String,
}

impl Answer {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

async fn house(folder: &tempfile::TempDir, decisions: &str) -> Shared {
    House::alone(folder, samples::at("2026-06-04T10:00:00Z"), &[("HABILIS_DECISIONS", decisions)]).await
}

const CONFIRMED: &str = "version=3&confirme=oui&motif-refus=Il+manque+la+délibération";

#[tokio::test]
async fn reading() {
    let desk = Desk::plain().await;
    let queue = desk.ask("GET", "/instruction", "").await;
    assert_eq!(queue.status, StatusCode::OK);
    assert!(queue.page.contains("D61234") && queue.page.contains("échéance demain"), "{}", queue.page);
    assert!(desk.ask("GET", "/instruction?onglet=terminees&apres=x", "").await.page.contains("Aucune demande"));

    let request = desk.ask("GET", "/instruction/D61234", "").await;
    assert_eq!(request.status, StatusCode::OK);
    assert!(request.page.contains("COMMUNE DE HAUTELUCE") && request.page.contains("pas été vérifiés automatiquement"));
    assert_eq!(request.header(header::CACHE_CONTROL), "no-store");

    let bare = desk.ask("GET", "/instruction/61234", "").await;
    assert_eq!((bare.status, bare.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/instruction/D61234"));
    for unknown in ["D1", "abc"] {
        assert_eq!(desk.ask("GET", &format!("/instruction/{unknown}"), "").await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_stranger_sees_nothing() {
    let mut desk = Desk::plain().await;
    desk.cookie.clear();
    for (method, path) in
        [("GET", "/instruction"), ("GET", "/instruction/D61234"), ("POST", "/instruction/D61234/refuser")]
    {
        assert_eq!(desk.ask(method, path, CONFIRMED).await.status, StatusCode::SEE_OTHER, "{method} {path}");
    }
    assert_eq!(desk.request().await.version, 3);
}

#[tokio::test]
async fn a_decision_is_asked_then_confirmed_then_taken() {
    let desk = Desk::plain().await;
    let asked = desk.post("accepter", "version=3&commentaire=Bienvenue").await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(asked.page.contains("claire.martineau@hauteluce.fr") && asked.page.contains("Bienvenue"));
    assert_eq!(desk.request().await.version, 3, "nothing is decided before it is confirmed");

    let taken = desk.post("accepter", "version=3&commentaire=Bienvenue&confirme=oui").await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.page);
    assert_eq!(taken.header(header::LOCATION), "/instruction/D61234?fait=acceptee");
    assert!(matches!(desk.request().await.state, Standing::Accepted { .. }));
    let page = desk.ask("GET", "/instruction/D61234?fait=acceptee", "").await.page;
    assert!(page.contains("La demande est acceptée") && page.contains("Décision à reporter dans DataPass"));
    assert!(page.contains("/instruction/D61234/revoquer"), "an accepted request may be revoked");
    assert!(!page.contains("/instruction/D61234/refuser"), "and no more be refused");

    let again = desk.post("refuser", &CONFIRMED.replace("version=3", "version=4")).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.page.contains("Il manque la délibération"));
}

#[tokio::test]
async fn nothing_typed_is_lost() {
    let desk = Desk::plain().await;
    let short = desk.post("modifications", "version=3&motif-modifications=non").await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.page.contains("trop court") && short.page.contains(">non</textarea>"), "{}", short.page);

    let stale = desk.post("refuser", &CONFIRMED.replace("version=3", "version=2")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.page.contains("a changé depuis") && stale.page.contains("Il manque la délibération"));
    assert_eq!(desk.post("supprimer", CONFIRMED).await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.request().await.version, 3);
}

#[tokio::test]
async fn who_may_not_decide_is_refused() {
    let demandeur = "claire.martineau@hauteluce.fr";
    for (role, email, decisions, words) in [
        (Role::Lecteur, "l@exemple.fr", "here", "permet de lire"),
        (Role::Operateur, "o@exemple.fr", "here", "permet de lire"),
        (Role::Instructeur, demandeur, "here", "Vous avez déposé cette demande"),
        (Role::Instructeur, "i@exemple.fr", "datapass", "se prennent dans DataPass"),
    ] {
        let desk = Desk::open(role, email, decisions, &samples::habilitation()).await;
        let page = desk.ask("GET", "/instruction/D61234", "").await.page;
        assert!(page.contains(words) && !page.contains("/instruction/D61234/refuser"), "{role:?} {decisions}");
        let refused = desk.post("refuser", CONFIRMED).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{role:?} {decisions}");
        assert!(refused.page.contains(words), "{}", refused.page);
        assert_eq!(desk.request().await.version, 3);
    }
}

#[tokio::test]
async fn a_blocked_request_is_not_accepted_but_may_be_refused() {
    let mut blocked = samples::habilitation();
    blocked.dossier.demandeur.email = "dgs@ville.alsace".into();
    let desk = Desk::open(Role::Instructeur, "i@exemple.fr", "here", &blocked).await;
    let accepted = desk.post("accepter", "version=3&confirme=oui").await;
    assert_eq!(accepted.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        accepted.page.contains("plus de quatre lettres") && accepted.page.contains("autre adresse professionnelle")
    );
    let refused = desk.post("refuser", "version=3&confirme=oui&motif-refus=Adresse+inutilisable").await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER);
    assert!(matches!(desk.request().await.state, Standing::Refused { .. }));
}
