//! The request's page and those of its decisions, by landmark, heading and label.

use maud::{Markup, html};
use scraper::{ElementRef, Html, Selector};

use super::*;
use crate::domain::{Actor, DatapassState, Event, InForce, Unreported};
use crate::http::views::components::FieldError;
use crate::http::views::decision::{Asked, Typed};
use crate::instruction::checks::{Rules, run, samples, samples::alone};
use crate::notifications::{Kind, Letter};
use crate::provisioning::Corrections;
use crate::workflow::Preview;

fn links() -> Links {
    Links {
        datapass: "https://datapass.test/instruction/demandes/61234".into(),
        datapass_public: Some("https://datapass.test/public/demandes/9".into()),
        annuaire: Some("https://annuaire-entreprises.data.gouv.fr/etablissement/21730132400018".into()),
    }
}

fn open() -> Desk<'static> {
    Desk::Open { gestures: Gesture::ALL[..3].to_vec(), typed: None, templates: &[] }
}

fn line(event: Event, by: Actor) -> Line {
    Line { seq: 1, at: samples::at("2026-06-02T08:00:00Z"), by, event }
}

fn shown(habilitation: &Habilitation, desk: &Desk<'_>, history: &[Line]) -> Markup {
    let checks = run(&alone(habilitation), &Rules::default());
    let request = Request {
        viewer: "Inès Perrin",
        habilitation,
        checks: &checks,
        urgency: habilitation.state.due().map(|_| Urgency::Tomorrow),
        history,
        mails: &[],
        talk: &Talk::default(),
        papers: &Talk::default(),
        links: &links(),
        desk,
        done: None,
        checks_done: None,
        has_sources: true,
        neighbours: html! {},
        charge: html! {},
    };
    let service = html! { section #mise-en-service { h2 { "Mise en service" } } };
    page(&request, &Sections { service, ..Sections::default() })
}

fn document(markup: Markup) -> Html {
    Html::parse_document(&markup.into_string())
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    let words = |e: ElementRef<'_>| e.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    all(page, selector).into_iter().map(words).collect()
}

#[test]
fn a_request_reads_from_the_answer_owed_to_the_history() {
    let history = [line(Event::Submitted { again: false, reopening: false, changes: None }, Actor::DataPass)];
    let page = document(shown(&samples::habilitation(), &open(), &history));
    assert_eq!(texts(&page, "h1"), ["Demande D61234 – COMMUNE DE HAUTELUCE"]);
    let headings = [
        "2 points essentiels n’ont pas été vérifiés automatiquement",
        "Collectivité",
        "Demandeur",
        "Contact métier",
        "Délégué à la protection des données",
        "Cadre juridique et données",
        "Décision",
        "Dans DataPass",
        "Mise en service",
        "Historique",
        "Courriels",
    ];
    assert_eq!(texts(&page, "main h2"), headings);
    assert_eq!(texts(&page, ".fr-badges-group .fr-badge"), ["À instruire", "échéance demain"]);
    let main = texts(&page, "main").join(" ");
    for words in
        ["5 juin 2026", "217 301 324 00018", "Commune et commune nouvelle (7210)", "12 mois", "Agents du service"]
    {
        assert!(main.contains(words), "{words}");
    }
    for link in all(&page, "main a[target=_blank]") {
        assert_eq!(link.value().attr("rel"), Some("noopener noreferrer"));
        assert!(link.text().collect::<String>().contains("nouvelle fenêtre"));
    }
}

#[test]
fn forms_have_labels_and_the_version_that_was_read() {
    let page = document(shown(&samples::habilitation(), &open(), &[]));
    let actions: Vec<_> = all(&page, "main form").iter().filter_map(|form| form.value().attr("action")).collect();
    let expected = ["controles", "sources", "accepter", "modifications", "refuser"]
        .map(|gesture| format!("/instruction/D61234/{gesture}"));
    assert_eq!(actions, expected);
    assert_eq!(all(&page, "main form input[name=version][value='3']").len(), 3);
    for area in all(&page, "textarea") {
        let id = area.value().attr("id").unwrap();
        assert_eq!(texts(&page, &format!("label[for={id}]")).len(), 1, "{id}");
    }
    let mut ids: Vec<_> = all(&page, "[id]").iter().filter_map(|e| e.value().attr("id")).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn a_blocking_check_takes_the_place_of_accepting() {
    let mut habilitation = samples::habilitation();
    habilitation.dossier.demandeur.email = "c.martineau@hauteluce.alsace".into();
    let page = document(shown(&habilitation, &open(), &[]));
    assert_eq!(texts(&page, ".fr-alert--error h2"), ["1 point bloque l’acceptation"]);
    assert_eq!(all(&page, "form[action$='/accepter']").len(), 0);
    assert!(texts(&page, ".habilis-decision")[0].contains("plus de quatre lettres"));
    assert_eq!(all(&page, "form[action$='/refuser']").len(), 1);
}

#[test]
fn who_can_not_decide_is_told_why() {
    for (desk, words) in [
        (Desk::InDatapass, "se prennent dans DataPass"),
        (Desk::ReadOnly, "permet de lire"),
        (Desk::Own, "un autre instructeur"),
    ] {
        let page = document(shown(&samples::habilitation(), &desk, &[]));
        assert_eq!(all(&page, "main form").len(), 0);
        assert!(texts(&page, "main").join(" ").contains(words), "{words}");
    }
    assert!(!texts(&document(shown(&samples::habilitation(), &Desk::Closed, &[])), "h2").contains(&"Décision".into()));
}

#[test]
fn a_refused_text_comes_back_with_its_error() {
    let errors = vec![FieldError { field: "motif-refus", sentence: "Le motif est trop court".into() }];
    let typed = Some(Typed { gesture: Gesture::Refuse, text: "non", set_right: None, errors });
    let desk = Desk::Open { gestures: Gesture::ALL[..3].to_vec(), typed, templates: &[] };
    let page = document(shown(&samples::habilitation(), &desk, &[]));
    assert_eq!(texts(&page, ".fr-alert a[href='#motif-refus']"), ["Le motif est trop court"]);
    assert_eq!(texts(&page, "details[open] #motif-refus"), ["non"]);
    assert_eq!(texts(&page, "#motif-modifications"), [""]);
}

#[test]
fn the_deliberation_opens_only_when_it_is_safe() {
    let shown = |text: Option<&str>| {
        let mut habilitation = samples::habilitation();
        habilitation.dossier.deliberation_url = text.map(str::to_owned);
        shown(&habilitation, &open(), &[]).into_string()
    };
    assert!(shown(Some("www.hauteluce.fr/d.pdf")).contains("href=\"https://www.hauteluce.fr/d.pdf\""));
    assert!(!shown(Some("javascript:alert(1)")).contains("href=\"javascript"));
    let absent = shown(None);
    assert!(
        absent.contains("à lire sur DataPass") && absent.contains("href=\"https://datapass.test/public/demandes/9\"")
    );
}

#[test]
fn decisions_to_report_contradictions_and_reopenings_are_said() {
    let ines = Actor::Instructeur { id: uuid::Uuid::nil(), name: "Inès Perrin".into() };
    let mut habilitation = samples::habilitation();
    let at = samples::at("2026-06-03T08:00:00Z");
    habilitation.state = State::Accepted { at, by: ines.clone() };
    let expected = DatapassState::Validated;
    habilitation.unreported = Some(Unreported { expected, at, by: ines.clone(), contradicted: None });
    let page = document(shown(&habilitation, &Desk::Closed, &[]));
    assert_eq!(texts(&page, ".fr-alert h2"), ["Décision à reporter dans DataPass"]);
    assert!(texts(&page, ".fr-alert")[0].contains("validez la demande aussi dans DataPass"));
    habilitation.datapass.state = DatapassState::Refused;
    habilitation.unreported =
        Some(Unreported { expected, at, by: ines.clone(), contradicted: Some("refusée".into()) });
    let page = document(shown(&habilitation, &Desk::Closed, &[]));
    assert_eq!(texts(&page, ".fr-alert h2"), ["DataPass et Habilis ne disent pas la même chose"]);
    let said = &texts(&page, ".fr-alert")[0];
    assert!(said.contains("Habilis : acceptée ; DataPass : refusée.") && said.contains("Suivre DataPass :"), "{said}");
    assert_eq!(all(&page, ".fr-alert li").len(), 2);

    let mut reopened = samples::habilitation();
    let mut in_force = samples::dossier();
    in_force.conservation_mois = Some(6);
    reopened.in_force = Some(InForce { since: at, by: ines, dossier: in_force });
    let page = document(shown(&reopened, &open(), &[]));
    assert_eq!(texts(&page, "tbody tr > *"), ["Conservation (mois)", "6", "12"]);
}

#[test]
fn pages_of_a_decision_keep_what_was_typed() {
    let habilitation = samples::habilitation();
    let text = "Le <motif> complet";
    let latest = line(Event::Submitted { again: true, reopening: false, changes: None }, Actor::DataPass);
    let checks = run(&alone(&habilitation), &Rules::default());

    let letter = Letter {
        subject: "Refus".into(),
        text: "Bonjour,\nLe <motif> complet\n".into(),
        html: String::new(),
        attachments: vec![],
    };
    let (to_name, to) = ("Claire Martineau".into(), "claire.martineau@hauteluce.fr".into());
    let mail = Preview { kind: Kind::Refus, to_name, to, letter };
    let gesture = Gesture::Refuse;
    let asked = Asked {
        habilitation: &habilitation,
        gesture,
        text,
        conforming: false,
        set_right: &Corrections::default(),
        mail: Some(&mail),
        to_report: true,
    };
    let page = document(decision::confirm("Inès", &asked));
    assert_eq!(texts(&page, "#apercu-destinataire"), ["claire.martineau@hauteluce.fr"]);
    assert_eq!(all(&page, "#apercu-texte")[0].text().collect::<String>(), mail.letter.text);
    assert_eq!(all(&page, "input[name='motif-refus'][value='Le <motif> complet']").len(), 1);
    assert_eq!(all(&page, "input[name=confirme][value=oui]").len(), 1);

    for page in [
        decision::stale("Inès", "D61234", Some(&latest), text),
        decision::blocked("Inès", "D61234", &checks, text),
        decision::refused("Inès", "D61234", "Non.", text, None),
    ] {
        let page = document(page);
        assert_eq!(texts(&page, "textarea[readonly]"), [text]);
        assert_eq!(all(&page, "main a[href='/instruction/D61234']").len(), 1);
        assert_eq!(all(&page, "h1").len(), 1);
    }
}
