//! The délibération on the instructeur's page: where it comes from, what was found in it with the page of each line, and
//! the document beside; on the demandeur's, what they deposited. Its words are shown, never run.

use maud::{Markup, html};

use super::components::{FieldError, Tone, alert, badge, error_summary, file_field};
use super::dossier::outside;
use super::messages::done;
use crate::domain::document::{Format, Mention, Origin, Quote, Reading};
use crate::domain::paris::{day_in_words, instant_in_words};
use crate::http::paths;
use crate::instruction::deliberation::{current, link, trouble};
use crate::store::documents::{Document, Fetched};

/// Name of the frame in which documents are read.
const READER: &str = "lecteur";

/// What the section shows.
pub struct Papers<'a> {
    /// `D61234`.
    pub number: &'a str,
    /// As typed in the request.
    pub address: Option<&'a str>,
    /// What became of it.
    pub fetched: Option<&'a Fetched>,
    /// Newest first.
    pub documents: &'a [Document],
    /// Where DataPass shows the file it keeps.
    pub datapass: &'a str,
    pub may_deposit: bool,
    /// May have things fetched and read again.
    pub may_ask: bool,
    pub errors: &'a [FieldError],
    /// What was just done.
    pub done: Option<&'static str>,
}

/// The top of a page: a file that was not taken.
pub fn notice(errors: &[FieldError]) -> Markup {
    error_summary(errors)
}

/// The section of a request's page.
pub fn section(papers: &Papers<'_>) -> Markup {
    let current = current(papers.documents);
    let older: Vec<&Document> =
        papers.documents.iter().filter(|document| !current.iter().any(|known| known.id == document.id)).collect();
    let shown = current.iter().find(|document| document.may_be_shown());
    html! {
        section .fr-mt-4w {
            h2 .fr-h4 #(paths::DELIBERATION) { "Délibération" }
            (done(papers.done))
            (address(papers))
            @if current.is_empty() { (nothing(papers)) }
            @else if let Some(shown) = shown {
                div .fr-grid-row .fr-grid-row--gutters {
                    div .fr-col-12 .fr-col-lg-6 { @for document in &current { (one(document, papers)) } }
                    div .fr-col-12 .fr-col-lg-6 { (reader(shown, papers)) }
                }
            } @else { @for document in &current { (one(document, papers)) } }
            @if !older.is_empty() { (before(&older, papers)) }
            @if papers.may_deposit { (form(papers)) }
        }
    }
}

/// Where the request says that it is, and whether it was.
fn address(papers: &Papers<'_>) -> Markup {
    let Some(text) = papers.address.map(str::trim).filter(|text| !text.is_empty()) else { return html! {} };
    let failed = papers.fetched.filter(|fetched| fetched.address == text && !fetched.is_kept());
    html! {
        @if let Some(fetched) = failed {
            div .fr-mb-2w { (alert(Tone::Warning, "La délibération n’a pas pu être récupérée à l’adresse donnée", &html! {
                p {
                    "Le " time datetime=(fetched.at.to_rfc3339()) { (instant_in_words(fetched.at)) } " : " (fetched.note) "."
                }
                p { "À faire : ouvrez l’adresse, ou " (outside(papers.datapass, "lisez la demande dans DataPass")) " ; puis "
                    "déposez le document ici, ou demandez-le au demandeur." }
            })) }
        }
        p .fr-mb-1w .habilis-break {
            "Adresse donnée : "
            @match link(text) { Some(url) => (outside(url.as_str(), text)), None => { (text) } }
        }
        @if papers.may_ask && link(text).is_some() {
            form .fr-mb-2w method="post" action=(paths::request_gesture(papers.number, paths::FETCH_AGAIN)) {
                button .fr-btn .fr-btn--sm .fr-btn--tertiary type="submit" { "Récupérer de nouveau à cette adresse" }
            }
        }
    }
}

fn nothing(papers: &Papers<'_>) -> Markup {
    html! {
        @if papers.address.is_none() {
            p {
                "Le demandeur l’a déposée en fichier dans DataPass, qui ne transmet pas les fichiers. "
                (outside(papers.datapass, "À lire sur la page publique de DataPass"))
            }
        } @else if papers.fetched.is_none() { p { "Elle n’a pas encore été récupérée." } }
    }
}

/// One document: where from, what was found.
fn one(document: &Document, papers: &Papers<'_>) -> Markup {
    let path = |part: &str| paths::request_gesture(papers.number, part);
    let id = document.id.to_string();
    html! {
        article .fr-mb-4w {
            h3 .fr-h6 .fr-mb-1w .habilis-break { (document.file_name) }
            p .fr-text--sm .fr-mb-1w .habilis-break { (origin(document)) }
            @match &document.reading {
                None => p { (badge(Tone::Info, "lecture en cours")) " Rechargez la page dans un instant." },
                Some(reading) => { (state(reading)) (findings(document, reading, &path(&paths::document(&id)))) },
            }
            ul .fr-btns-group .fr-btns-group--inline .fr-btns-group--sm {
                @if document.may_be_shown() {
                    li { a .fr-btn .fr-btn--secondary href=(path(&paths::document(&id))) target="_blank" rel="noopener" {
                        "Ouvrir (nouvelle fenêtre)" span .fr-sr-only { " « " (document.file_name) " »" }
                    } }
                }
                li { a .fr-btn .fr-btn--tertiary href=(path(&paths::document_part(&id, paths::DOWNLOAD))) download {
                    "Télécharger" span .fr-sr-only { " « " (document.file_name) " »" }
                } }
                @if papers.may_ask { li {
                    form method="post" action=(path(&paths::document_part(&id, paths::READ_AGAIN))) {
                        button .fr-btn .fr-btn--tertiary type="submit" {
                            "Relire" span .fr-sr-only { " « " (document.file_name) " »" }
                        }
                    }
                } }
            }
            details .habilis-details { summary { "Empreinte du fichier" span .fr-sr-only { " « " (document.file_name) " »" } }
                p .fr-text--sm .habilis-break { "SHA-256 : " code { (document.sha256) } }
            }
        }
    }
}

fn origin(document: &Document) -> Markup {
    html! {
        @match (document.origin, document.author.as_deref(), document.address.as_deref()) {
            (Origin::Instructeur, Some(author), _) => { "Déposée par " (author) },
            (Origin::Demandeur, ..) => { "Déposée par le demandeur" },
            (_, _, Some(address)) => { "Récupérée à " (address) },
            _ => { "Récupérée" },
        }
        " le " time datetime=(document.at.to_rfc3339()) { (instant_in_words(document.at)) }
        ". " (size(document)) "."
    }
}

fn size(document: &Document) -> String {
    let kind = if document.format == Format::Pdf { "PDF" } else { "Page web" };
    let weight = match document.size {
        ..=1023 => format!("{} octets", document.size),
        1024..=1_048_575 => format!("{} Ko", document.size / 1024),
        _ => format!("{},{} Mo", document.size / 1_048_576, document.size % 1_048_576 * 10 / 1_048_576),
    };
    let pages = document.reading.as_ref().and_then(|reading| reading.page_count);
    match pages {
        Some(1) => format!("{kind}, 1 page, {weight}"),
        Some(pages) => format!("{kind}, {pages} pages, {weight}"),
        None => format!("{kind}, {weight}"),
    }
}

/// How much of it was read.
fn state(reading: &Reading) -> Markup {
    let structure = reading.structure;
    html! {
        @if structure.active {
            div .fr-mb-2w { (alert(Tone::Error, "Ce fichier contient un programme", &html! {
                p { "Il n’est pas affiché ici. Ne l’ouvrez pas ; demandez un PDF simple." }
            })) }
        }
        @if structure.attachments { p { (badge(Tone::Warning, "contient d’autres fichiers")) } }
        @if !reading.has_text() {
            div .fr-mb-2w { (alert(Tone::Warning, "Le texte n’a pas pu être lu", &html! {
                @for it in &reading.troubles { p { (capital(trouble(*it))) "." } }
                p { "À faire : lisez le document, ou demandez au demandeur un PDF lisible, sans mot de passe." }
            })) }
        } @else {
            @for it in &reading.troubles { p { (badge(Tone::Warning, "lecture partielle")) " " (capital(trouble(*it))) "." } }
            @if reading.recognised > 0 {
                p { (badge(Tone::Info, "numérisée")) " Texte reconnu sur l’image : des lettres peuvent être fausses." }
            }
        }
    }
}

/// What was found, each with its page.
fn findings(document: &Document, reading: &Reading, address: &str) -> Markup {
    let shown = document.may_be_shown();
    // A web page has no pages.
    let place = |page: u32| {
        if document.format == Format::Html {
            html! {}
        } else {
            place(page, address, shown)
        }
    };
    if !reading.has_text() {
        return html! {};
    }
    html! {
        dl .habilis-facts {
            div { dt { "Acte" } dd { @match &reading.body {
                Some((body, quote)) => { (capital(body.label())) " " (place(quote.page)) },
                None => em { "assemblée non reconnue" },
            } } }
            div { dt { "Date" } dd { @match &reading.date {
                Some((date, quote)) => { (day_in_words(*date)) " " (place(quote.page)) },
                None => em { "non trouvée" },
            } } }
        }
        h4 .fr-text--md .fr-mb-1w .fr-mt-2w { "Quotient familial" }
        @if reading.mentions.is_empty() { p { "Il n’est pas mentionné dans ce qui a pu être lu." } }
        @for mention in &reading.mentions { (quote_of(mention, &place(mention.page))) }
        h4 .fr-text--md .fr-mb-1w { "Tarifs et tranches" }
        @if reading.tariffs.is_empty() { p { "Aucun tarif n’a été trouvé près du quotient familial." } }
        @else { ul .habilis-found { @for line in &reading.tariffs { li { (priced(line, &place(line.page))) } } } }
        @if let (Some(quote), true) = (&reading.api, reading.tariffs.len() < 2) {
            p { (badge(Tone::Warning, "à regarder")) " L’acte parle d’API Particulier sans fixer de tarif : « " (quote.text) " » " (place(quote.page)) }
        }
        @if document.format == Format::Html { (web_page(reading, document)) }
    }
}

fn quote_of(mention: &Mention, place: &Markup) -> Markup {
    html! {
        blockquote .habilis-quote {
            p .fr-mb-1v .habilis-break { "… " (mention.before) mark { (mention.words) } (mention.after) " …" }
            (place)
        }
    }
}

fn priced(line: &Quote, place: &Markup) -> Markup {
    html! { span .habilis-break { (line.text) } " " (place) }
}

/// A page of the document: in the frame beside, where it may be shown.
fn place(page: u32, address: &str, shown: bool) -> Markup {
    html! {
        @if shown { a .fr-link .fr-link--sm href={ (address) "#page=" (page) } target=(READER) { "page " (page) } }
        @else { span .fr-text--sm { "page " (page) } }
    }
}

/// What a web page says, and the files it leads to.
fn web_page(reading: &Reading, document: &Document) -> Markup {
    let base = document.address.as_deref().and_then(|address| url::Url::parse(address).ok());
    let links = reading.links.iter().filter_map(|link| base.as_ref()?.join(link).ok());
    let links: Vec<String> = links.filter(|url| matches!(url.scheme(), "http" | "https")).map(String::from).collect();
    html! {
        h4 .fr-text--md .fr-mb-1w { "Page web" }
        @if !links.is_empty() {
            p .fr-mb-1v { "Elle mène à " (if links.len() == 1 { "un document" } else { "des documents" }) " :" }
            ul { @for address in &links { li .habilis-break { (outside(address, address)) } } }
            p { "Si c’est la délibération, téléchargez-la puis déposez-la ici." }
        }
        details .habilis-details { summary { "Lire le début de son texte" } p .habilis-prose { (reading.excerpt) } }
    }
}

/// The document itself, beside what was found in it. The link is for browsers that show no PDF in a page.
fn reader(document: &Document, papers: &Papers<'_>) -> Markup {
    let address = paths::request_gesture(papers.number, &paths::document(&document.id.to_string()));
    html! {
        iframe .habilis-reader name=(READER) src={ (address) "#navpanes=0" } title={ "Document « " (document.file_name) " »" } loading="lazy" {}
    }
}

fn before(older: &[&Document], papers: &Papers<'_>) -> Markup {
    html! {
        details .habilis-details .fr-mb-3w {
            summary { "Documents remplacés depuis (" (older.len()) ")" }
            ul { @for document in older {
                @let part = paths::document_part(&document.id.to_string(), paths::DOWNLOAD);
                li .habilis-break {
                    a .fr-link href=(paths::request_gesture(papers.number, &part)) download { (document.file_name) } " – " (origin(document))
                }
            } }
        }
    }
}

fn form(papers: &Papers<'_>) -> Markup {
    let action = paths::request_gesture(papers.number, paths::DOCUMENTS);
    html! {
        details .habilis-decision open[!papers.errors.is_empty() || papers.documents.is_empty()] {
            summary { "Déposer la délibération" }
            form method="post" action=(action) enctype="multipart/form-data" novalidate {
                (file_field("document", "Fichier PDF", "10\u{a0}Mo au plus. Le demandeur n’en est pas informé.", papers.errors))
                button .fr-btn .fr-mt-2w type="submit" { "Déposer le document" }
            }
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// What the demandeur sees: their own deposits, and the form.
pub struct Deposits<'a> {
    /// Theirs, newest first.
    pub documents: &'a [Document],
    /// Where the form is posted; below it, the documents.
    pub address: String,
    /// Why nothing can be deposited any more, if so.
    pub may_deposit: bool,
    pub errors: &'a [FieldError],
    pub done: bool,
}

/// The section of the tracking page; empty when there is nothing to say.
pub fn deposits(deposits: &Deposits<'_>) -> Markup {
    if !deposits.may_deposit && deposits.documents.is_empty() && deposits.errors.is_empty() {
        return html! {};
    }
    html! {
        section .fr-mt-4w {
            h2 .fr-h4 #(paths::DELIBERATION) { "Votre délibération" }
            (done(deposits.done.then_some("Votre document est déposé. L’instructeur le verra avec votre demande.")))
            @if !deposits.documents.is_empty() {
                p .fr-mb-1v { "Ce que vous avez déposé ici :" }
                ul { @for document in deposits.documents { li .habilis-break {
                    a .fr-link href={ (deposits.address) "/" (document.id) } download { (document.file_name) }
                    ", le " (instant_in_words(document.at))
                } } }
            }
            @if deposits.may_deposit {
                p { "Si l’instructeur vous demande la délibération qui fixe vos tarifs, ou si son adresse ne fonctionne plus, déposez-la ici." }
                form method="post" action=(deposits.address) enctype="multipart/form-data" novalidate {
                    (file_field("document", "Délibération (PDF)", "10\u{a0}Mo au plus, 6\u{a0}fichiers par demande, sans mot de passe.", deposits.errors))
                    button .fr-btn .fr-mt-2w type="submit" { "Déposer la délibération" }
                }
            } @else { p { "La demande est close : elle ne reçoit plus de documents." } }
        }
    }
}
