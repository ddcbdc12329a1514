//! The demandeur's tracking page. Whoever holds the link sees it: no name, no e-mail, no telephone.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::components::{Tone, alert, badge};
use super::deliberation::{self, Deposits};
use super::layout::{Audience, page as whole};
use super::messages::{self, Conversation};
use super::public::copyable_address;
use crate::domain::paris::instant_in_words;
use crate::domain::{Habilitation, State};
use crate::http::paths;
use crate::provisioning::Confirmed;
use crate::tracking::{Progress, Status, Step, Turn};

/// What the page shows.
pub struct Tracked<'a> {
    pub habilitation: &'a Habilitation,
    pub progress: Progress,
    /// What to know of a service that ends, or rests.
    pub ending: Vec<String>,
    /// The request in DataPass.
    pub datapass: String,
    /// Address of the form and SIRET, when it is open.
    pub form: Option<(String, String)>,
    pub deposits: Deposits<'a>,
    /// Where the demandeur says that they activated, when HubEE does not tell us.
    pub declare: Option<String>,
    /// They said so already.
    pub declared: bool,
    /// Where they say that their account at HubEE works, while that is news.
    pub confirm_account: Option<String>,
    /// That somebody said so.
    pub account: Option<Confirmed>,
    pub conversation: Conversation<'a>,
    /// Where the demandeur says that the address is theirs, and when they did.
    pub confirm: String,
    pub confirmed: Option<DateTime<Utc>>,
}

pub fn page(tracked: &Tracked<'_>) -> Markup {
    let number = tracked.habilitation.number();
    let (progress, conversation) = (&tracked.progress, &tracked.conversation);
    let body = html! {
        p .fr-mb-1w { "Suivi de la demande " strong { (number) } }
        h1 .fr-mb-1w { (progress.headline) }
        p .fr-text--lead .habilis-break { (tracked.habilitation.dossier.organisation.name) }
        (deliberation::notice(tracked.deposits.errors))
        (messages::notice(conversation.errors, conversation.thread.unread(conversation.reader)))
        @if let Some(reason) = &progress.reason { (message(reason)) }
        div .fr-grid-row .fr-grid-row--gutters {
            div .fr-col-12 .fr-col-md-7 { (next(tracked)) }
            div .fr-col-12 .fr-col-md-5 { (steps(&progress.steps)) }
        }
        (address(tracked))
        (deliberation::deposits(&tracked.deposits))
        @if !tracked.ending.is_empty() {
            h2 .fr-h4 .fr-mt-4w { "Formulaire et abonnement HubEE" }
            ul { @for sentence in &tracked.ending { li .habilis-break { (sentence) } } }
        }
        (messages::section("Messages avec l’instructeur", conversation))
        p .fr-text--sm .fr-mt-4w { "Gardez ce lien pour vous : il donne accès au suivi sans mot de passe." }
    };
    whole(Audience::Public, &format!("Suivi de la demande {number} : {}", progress.headline), &body)
}

/// The address itself is not shown: whoever holds the link sees this page. Nothing is asked once the answer was given.
fn address(tracked: &Tracked<'_>) -> Markup {
    let instructed =
        matches!(tracked.habilitation.state, State::Draft | State::Submitted { .. } | State::ChangesRequested { .. });
    if !instructed {
        return html! {};
    }
    html! {
        section .fr-mt-4w id=(paths::ADDRESS) {
            h2 .fr-h4 { "Votre adresse électronique" }
            @if let Some(at) = tracked.confirmed {
                p { (badge(Tone::Success, "Confirmée")) " Vous avez confirmé votre adresse le " (instant_in_words(at)) "." }
            } @else {
                p { "Vous avez ouvert cette page depuis le courriel que nous vous avons envoyé ? Dites-nous que l’adresse est bonne : l’instruction en sera plus rapide." }
                form method="post" action=(tracked.confirm) {
                    button .fr-btn .fr-btn--secondary type="submit" { "Je confirme que cette adresse est la mienne" }
                }
            }
        }
    }
}

fn message(reason: &str) -> Markup {
    html! {
        div .fr-mb-4w { (alert(Tone::Warning, "Message de l’instructeur", &html! { p .habilis-lines { (reason) } })) }
    }
}

fn next(tracked: &Tracked<'_>) -> Markup {
    let progress = &tracked.progress;
    html! {
        h2 .fr-h4 { "Et maintenant ?" }
        @if let [only] = progress.next.as_slice() { p { (only) } } @else {
            ol { @for sentence in &progress.next { li { (sentence) } } }
        }
        @if progress.turn == Turn::DatapassByDemandeur {
            p { a .fr-btn href=(tracked.datapass) { "Ouvrir la demande dans DataPass" } }
        } @else {
            p { a .fr-link href=(tracked.datapass) { "Voir la demande dans DataPass" } }
        }
        @if let Some(action) = &tracked.declare {
            form method="post" action=(action) .fr-mt-2w {
                p { "HubEE ne nous dit pas si votre abonnement est actif. Quand vous l’aurez activé, dites-le-nous." }
                button .fr-btn type="submit" { "J’ai activé l’abonnement dans HubEE" }
            }
        }
        @if tracked.declared {
            (alert(Tone::Info, "Activation déclarée", &html! {
                p { "Merci. Un instructeur vérifie que l’abonnement est actif, puis ouvre le formulaire aux familles." }
            }))
        }
        (account(tracked))
        @if let Some((form, siret)) = &tracked.form { (open_form(form, siret)) }
    }
}

/// Names nobody: whoever holds the link sees this page.
fn account(tracked: &Tracked<'_>) -> Markup {
    html! {
        @if let Some(action) = &tracked.confirm_account {
            form method="post" action=(action) #(paths::ACCOUNT) .fr-mt-2w {
                p { "HubEE ne nous montre pas les comptes. Une fois connecté au portail, dites-le-nous." }
                button .fr-btn .fr-btn--secondary type="submit" { "J’ai accès à mon compte HubEE" }
            }
        }
        @if let Some(confirmed) = &tracked.account {
            p #(paths::ACCOUNT) .fr-mt-2w {
                (badge(Tone::Success, "Compte HubEE confirmé"))
                @if confirmed.by.is_some() { " Un instructeur a noté" } @else { " Vous avez dit" }
                " que vous y avez accès, le " (instant_in_words(confirmed.at)) "."
            }
        }
    }
}

fn open_form(form: &str, siret: &str) -> Markup {
    html! {
        h2 .fr-h4 .fr-mt-4w { "Votre formulaire" }
        (copyable_address("adresse", "Adresse à donner aux familles", form))
        ul {
            li { a .fr-link href=(form) { "Voir le formulaire" } }
            li { a .fr-link href=(paths::collectivite(siret)) { "Page de la collectivité et QR code" } }
            li { a .fr-link href=(paths::collectivite_part(siret, "affiche")) { "Affiche à imprimer" } }
            li { a .fr-link href=(paths::collectivite_part(siret, "kit")) { "Kit de communication" } }
        }
    }
}

fn steps(steps: &[Step]) -> Markup {
    html! {
        h2 .fr-h4 { "Étapes" }
        ol .habilis-steps {
            @for step in steps {
                li .habilis-step .habilis-step--done[step.status == Status::Done]
                    .habilis-step--todo[step.status == Status::Todo]
                    aria-current=[(step.status == Status::Current).then_some("step")] {
                    p .fr-text--bold .fr-mb-1v { (step.label) }
                    (state(step.status))
                    @if let Some(detail) = &step.detail { p .fr-text--sm .fr-mb-0 { (detail) } }
                    @if let Some(at) = step.at { p .fr-text--sm .fr-mb-0 { "Le " (instant_in_words(at)) } }
                }
            }
        }
    }
}

fn state(status: Status) -> Markup {
    match status {
        Status::Done => badge(Tone::Success, "Fait"),
        Status::Current => badge(Tone::Info, "En cours"),
        Status::Todo => badge(Tone::Neutral, "À venir"),
    }
}
