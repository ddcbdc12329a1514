//! The shell of every page of the sandbox: header without any State mark, navigation between consoles, main part,
//! strict headers; and the route of the embedded static files. Must not know any simulator.

use std::sync::Arc;

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use maud::{DOCTYPE, Markup, html};
use tower_http::{csrf::CsrfLayer, set_header::SetResponseHeaderLayer};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// An entry of the navigation between consoles.
#[derive(Clone, Debug)]
pub struct Link {
    pub label: String,
    pub href: String,
}

impl Link {
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// Where a console is mounted, and what surrounds its pages. The default one is mounted at the root, alone.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    base: String,
    nav: Arc<[Link]>,
}

impl Frame {
    /// `base` is the prefix under which the router is nested, such as `/datapass`; empty at the root.
    pub fn new(base: &str, nav: Vec<Link>) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), nav: nav.into() }
    }

    /// The path a browser must ask for: `tail` starts with `/`, and is relative to the console.
    pub fn path(&self, tail: &str) -> String {
        match (self.base.as_str(), tail) {
            ("", tail) => tail.to_owned(),
            (base, "/") => base.to_owned(),
            (base, tail) if tail.starts_with("/?") => format!("{base}{}", &tail[1..]),
            (base, tail) => format!("{base}{tail}"),
        }
    }

    /// A whole page: `title` names it in the tab (its `h1` is in `main`).
    pub fn page(&self, title: &str, main: Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="fr" data-fr-scheme="system" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    title { (title) " – Bac à sable" }
                    link rel="icon" href="/static/habilis/favicon.svg" type="image/svg+xml";
                    link rel="stylesheet" href="/static/dsfr/dsfr.main.min.css";
                    link rel="stylesheet" href="/static/dsfr/utility/utility.main.min.css";
                    link rel="stylesheet" href="/static/habilis/habilis.css";
                    script type="module" src="/static/dsfr/dsfr.module.min.js" {}
                }
                body {
                    (skip_links())
                    (self.header())
                    main id="contenu" role="main" tabindex="-1" { div class="fr-container fr-py-6v" { (main) } }
                    (footer())
                }
            }
        }
    }

    fn header(&self) -> Markup {
        html! {
            header role="banner" class="fr-header" {
                div class="fr-header__body" { div class="fr-container" { div class="fr-header__body-row" {
                    div class="fr-header__brand" { div class="fr-header__service" {
                        p class="fr-header__service-title" { "Bac à sable" }
                        p class="fr-header__service-tagline" { "Systèmes simulés, données fictives" }
                    } }
                } } }
                @if !self.nav.is_empty() { div class="fr-container" {
                    nav id="navigation" class="fr-nav" role="navigation" aria-label="Consoles du bac à sable" tabindex="-1" {
                        ul class="fr-nav__list" { @for link in self.nav.iter() { li class="fr-nav__item" {
                            a class="fr-nav__link" href=(link.href)
                                aria-current=[(link.href == self.path("/")).then_some("page")] { (link.label) }
                        } } }
                    }
                } }
            }
        }
    }
}

fn skip_links() -> Markup {
    html! {
        div class="fr-skiplinks" {
            nav class="fr-container" role="navigation" aria-label="Accès rapide" {
                ul class="fr-skiplinks__list" { li { a class="fr-link" href="#contenu" { "Contenu" } } }
            }
        }
    }
}

fn footer() -> Markup {
    html! {
        footer role="contentinfo" class="fr-footer" { div class="fr-container fr-pb-4v" {
            p class="fr-text--sm" { "Rien de ce qui est fait ici n’atteint un service réel." }
        } }
    }
}

/// What an alert is about; said by its title, the colour only repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Info,
    Success,
    Warning,
    Error,
}

impl Tone {
    fn suffix(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A framed message; errors are announced to screen readers.
pub fn alert(tone: Tone, title: &str, text: &str) -> Markup {
    html! {
        div class={ "fr-alert fr-mb-4v fr-alert--" (tone.suffix()) } role=[(tone == Tone::Error).then_some("alert")] {
            h2 class="fr-alert__title" { (title) }
            p { (text) }
        }
    }
}

/// A state in one or two words, without icon.
pub fn badge(tone: Tone, text: &str) -> Markup {
    html! { p class={ "fr-badge fr-badge--sm fr-badge--no-icon fr-badge--" (tone.suffix()) } { (text) } }
}

/// A table that scrolls by itself on narrow screens; each row brings its own `td`s. A heading comes before it: the
/// caption is for screen readers.
pub fn table(caption: &str, headings: &[&str], rows: impl Iterator<Item = Markup>) -> Markup {
    html! {
        div class="fr-table fr-table--no-caption fr-table--multiline" { div class="fr-table__wrapper" {
            // Whoever has only a keyboard scrolls it too.
            div class="fr-table__container" tabindex="0" role="region" aria-label=(caption) { div class="fr-table__content" { table {
                caption { (caption) }
                thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
                tbody { @for row in rows { tr { (row) } } }
            } } }
        } }
    }
}

/// Names and what they stand for, one under the other.
pub fn entries<'a>(entries: impl IntoIterator<Item = (&'a str, Markup)>) -> Markup {
    html! {
        dl class="fr-pl-0 fr-mb-6v" { @for (name, value) in entries {
            dt class="fr-text--bold" { (name) }
            dd class="fr-ml-0 fr-mb-2v habilis-break" { (value) }
        } }
    }
}

/// Adds the strict headers and refuses forms posted from another site. A page that needs its own policy sets it itself.
pub fn guarded(router: Router) -> Router {
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    router
        .layer(CsrfLayer::new())
        .layer(header(header::CONTENT_SECURITY_POLICY, POLICY))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
}

/// `/static/…`: the files embedded in the binary, revalidated by their fingerprint.
pub fn static_files() -> Router {
    Router::new().route("/static/{*path}", get(static_file))
}

async fn static_file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = crate::assets::get(&path) else {
        return (StatusCode::NOT_FOUND, "Fichier introuvable.").into_response();
    };
    let common = [
        (header::ETAG, asset.etag.clone()),
        (header::CACHE_CONTROL, "public, max-age=300".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if known.split(',').any(|tag| tag.trim() == asset.etag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(header::CONTENT_TYPE, asset.mime)], asset.bytes.into_owned()).into_response()
}
