//! The mailbox's pages. A mail's HTML is shown in a sandboxed frame, under its own policy: it may come from anywhere
//! and run nothing, load nothing.

use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};

use super::{Attachment, Mail, Mailbox};
use crate::{domain::paris::paris, sandbox::page::entries};

const HTML_POLICY: &str =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'";
/// Served as what they are; anything else is only bytes.
const SAFE_TYPES: [&str; 6] =
    ["application/pdf", "application/zip", "image/jpeg", "image/png", "text/calendar", "text/plain"];

pub(super) fn router(mailbox: Mailbox) -> Router {
    Router::new()
        .route("/", get(list))
        .route("/vider", post(empty))
        .route("/courriels/{number}", get(show))
        .route("/courriels/{number}/html", get(body))
        .route("/courriels/{number}/pieces/{rank}", get(download))
        .with_state(mailbox)
}

async fn list(State(mailbox): State<Mailbox>) -> Response {
    let mails = mailbox.mails();
    let main = html! {
        h1 { "Courriels reçus" }
        @if mails.is_empty() { p { "Aucun courriel n’a été reçu." } } @else {
            (table(&mailbox, &mails))
            form method="post" action=(mailbox.frame.path("/vider")) {
                button class="fr-btn fr-btn--secondary" type="submit" { "Vider la boîte" }
            }
        }
    };
    mailbox.frame.page("Courriels reçus", main).into_response()
}

fn table(mailbox: &Mailbox, mails: &[Mail]) -> Markup {
    html! {
        div class="fr-table fr-table--multiline" { div class="fr-table__wrapper" { div class="fr-table__container" {
            div class="fr-table__content" { table {
                caption { "Du plus récent au plus ancien" }
                thead { tr {
                    th scope="col" { "Objet" } th scope="col" { "Destinataire" } th scope="col" { "Expéditeur" }
                    th scope="col" { "Date" } th scope="col" { "Pièces jointes" }
                } }
                tbody { @for mail in mails.iter().rev() { tr {
                    td { a class="fr-link" href=(mailbox.frame.path(&format!("/courriels/{}", mail.number))) {
                        (subject(mail))
                    } }
                    td { (mail.envelope_to.join(", ")) }
                    td { (mail.from) }
                    td { (date(mail)) }
                    td { (mail.attachments.len()) }
                } } }
            } }
        } } }
    }
}

async fn show(State(mailbox): State<Mailbox>, Path(number): Path<u64>) -> Response {
    let Some(mail) = mailbox.mail(number) else { return missing(&mailbox) };
    let path = |tail: &str| mailbox.frame.path(&format!("/courriels/{number}{tail}"));
    let facts = [
        ("De", Some(html! { (mail.from) })),
        ("À", Some(html! { (mail.envelope_to.join(", ")) })),
        ("Date", Some(html! { (date(&mail)) })),
        ("Identifiant", mail.message_id.as_ref().map(|id| html! { code { (id) } })),
    ];
    let main = html! {
        p { a class="fr-link fr-icon-arrow-left-line fr-link--icon-left" href=(mailbox.frame.path("/")) {
            "Tous les courriels"
        } }
        h1 { (subject(&mail)) }
        (entries(facts.into_iter().filter_map(|(name, value)| Some((name, value?)))))
        @if !mail.attachments.is_empty() {
            h2 class="fr-mt-6v" { "Pièces jointes" }
            ul { @for (rank, one) in mail.attachments.iter().enumerate() { li {
                a class="fr-link" href=(path(&format!("/pieces/{rank}"))) download {
                    (one.name) " (" (one.bytes.len().div_ceil(1024)) " Ko)"
                }
            } } }
        }
        @if let Some(text) = &mail.text { h2 class="fr-mt-6v" { "Texte" } (paragraphs(text)) }
        @if mail.html.is_some() {
            h2 class="fr-mt-6v" { "Mise en forme" }
            iframe title="Courriel mis en forme" src=(path("/html")) sandbox="" width="100%" height="700" {}
        }
    };
    mailbox.frame.page(&subject(&mail), main).into_response()
}

/// The text, its lines kept and its web addresses clickable.
fn paragraphs(text: &str) -> Markup {
    let normal = text.replace("\r\n", "\n");
    html! { @for paragraph in normal.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
        p class="habilis-break" { @for (rank, line) in paragraph.trim_matches('\n').lines().enumerate() {
            @if rank > 0 { br; }
            @for (rank, word) in line.split(' ').enumerate() { @if rank > 0 { " " } (linked(word)) }
        } }
    } }
}

fn linked(word: &str) -> Markup {
    let start = word.find("https://").or_else(|| word.find("http://"));
    let Some(start) = start else { return html! { (word) } };
    let (before, rest) = word.split_at(start);
    let url = rest.trim_end_matches(['.', ',', ';', ':', ')', '>', '»', '!', '?']);
    html! { (before) a href=(url) { (url) } (rest[url.len()..]) }
}

async fn body(State(mailbox): State<Mailbox>, Path(number): Path<u64>) -> Response {
    match mailbox.mail(number).and_then(|mail| mail.html) {
        Some(html) => ([(header::CONTENT_SECURITY_POLICY, HTML_POLICY)], Html(html)).into_response(),
        None => missing(&mailbox),
    }
}

async fn download(State(mailbox): State<Mailbox>, Path((number, rank)): Path<(u64, usize)>) -> Response {
    let attachment = mailbox.mail(number).and_then(|mail| mail.attachments.into_iter().nth(rank));
    let Some(Attachment { name, mime, bytes }) = attachment else { return missing(&mailbox) };
    let mime = SAFE_TYPES.into_iter().find(|safe| *safe == mime).unwrap_or("application/octet-stream");
    let headers = [(header::CONTENT_TYPE, mime.to_owned()), (header::CONTENT_DISPOSITION, disposition(&name))];
    (headers, bytes).into_response()
}

/// RFC 6266: the name percent-encoded, since it comes from the mail.
fn disposition(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let encoded: String = name
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    format!("attachment; filename*=UTF-8''{encoded}")
}

async fn empty(State(mailbox): State<Mailbox>) -> Redirect {
    mailbox.clear();
    Redirect::to(&mailbox.frame.path("/"))
}

fn subject(mail: &Mail) -> String {
    if mail.subject.is_empty() { "(sans objet)".to_owned() } else { mail.subject.clone() }
}

fn date(mail: &Mail) -> String {
    mail.date.map_or_else(|| "inconnue".to_owned(), |at| paris(at).format("%d/%m/%Y à %H:%M").to_string())
}

fn missing(mailbox: &Mailbox) -> Response {
    let main = html! {
        h1 { "Page introuvable" }
        p { "Ce courriel n’existe pas, ou la boîte a été vidée." }
        p { a class="fr-link" href=(mailbox.frame.path("/")) { "Revenir aux courriels" } }
    };
    (StatusCode::NOT_FOUND, mailbox.frame.page("Page introuvable", main)).into_response()
}
