//! A simulated HubEE on loopback and a client to talk to it, with the bodies of a fictional collectivité.

use std::time::Duration;

use chrono::{DateTime, Utc};
use habilis::clock::Clock;
use habilis::sandbox::hubee::{Fault, FaultKind, Hubee, Route, When};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub const SIRET: &str = "21999999900017";
pub const KEY: &str = "SI-21999999900017-99999";

pub struct Desk {
    pub hubee: Hubee,
    pub clock: Clock,
    pub url: String,
    pub http: reqwest::Client,
}

pub struct Got {
    pub status: u16,
    pub range: Option<String>,
    pub text: String,
}

impl Got {
    pub async fn of(response: Response) -> Self {
        let range = response.headers().get("content-range").map(|value| value.to_str().unwrap().to_owned());
        Self { status: response.status().as_u16(), range, text: response.text().await.unwrap() }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub fn message(&self) -> String {
        self.json()["errors"][0]["message"].as_str().unwrap().to_owned()
    }
}

pub fn morning() -> DateTime<Utc> {
    "2026-09-01T07:00:00Z".parse().unwrap()
}

impl Desk {
    pub async fn open() -> Self {
        let clock = Clock::fixed(morning());
        Self::around(Hubee::new(clock.clone()), clock).await
    }

    pub async fn around(hubee: Hubee, clock: Clock) -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = hubee.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
        Self { hubee, clock, url, http }
    }

    pub fn ask_token(&self, scope: &str) -> RequestBuilder {
        let (id, secret) = Hubee::credentials();
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        self.http.post(format!("{}/oauth2/token", self.url)).basic_auth(id, Some(secret)).form(&form)
    }

    pub async fn token(&self, scope: &str) -> String {
        let got = Got::of(self.ask_token(scope).send().await.unwrap()).await;
        assert_eq!(got.status, 200, "{}", got.text);
        got.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// A token of another client than the demonstration's.
    pub async fn token_of(&self, (id, secret): (&str, &str), scope: &str) -> Got {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        let request = self.http.post(format!("{}/oauth2/token", self.url)).basic_auth(id, Some(secret)).form(&form);
        Got::of(request.send().await.unwrap()).await
    }

    pub fn request(&self, token: &str, method: Method, path: &str, body: Option<&Value>) -> RequestBuilder {
        let request = self.http.request(method, format!("{}/referential/v1{path}", self.url)).bearer_auth(token);
        body.into_iter().fold(request, |request, body| request.json(body))
    }

    /// The same, of the télédossiers' API.
    pub fn teledossiers(&self, token: &str, method: Method, path: &str, body: Option<&Value>) -> RequestBuilder {
        let request = self.http.request(method, format!("{}/teledossiers/v1{path}", self.url)).bearer_auth(token);
        body.into_iter().fold(request, |request, body| request.json(body))
    }

    pub async fn call(&self, token: &str, method: Method, path: &str, body: Option<&Value>) -> Got {
        Got::of(self.request(token, method, path, body).send().await.unwrap()).await
    }

    pub async fn exchange(&self, token: &str, method: Method, path: &str, body: Option<&Value>) -> Got {
        Got::of(self.teledossiers(token, method, path, body).send().await.unwrap()).await
    }

    pub async fn read(&self, token: &str, path: &str) -> Got {
        self.exchange(token, Method::GET, path, None).await
    }

    /// Deposits a file.
    pub async fn deposit(&self, token: &str, path: &str, bytes: &[u8]) -> Got {
        let request = self.teledossiers(token, Method::PUT, path, None);
        let request = request.header("content-type", "application/octet-stream").body(bytes.to_vec());
        Got::of(request.send().await.unwrap()).await
    }

    pub async fn get(&self, token: &str, path: &str) -> Got {
        self.call(token, Method::GET, path, None).await
    }

    pub async fn post(&self, token: &str, path: &str, body: &Value) -> Got {
        self.call(token, Method::POST, path, Some(body)).await
    }

    pub fn fail(&self, route: Route, kind: FaultKind, when: When) {
        self.hubee.script(Fault { route, kind, when, siret: None });
    }
}

pub fn organisation(siret: &str) -> Value {
    json!({"type": "SI", "companyRegister": siret, "branchCode": "99999", "name": "Commune de Sainte-Fiction",
        "country": "France", "postalCode": "99999", "territory": "Sainte-Fiction", "email": "mairie@exemple.fr",
        "status": "Actif"})
}

pub fn subscription(siret: &str) -> Value {
    json!({"datapassId": 48211, "processCode": "FormulaireQF",
        "subscriber": {"type": "SI", "companyRegister": siret, "branchCode": "99999"},
        "notificationFrequency": "Unitaire", "status": "Inactif", "email": "periscolaire@exemple.fr",
        "validateDateTime": "2026-09-01T09:00:00+02:00", "updateDateTime": "2026-09-01T09:00:00+02:00",
        "localAdministrator": {"email": "ada.martin@exemple.fr", "firstName": "Ada", "lastName": "Martin",
            "function": "Directrice", "phoneNumber": "+33102030405"}})
}

/// A télédossier of one file, `{}`, for one collectivité.
pub fn folder(siret: &str) -> Value {
    let recipient = json!({"type": "SI", "companyRegister": siret, "branchCode": "99999"});
    json!({"externalId": "Formulaire-QF-0123456789ABC", "processCode": "FormulaireQF",
        "applicant": {"firstName": "Ada", "lastName": "Martin", "email": null},
        "cases": [{"externalId": "Formulaire-QF-0123456789ABC-01", "recipient": recipient}],
        "attachments": [{"fileName": "FormulaireQF.json", "type": "FormulaireQF", "size": 2,
            "mimeType": "application/json", "recipients": ["Formulaire-QF-0123456789ABC-01"]}]})
}

pub fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[name] = value;
    body
}

pub fn without(mut body: Value, name: &str) -> Value {
    body.as_object_mut().unwrap().remove(name);
    body
}
