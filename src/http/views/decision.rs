//! Deciding: the forms of a request's page, the page that asks to confirm with the mail that will leave, and those that
//! say why a decision was not taken. Nothing typed is ever lost.

use maud::{Markup, html};

use super::components::{self, FieldError, Tone, alert, text_area};
use super::layout::{Audience, page};
use super::request::Links;
use super::{checks, dossier, history, service};
use crate::domain::Habilitation;
use crate::http::paths;
use crate::instruction::checks::{blocking, doubtful, may_mend};
use crate::instruction::{Check, Gesture};
use crate::provisioning::Corrections;
use crate::store::events::Line;
use crate::store::reasons::ReasonRow;
use crate::workflow::Preview;

/// What a page offers to who reads it.
pub enum Desk<'a> {
    /// These gestures, what was typed if it was not taken, and the texts to start from.
    Open { gestures: Vec<Gesture>, typed: Option<Typed<'a>>, templates: &'a [ReasonRow] },
    /// Decisions are taken in DataPass alone.
    InDatapass,
    /// The account may only read.
    ReadOnly,
    /// The reader filed this request.
    Own,
    /// The state calls for no decision.
    Closed,
}

/// A text that was not taken, and why; or that was just filled in, without errors.
pub struct Typed<'a> {
    pub gesture: Gesture,
    pub text: &'a str,
    /// What was set right of what HubEE will be told.
    pub set_right: Option<&'a Corrections>,
    pub errors: Vec<FieldError>,
}

/// Id and name of the field of a gesture.
pub fn field(gesture: Gesture) -> &'static str {
    match gesture {
        Gesture::Accept => "commentaire",
        Gesture::AskChanges => "motif-modifications",
        Gesture::Refuse => "motif-refus",
        Gesture::Revoke => "motif-revocation",
        Gesture::Archive => "archivage",
    }
}

/// Id of the list of texts to start from.
pub fn template_field(gesture: Gesture) -> &'static str {
    match gesture {
        Gesture::Accept => "modele-accepter",
        Gesture::AskChanges => "modele-modifications",
        Gesture::Refuse => "modele-refuser",
        Gesture::Revoke => "modele-revoquer",
        Gesture::Archive => "modele-archiver",
    }
}

/// What is wrong with what was typed, for the top of the page.
pub fn error_summary(desk: &Desk<'_>) -> Markup {
    match desk {
        Desk::Open { typed: Some(typed), .. } => components::error_summary(&typed.errors),
        _ => html! {},
    }
}

/// The section of a request's page.
pub fn section(habilitation: &Habilitation, checks: &[Check], desk: &Desk<'_>, links: &Links) -> Markup {
    let content = match desk {
        Desk::Closed => return html! {},
        Desk::Open { gestures, typed, templates } => html! {
            @for gesture in gestures { (form(habilitation, checks, *gesture, typed.as_ref(), templates)) }
        },
        Desk::InDatapass => html! {
            p { "Les décisions se prennent dans DataPass ; elles arrivent ici aussitôt." }
            p { (dossier::outside(&links.datapass, "Décider dans DataPass")) }
        },
        Desk::ReadOnly => html! { p { "Votre compte permet de lire les demandes, pas d’y répondre." } },
        Desk::Own => html! {
            p { "Vous avez déposé cette demande : un autre instructeur doit y répondre." }
        },
    };
    html! { section .fr-mt-4w { h2 .fr-h4 #decision { "Décision" } (content) } }
}

/// The button that accepts a request on which there is nothing to say; empty on any other.
pub fn one_click(habilitation: &Habilitation, checks: &[Check], desk: &Desk<'_>) -> Markup {
    let Desk::Open { gestures, .. } = desk else { return html! {} };
    if !gestures.contains(&Gesture::Accept) || doubtful(checks).next().is_some() {
        return html! {};
    }
    html! {
        form .fr-mt-2w method="post" action=(paths::request_gesture(&habilitation.number(), Gesture::Accept.name())) {
            input type="hidden" name="version" value=(habilitation.version);
            input type="hidden" name="conforme" value="oui";
            button .fr-btn .fr-btn--lg type="submit" { "Dossier conforme : accepter" }
        }
    }
}

fn form(
    habilitation: &Habilitation,
    checks: &[Check],
    gesture: Gesture,
    typed: Option<&Typed<'_>>,
    templates: &[ReasonRow],
) -> Markup {
    let typed = typed.filter(|typed| typed.gesture == gesture);
    let accepting = gesture == Gesture::Accept;
    // What is to be set right as one accepts blocks nobody who sets it right.
    let (mended, blocked): (Vec<&Check>, Vec<&Check>) =
        blocking(checks).filter(|_| accepting).partition(|check| may_mend(check));
    let action = paths::request_gesture(&habilitation.number(), gesture.name());
    html! {
        details .habilis-decision open[typed.is_some() || gesture == Gesture::Accept] {
            summary { (gesture.label()) }
            @if !blocked.is_empty() {
                p { "Cette demande ne peut pas être acceptée en l’état :" }
                (checks::points(blocked.into_iter()))
                p { "Demandez des modifications, ou refusez la demande." }
            } @else {
                form method="post" action=(action) novalidate {
                    input type="hidden" name="version" value=(habilitation.version);
                    @if gesture == Gesture::Archive {
                        p { "La demande quittera les listes. Le demandeur n’en sera pas informé." }
                    } @else {
                        (start_from(gesture, &action, typed, templates))
                        (text_area(
                            field(gesture),
                            text_label(gesture),
                            Some("Le demandeur le lira dans le courriel qu’il recevra."),
                            typed.map_or("", |typed| typed.text),
                            typed.map_or(&[], |typed| typed.errors.as_slice()),
                        ))
                    }
                    @if accepting { (told(&mended, typed)) }
                    button class=(button(gesture)) type="submit" { (gesture.label()) "…" }
                }
            }
        }
    }
}

/// What HubEE will be told, to be set right; open when it must be.
fn told(mended: &[&Check], typed: Option<&Typed<'_>>) -> Markup {
    let (nothing, errors) = (Corrections::default(), typed.map_or(&[][..], |typed| typed.errors.as_slice()));
    let set = typed.and_then(|typed| typed.set_right).unwrap_or(&nothing);
    html! {
        details .fr-mb-3w open[!mended.is_empty() || !set.is_none()] {
            summary { "Ce qui est transmis à HubEE" }
            @if !mended.is_empty() { (checks::points(mended.iter().copied())) }
            (service::sent(set, false, errors))
        }
    }
}

/// The texts to start from; empty when the gesture has none.
fn start_from(gesture: Gesture, action: &str, typed: Option<&Typed<'_>>, templates: &[ReasonRow]) -> Markup {
    let ours = || templates.iter().filter(|template| template.gesture == gesture.name());
    if ours().next().is_none() {
        return html! {};
    }
    let id = template_field(gesture);
    let error = typed.and_then(|typed| typed.errors.iter().find(|error| error.field == id));
    let messages = format!("{id}-messages");
    html! {
        div .habilis-start {
            div .fr-select-group .fr-select-group--error[error.is_some()] {
                label .fr-label for=(id) { "Partir d’un modèle (facultatif)" }
                select .fr-select #(id) name="modele" aria-describedby=(messages) {
                    option value="" { "Choisir un modèle" }
                    @for template in ours() { option value=(template.id) { (template.title) } }
                }
                div .fr-messages-group #(messages) aria-live="polite" {
                    @if let Some(error) = error { p .fr-message .fr-message--error { (error.sentence) } }
                }
            }
            button .fr-btn .fr-btn--tertiary type="submit" name="inserer" value="oui"
                formaction={ (action) "#" (field(gesture)) } {
                "Insérer" span .fr-sr-only { " le modèle choisi dans le texte" }
            }
        }
    }
}

fn text_label(gesture: Gesture) -> &'static str {
    match gesture {
        Gesture::Accept | Gesture::Archive => "Commentaire (facultatif)",
        Gesture::AskChanges => "Modifications à faire (obligatoire, 10 caractères au moins)",
        Gesture::Refuse => "Motif du refus (obligatoire, 10 caractères au moins)",
        Gesture::Revoke => "Motif de la révocation (obligatoire, 10 caractères au moins)",
    }
}

fn button(gesture: Gesture) -> &'static str {
    if gesture == Gesture::Accept { "fr-btn" } else { "fr-btn fr-btn--secondary" }
}

/// A decision that waits to be confirmed.
pub struct Asked<'a> {
    pub habilitation: &'a Habilitation,
    pub gesture: Gesture,
    pub text: &'a str,
    /// In one click: every check is fine.
    pub conforming: bool,
    /// What HubEE will be told in place of what the request says.
    pub set_right: &'a Corrections,
    /// The mail that will leave, if one does.
    pub mail: Option<&'a Preview>,
    /// Whether DataPass will have to be told.
    pub to_report: bool,
}

/// The page that asks to confirm: what will be done, and the mail as it will be read.
pub fn confirm(viewer: &str, asked: &Asked<'_>) -> Markup {
    let Asked { habilitation, gesture, text, conforming, set_right, mail, to_report } = *asked;
    let sent = [
        ("name", "Nom de l’organisation", &set_right.name),
        ("code_cog", "Code INSEE de la commune", &set_right.code_cog),
        ("postal_code", "Code postal", &set_right.postal_code),
        ("notified", "Adresse des notifications", &set_right.notified),
    ];
    let sent = sent.map(|(name, label, value)| value.as_ref().map(|value| (name, label, value)));
    let sent: Vec<_> = sent.into_iter().flatten().collect();
    let number = habilitation.number();
    let title = format!("{} : demande {number}", gesture.label());
    let body = html! {
        h1 { (title) }
        p .fr-text--lead { (habilitation.dossier.organisation.name) }
        p { (consequence(gesture, habilitation.is_reopening())) }
        @if conforming { p { "Acceptation en un clic : rien n’est à regarder dans les contrôles." } }
        @if !sent.is_empty() {
            p { "Ce qui sera transmis à HubEE à la place de ce que dit la demande :" }
            ul { @for (_, label, value) in &sent { li .habilis-break { (label) " : " (value) } } }
        }
        @match mail {
            Some(mail) => (letter(gesture, mail)),
            None => p { "Aucun courriel ne partira." },
        }
        @if to_report { p { "DataPass ne sera pas informé : la décision sera aussi à reporter là-bas." } }
        form method="post" action=(paths::request_gesture(&number, gesture.name())) {
            input type="hidden" name="version" value=(habilitation.version);
            @if gesture != Gesture::Archive { input type="hidden" name=(field(gesture)) value=(text); }
            @if conforming { input type="hidden" name="conforme" value="oui"; }
            @for (name, _, value) in &sent { input type="hidden" name=(name) value=(value); }
            input type="hidden" name="confirme" value="oui";
            button .fr-btn type="submit" { "Confirmer" }
        }
        p .fr-mt-2w { a .fr-link href=(paths::request(&number)) { "Revenir à la demande sans rien décider" } }
    };
    page(Audience::BackOffice(viewer), &title, &body)
}

/// The mail, word for word.
fn letter(gesture: Gesture, mail: &Preview) -> Markup {
    let letter = &mail.letter;
    html! {
        section .fr-mb-3w aria-labelledby="apercu" {
            h2 .fr-h4 #apercu { "Le courriel qui partira" }
            @if gesture == Gesture::Accept {
                p { "Il partira quand la mise en service le permettra. Si elle prend du retard, le demandeur en sera \
                     d’abord averti." }
            }
            dl .habilis-letter-head {
                dt { "À" }
                dd .habilis-break {
                    @if mail.to_name != mail.to { (mail.to_name) ", " }
                    span #apercu-destinataire { (mail.to) }
                }
                dt { "Objet" }
                dd #apercu-objet { (letter.subject) }
                @for file in &letter.attachments { dt { "Pièce jointe" } dd { (file.name) } }
            }
            pre .habilis-letter #apercu-texte tabindex="0" aria-label="Texte du courriel" { (letter.text) }
        }
    }
}

fn consequence(gesture: Gesture, reopening: bool) -> &'static str {
    match (gesture, reopening) {
        (Gesture::Accept, false) => {
            "La mise en service commencera aussitôt : organisation, abonnement et compte dans HubEE, puis ouverture du \
             formulaire aux familles."
        }
        (Gesture::Accept, true) => "Les nouvelles réponses remplaceront celles de l’habilitation en vigueur.",
        (Gesture::AskChanges, false) => {
            "La demande attendra le demandeur ; l’échéance est suspendue jusqu’à sa réponse."
        }
        (Gesture::AskChanges, true) => {
            "La demande attendra le demandeur ; l’habilitation en vigueur le reste pendant ce temps."
        }
        (Gesture::Refuse, false) => "La demande sera close. Le demandeur pourra en faire une autre.",
        (Gesture::Refuse, true) => "Les changements seront abandonnés ; l’habilitation en vigueur le reste.",
        (Gesture::Revoke, _) => {
            "L’habilitation prendra fin et le formulaire sera aussitôt fermé aux familles. Une révocation ne se défait \
             pas : il faudra une nouvelle demande."
        }
        (Gesture::Archive, _) => "La demande quittera les listes ; son historique est conservé.",
    }
}

fn way_back(number: &str) -> Markup {
    html! { p { a .fr-link href=(paths::request(number)) { "Revenir à la demande " (number) } } }
}

/// 409: the request is not the one that was read.
pub fn stale(viewer: &str, number: &str, latest: Option<&Line>, text: &str) -> Markup {
    let title = "La demande a changé depuis que vous l’avez ouverte";
    let body = html! {
        h1 { (title) }
        p .fr-text--lead { "Votre décision n’a pas été prise. Relisez la demande avant de décider." }
        @if let Some(latest) = latest { h2 .fr-h4 { "Ce qui s’est passé en dernier" } (history::line(latest)) }
        (kept(text))
        p { a .fr-btn href=(paths::request(number)) { "Relire la demande " (number) } }
    };
    page(Audience::BackOffice(viewer), title, &body)
}

/// What was typed, so that it can be copied.
fn kept(text: &str) -> Markup {
    html! {
        @if !text.trim().is_empty() {
            div .fr-input-group {
                label .fr-label for="texte-garde" { "Votre texte, à copier si vous en avez encore besoin" }
                textarea .fr-input #texte-garde rows="6" readonly { (text) }
            }
        }
    }
}

/// 422: checks forbid to accept.
pub fn blocked(viewer: &str, number: &str, checks: &[Check], text: &str) -> Markup {
    let title = "Cette demande ne peut pas être acceptée en l’état";
    let body = html! {
        h1 { (title) }
        (alert(Tone::Error, "Points à résoudre", &checks::points(blocking(checks))))
        div .fr-mt-3w { (kept(text)) (way_back(number)) }
    };
    page(Audience::BackOffice(viewer), title, &body)
}

/// 422: the request was to be accepted in one click, and something asks to be read first.
pub fn not_conforming(viewer: &str, number: &str, checks: &[Check]) -> Markup {
    let title = "Ce dossier demande une lecture avant d’être accepté";
    let body = html! {
        h1 { (title) }
        (alert(Tone::Warning, "Points à regarder", &checks::points(doubtful(checks))))
        p .fr-mt-3w { "Lisez-les, puis acceptez depuis la demande si rien ne s’y oppose." }
        (way_back(number))
    };
    page(Audience::BackOffice(viewer), title, &body)
}

/// 403, 409: nothing was decided, for that reason.
pub fn refused(viewer: &str, number: &str, sentence: &str, text: &str, datapass: Option<&str>) -> Markup {
    let title = "Décision impossible";
    let body = html! {
        h1 { (title) }
        p .fr-text--lead { (sentence) }
        @if let Some(address) = datapass { p { (dossier::outside(address, "Décider dans DataPass")) } }
        (kept(text))
        (way_back(number))
    };
    page(Audience::BackOffice(viewer), title, &body)
}
