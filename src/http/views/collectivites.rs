//! The list of open forms, its search box and its pages.

use maud::{Markup, html};

use super::layout::{Audience, page as whole};
use super::public::place;
use crate::http::paths;
use crate::store::collectivites::Collectivite;

/// One page of what was found.
pub struct Results<'a> {
    pub typed: &'a str,
    /// Open forms in all, found or not.
    pub open: usize,
    pub total: usize,
    /// Rank of the first one shown, from 0.
    pub start: usize,
    pub page: usize,
    pub pages: usize,
    pub shown: Vec<&'a Collectivite>,
}

pub fn page(results: &Results<'_>) -> Markup {
    let body = html! {
        h1 { "Collectivités qui proposent le formulaire" }
        (search_box(results.typed))
        @if results.open == 0 { (nothing_open()) } @else { (found(results)) }
    };
    whole(Audience::Public, &title(results), &body)
}

fn title(results: &Results<'_>) -> String {
    let mut title = "Collectivités qui proposent le formulaire".to_owned();
    if !results.typed.is_empty() {
        title = format!("{title} : « {} »", results.typed);
    }
    if results.pages > 1 {
        title = format!("{title} (page {} sur {})", results.page, results.pages);
    }
    title
}

fn search_box(typed: &str) -> Markup {
    html! {
        form .habilis-search role="search" method="get" action=(paths::COLLECTIVITES) {
            div .fr-input-group {
                label .fr-label for="q" {
                    "Rechercher une collectivité"
                    span .fr-hint-text { "Nom, code postal ou numéro de département. Exemples : Hauteluce, 73620, 2A" }
                }
                div .fr-input-wrap .fr-input-wrap--addon {
                    input .fr-input #q name="q" type="search" value=(typed) autocomplete="off" maxlength="100";
                    button .fr-btn type="submit" { "Rechercher" }
                }
            }
        }
    }
}

fn nothing_open() -> Markup {
    html! {
        p role="status" { "Aucune collectivité ne propose encore le formulaire." }
        p { "Les premières apparaîtront ici dès que leur formulaire sera ouvert." }
    }
}

fn found(results: &Results<'_>) -> Markup {
    html! {
        p role="status" .fr-text--bold { (count(results)) }
        @if results.total == 0 { (nothing_found()) } @else {
            ul .habilis-results { @for collectivite in &results.shown { (line(collectivite)) } }
            @if results.pages > 1 { (pagination(results)) }
        }
    }
}

fn count(results: &Results<'_>) -> String {
    let noun = match results.total {
        0 => return format!("Aucune collectivité ne correspond à « {} ».", results.typed),
        1 => "1 collectivité".to_owned(),
        many => format!("{many} collectivités"),
    };
    let sought = match results.typed {
        "" => String::new(),
        typed => format!(" pour « {typed} »"),
    };
    if results.pages == 1 {
        return format!("{noun}{sought}");
    }
    format!("{noun}{sought}, de la {}e à la {}e", results.start + 1, results.start + results.shown.len())
        .replace("de la 1e ", "de la 1re ")
}

fn nothing_found() -> Markup {
    html! {
        ul {
            li { "Vérifiez l’orthographe, ou n’écrivez qu’un mot du nom." }
            li { "Essayez le code postal de la mairie ou le numéro du département." }
            li {
                "Votre collectivité ne propose peut-être pas le formulaire : remettez-lui l’attestation de quotient \
                 familial de votre CAF ou de votre MSA."
            }
        }
        p { a .fr-link href=(paths::COLLECTIVITES) { "Voir toutes les collectivités" } }
    }
}

fn line(collectivite: &Collectivite) -> Markup {
    let place = place(&collectivite.departement, collectivite.postal_code.as_deref(), collectivite.town.as_deref());
    html! {
        li {
            a .fr-link href=(paths::collectivite(&collectivite.siret)) { (collectivite.name) }
            p .fr-text--sm .fr-mb-0 { (place) }
        }
    }
}

fn address(typed: &str, page: usize) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !typed.is_empty() {
        query.append_pair("q", typed);
    }
    if page > 1 {
        query.append_pair("page", &page.to_string());
    }
    match query.finish() {
        empty if empty.is_empty() => paths::COLLECTIVITES.to_owned(),
        query => format!("{}?{query}", paths::COLLECTIVITES),
    }
}

fn pagination(results: &Results<'_>) -> Markup {
    let (page, pages) = (results.page, results.pages);
    html! {
        nav .fr-pagination role="navigation" aria-label="Pages de la liste" {
            ul .fr-pagination__list {
                (jump(results, (page > 1).then_some(1), "fr-pagination__link--first", "Première page"))
                (jump(results, (page > 1).then(|| page - 1), "fr-pagination__link--prev fr-pagination__link--lg-label", "Page précédente"))
                @for number in numbers(page, pages) {
                    @match number {
                        Some(number) => (number_link(results, number)),
                        None => li { span .fr-pagination__link .fr-displayed-lg { "…" } }
                    }
                }
                (jump(results, (page < pages).then_some(page + 1), "fr-pagination__link--next fr-pagination__link--lg-label", "Page suivante"))
                (jump(results, (page < pages).then_some(pages), "fr-pagination__link--last", "Dernière page"))
            }
        }
    }
}

fn number_link(results: &Results<'_>, number: usize) -> Markup {
    let current = (number == results.page).then_some("page");
    html! {
        li {
            a .fr-pagination__link aria-current=[current] title={ "Page " (number) }
                href=[current.is_none().then(|| address(results.typed, number))] { (number) }
        }
    }
}

fn jump(results: &Results<'_>, to: Option<usize>, class: &str, text: &str) -> Markup {
    html! {
        li {
            @match to {
                Some(number) => a class={ "fr-pagination__link " (class) } href=(address(results.typed, number)) { (text) },
                None => a class={ "fr-pagination__link " (class) } role="link" aria-disabled="true" { (text) },
            }
        }
    }
}

/// The pages worth a link: both ends and the neighbours; `None` where some are left out.
fn numbers(page: usize, pages: usize) -> Vec<Option<usize>> {
    let mut numbers = Vec::new();
    let mut last = 0;
    for number in (1..=pages).filter(|n| *n == 1 || *n == pages || n.abs_diff(page) <= 1) {
        if number > last + 1 {
            numbers.push(None);
        }
        numbers.push(Some(number));
        last = number;
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_left_out_are_marked() {
        assert_eq!(numbers(1, 1), [Some(1)]);
        assert_eq!(numbers(1, 4), [Some(1), Some(2), None, Some(4)]);
        assert_eq!(numbers(5, 9), [Some(1), None, Some(4), Some(5), Some(6), None, Some(9)]);
    }

    #[test]
    fn addresses_keep_what_was_typed() {
        assert_eq!(address("", 1), "/collectivites");
        assert_eq!(address("l’Haÿ & co", 2), "/collectivites?q=l%E2%80%99Ha%C3%BF+%26+co&page=2");
    }
}
