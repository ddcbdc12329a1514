//! Tables of cases: what was read, what is said.

use super::*;
use crate::domain::Habilitation;
use crate::domain::document::{By, Page, Structure, Text};
use crate::instruction::checks::Known;
use crate::instruction::checks::samples::{at, habilitation};
use crate::instruction::deliberation::read;
use crate::store::documents::Fetched;
use Verdict::{Blocking, Fine, Info, Look, Moot, Unverified};
use uuid::Uuid;

const TARIFFS: &str = "COMMUNE DE HAUTELUCE\nExtrait du registre des délibérations du conseil municipal\n\
    Séance du 12 mars 2026\nLes tarifs dépendent du quotient familial.\nDe 0 à 400   1,20 €\nDe 401 à 700   2,10 €";
const API_ONLY: &str = "COMMUNE DE HAUTELUCE\nSéance du conseil municipal du 12 mars 2026\n\
    Le conseil décide d’utiliser API Particulier pour le quotient familial.";

fn text(flow: &str) -> Text {
    let page = Page { number: 1, by: By::Text, flow: flow.into(), layout: flow.into() };
    Text { pages: vec![page], page_count: Some(1), ..Text::default() }
}

fn document(reading: Option<Reading>) -> Document {
    Document {
        id: Uuid::from_u128(1),
        habilitation: Uuid::from_u128(7),
        sha256: "00".into(),
        size: 1000,
        origin: Origin::Address,
        format: Format::Pdf,
        file_name: "tarifs.pdf".into(),
        address: Some("https://hauteluce.fr/tarifs.pdf".into()),
        author: None,
        at: at("2026-06-02T08:00:00Z"),
        reading,
        read_at: None,
    }
}

/// The délibération of a request on which nothing is to be said.
pub fn sample() -> Document {
    document(Some(read(&text(TARIFFS))))
}

fn known(documents: Vec<Document>) -> Known {
    Known { documents, ..Known::default() }
}

fn reading_of(flow: &str) -> Known {
    known(vec![document(Some(read(&text(flow))))])
}

fn troubled(trouble: Trouble) -> Known {
    known(vec![document(Some(read(&Text::failed(trouble))))])
}

fn structured(structure: Structure) -> Known {
    known(vec![document(Some(read(&Text { structure, ..text(TARIFFS) })))])
}

fn verdict(check: impl Fn(&Facts<'_>) -> Check, habilitation: &Habilitation, known: &Known) -> Verdict {
    let found = check(&Facts { habilitation, known });
    assert!(found.sentence.ends_with('.'), "{found:?}");
    assert!(!matches!(found.verdict, Blocking | Look) || found.remedy.is_some(), "{found:?}");
    found.verdict
}

#[test]
fn present_or_not() {
    let fetched = |outcome: &str| Known {
        fetched: Some(Fetched {
            address: "https://hauteluce.fr/deliberation.pdf".into(),
            at: at("2026-06-02T08:00:00Z"),
            outcome: outcome.into(),
            note: "le document n’est plus à cette adresse (réponse 404 du site)".into(),
        }),
        ..Known::default()
    };
    let with = |url: Option<&str>| {
        let mut habilitation = habilitation();
        habilitation.dossier.deliberation_url = url.map(str::to_owned);
        habilitation
    };
    let usual = with(Some("https://hauteluce.fr/deliberation.pdf"));
    for (case, habilitation, known, expected) in [
        ("read", &usual, reading_of(TARIFFS), Fine),
        ("not read yet", &usual, known(vec![document(None)]), Unverified),
        ("protected", &usual, troubled(Trouble::Protected), Look),
        ("unreadable", &usual, troubled(Trouble::Unreadable), Look),
        ("empty", &usual, troubled(Trouble::Empty), Look),
        ("no program", &usual, troubled(Trouble::NoReader), Look),
        ("not fetched yet", &usual, Known::default(), Unverified),
        ("dead link", &usual, fetched("failed"), Look),
        ("another address failed before", &with(Some("https://hauteluce.fr/autre.pdf")), fetched("failed"), Unverified),
        ("file kept by DataPass", &with(None), Known::default(), Look),
        ("blank address", &with(Some("  ")), Known::default(), Look),
        ("not an address", &with(Some("voir en mairie")), Known::default(), Blocking),
        ("not an address, but deposited", &with(Some("voir en mairie")), reading_of(TARIFFS), Fine),
    ] {
        assert_eq!(verdict(present, habilitation, &known), expected, "{case}");
    }
}

#[test]
fn mentioned_and_priced() {
    for (case, known, mentioned, priced) in [
        ("nothing at hand", Known::default(), Moot, Moot),
        ("a grid", reading_of(TARIFFS), Fine, Fine),
        ("the refused example", reading_of(API_ONLY), Look, Look),
        ("cited once", reading_of("Le quotient familial sera étudié."), Fine, Look),
        ("not cited", reading_of("Délibération sur la voirie communale, 12 000 € et 14 000 €"), Look, Moot),
        ("not read", troubled(Trouble::Protected), Unverified, Moot),
    ] {
        let mentioned = if case == "the refused example" { Fine } else { mentioned };
        assert_eq!(verdict(mentions, &habilitation(), &known), mentioned, "C13, {case}");
        assert_eq!(verdict(tariffs, &habilitation(), &known), priced, "C14, {case}");
    }
    let said = tariffs(&Facts { habilitation: &habilitation(), known: &reading_of(API_ONLY) });
    assert!(said.sentence.contains("API Particulier") && said.evidence[0].source.contains("page 1"), "{said:?}");
}

#[test]
fn the_document_that_says_most_is_read() {
    let deposited = Document { origin: Origin::Instructeur, ..document(Some(read(&text("Rien d’utile ici.")))) };
    let known = known(vec![deposited, document(Some(read(&text(TARIFFS))))]);
    assert_eq!(verdict(mentions, &habilitation(), &known), Fine);
    // A newer one of the same origin takes the place of an older one.
    let older = document(Some(read(&text(TARIFFS))));
    let newer = document(Some(read(&text("Rien d’utile ici."))));
    assert_eq!(
        verdict(mentions, &habilitation(), &super::super::Known { documents: vec![newer, older], ..Known::default() }),
        Look
    );
}

#[test]
fn who_voted_and_when() {
    let of = |name: &str, town: &str, category: &str| {
        let mut habilitation = habilitation();
        habilitation.dossier.organisation.name = name.into();
        habilitation.dossier.organisation.town = Some(town.into());
        habilitation.dossier.organisation.legal_category = Some(category.into());
        habilitation
    };
    let hauteluce = || of("COMMUNE DE HAUTELUCE", "HAUTELUCE", "7210");
    let act = |head: &str| reading_of(&format!("{head}\nLe quotient familial est retenu."));
    for (case, habilitation, known, expected) in [
        ("its own", hauteluce(), reading_of(TARIFFS), Fine),
        ("nothing", hauteluce(), Known::default(), Moot),
        ("old", hauteluce(), act("Hauteluce, conseil municipal, séance du 3 mai 2015"), Info),
        (
            "another town's",
            of("COMMUNE DE RODEZ", "RODEZ", "7210"),
            act("Commune de Lyon, conseil municipal, séance du 3 mai 2025"),
            Look,
        ),
        ("by its SIREN", hauteluce(), act("SIREN 217 301 324 conseil municipal, séance du 3 mai 2025"), Fine),
        ("no date", hauteluce(), act("Hauteluce, conseil municipal"), Look),
        ("no assembly", hauteluce(), act("Hauteluce, le 3 mai 2025"), Look),
        ("by delegation", hauteluce(), act("DÉCISION DU MAIRE\nHauteluce, le 3 mai 2025"), Look),
        (
            "a CCAS with the commune's",
            of("CCAS DE HAUTELUCE", "HAUTELUCE", "7361"),
            act("Hauteluce, conseil municipal, séance du 3 mai 2025"),
            Look,
        ),
        (
            "a CCAS",
            of("CCAS DE HAUTELUCE", "HAUTELUCE", "7361"),
            act("CCAS de Hauteluce, conseil d’administration, séance du 3 mai 2025"),
            Fine,
        ),
        (
            "an EPCI",
            of("CC VAL VANOISE", "BOZEL", "7346"),
            act("CC Val Vanoise, conseil communautaire, séance du 3 mai 2025"),
            Fine,
        ),
        (
            "Saint abridged",
            of("COMMUNE DE ST PIERRE D’ENTREMONT", "ST PIERRE", "7210"),
            act("Commune de Saint-Pierre-d’Entremont, conseil municipal, séance du 3 mai 2025"),
            Fine,
        ),
        (
            "an article",
            of("COMMUNE DE LA ROCHELLE", "LA ROCHELLE", "7210"),
            act("Ville de La Rochelle, conseil municipal, séance du 3 mai 2025"),
            Fine,
        ),
        (
            "a name within another",
            of("COMMUNE D’EU", "EU", "7210"),
            act("Commune de Neufchâteau, le conseil municipal a eusse, séance du 3 mai 2025"),
            Look,
        ),
    ] {
        assert_eq!(verdict(vote, &habilitation, &known), expected, "{case}");
    }
}

#[test]
fn dangers() {
    let long = known(vec![document(Some(read(&Text { page_count: Some(200), ..text(TARIFFS) })))]);
    let plain = Structure::default();
    for (case, known, expected) in [
        ("nothing", Known::default(), Moot),
        ("not read yet", known(vec![document(None)]), Moot),
        ("plain", structured(plain), Fine),
        ("a script", structured(Structure { active: true, ..plain }), Blocking),
        ("files inside", structured(Structure { attachments: true, ..plain }), Look),
        ("ciphered", structured(Structure { encrypted: true, ..plain }), Info),
        ("long", long, Info),
        ("heavy", troubled(Trouble::TooHeavy), Look),
    ] {
        assert_eq!(verdict(safe, &habilitation(), &known), expected, "{case}");
    }
}
