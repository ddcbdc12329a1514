//! What a person does with a browser that runs no script: follow, fill, post, read.

use std::collections::BTreeMap;

use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use scraper::{Html, Selector};

/// A browser with its cookies.
pub struct Browser {
    client: Client,
    url: String,
    /// By name.
    cookies: BTreeMap<String, String>,
}

/// A page, as answered.
pub struct Page {
    pub status: StatusCode,
    pub location: Option<String>,
    pub text: String,
}

impl Browser {
    pub fn new(url: &str) -> Self {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { client, url: url.to_owned(), cookies: BTreeMap::new() }
    }

    pub async fn log_in(&mut self, email: &str, password: &str) {
        let page = self.post("/connexion", &[("email", email), ("mot-de-passe", password)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.try_get(path).await.unwrap()
    }

    /// The same, of a server that may be away.
    pub async fn try_get(&mut self, path: &str) -> reqwest::Result<Page> {
        self.send(Method::GET, path, None).await
    }

    /// What an address answers, byte for byte.
    pub async fn download(&mut self, path: &str) -> (StatusCode, Vec<u8>) {
        let response = self.response(path).await;
        (response.status(), response.bytes().await.unwrap().to_vec())
    }

    /// Posts a form from a page of the same site.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        self.try_post(path, form).await.unwrap()
    }

    /// The same, of a server that may be away.
    pub async fn try_post(&mut self, path: &str, form: &[(&str, &str)]) -> reqwest::Result<Page> {
        self.send(Method::POST, path, Some(form)).await
    }

    /// Posts a form that carries a file.
    pub async fn upload(&mut self, path: &str, name: &str, bytes: &[u8]) -> Page {
        let mut body = b"--limite\r\nContent-Disposition: form-data; name=\"document\"; filename=\"".to_vec();
        body.extend(name.as_bytes());
        body.extend(b"\"\r\nContent-Type: application/pdf\r\n\r\n");
        body.extend(bytes);
        body.extend(b"\r\n--limite--\r\n");
        let request = self.request(Method::POST, path).header(ORIGIN, &self.url);
        let kind = "multipart/form-data; boundary=limite";
        self.read(request.header(CONTENT_TYPE, kind).body(body)).await.unwrap()
    }

    /// What an address answers, with its headers.
    pub async fn response(&mut self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    async fn send(&mut self, method: Method, path: &str, form: Option<&[(&str, &str)]>) -> reqwest::Result<Page> {
        let mut request = self.request(method, path).header(ORIGIN, &self.url);
        if let Some(form) = form {
            request = request.form(form);
        }
        self.read(request).await
    }

    /// A request to the service, with the cookies.
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        if self.cookies.is_empty() {
            return request;
        }
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.header(COOKIE, cookies.join("; "))
    }

    /// Sends it, keeps the cookies that come back, reads the page.
    async fn read(&mut self, request: RequestBuilder) -> reqwest::Result<Page> {
        let response = request.send().await?;
        self.keep(&response);
        let header = |name| response.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
        let (status, location) = (response.status(), header(LOCATION));
        Ok(Page { status, location, text: response.text().await? })
    }

    fn keep(&mut self, response: &Response) {
        for cookie in response.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Reads the page of a request, then decides on the version it shows: asked, then confirmed.
    pub async fn decides(&mut self, number: i64, gesture: &str, text: &str) -> Page {
        let version = self.version(number).await;
        self.decides_on(number, &version, gesture, text).await
    }

    /// Decides on a version read earlier.
    pub async fn decides_on(&mut self, number: i64, version: &str, gesture: &str, text: &str) -> Page {
        let path = format!("/instruction/D{number}/{gesture}");
        self.post(&path, &[("version", version), ("text", text), ("confirme", "oui")]).await
    }

    pub async fn accepts(&mut self, number: i64) -> Page {
        self.decides(number, "accepter", "").await
    }

    /// The version that the page of a request shows.
    pub async fn version(&mut self, number: i64) -> String {
        let page = self.get(&format!("/instruction/D{number}")).await;
        page.value("input[name=version]").expect("a form with a version")
    }
}

impl Page {
    pub fn html(&self) -> Html {
        Html::parse_document(&self.text)
    }

    /// The `value` of the first element that fits.
    pub fn value(&self, selector: &str) -> Option<String> {
        let html = self.html();
        let found = html.select(&Selector::parse(selector).unwrap()).next();
        found.and_then(|element| element.value().attr("value").map(str::to_owned))
    }

    /// The words of everything that fits, squeezed.
    pub fn words(&self, selector: &str) -> String {
        let html = self.html();
        let selector = Selector::parse(selector).unwrap();
        let text: Vec<&str> = html.select(&selector).flat_map(|element| element.text()).collect();
        text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What `main` says, squeezed.
    pub fn main(&self) -> String {
        self.words("main")
    }
}
