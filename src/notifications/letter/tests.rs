//! Every mail, with every fact and with none: nothing left unsaid, nothing left unrendered.

use std::collections::BTreeSet;

use scraper::{Html, Selector};

use super::*;

fn full() -> Facts {
    Facts {
        deadline: NaiveDate::from_ymd_opt(2026, 11, 5),
        reason: Some("La délibération date de 2011.\nJoignez la plus récente.".into()),
        comment: Some("Bienvenue à Hauteluce.".into()),
        form_url: Some("https://formulaire.example/collectivites/21730132400018".into()),
        page_url: Some("https://habilis.example/collectivites/21730132400018".into()),
        kit_url: Some("https://habilis.example/collectivites/21730132400018/kit".into()),
        qr_png: Some(vec![0x89, b'P', b'N', b'G']),
        said: Some(said("Quelle délibération ?\nCelle de 2024 ?")),
        ..minimal()
    }
}

fn minimal() -> Facts {
    Facts {
        number: "D61234".into(),
        organisation: "Commune de Hauteluce".into(),
        demandeur_name: "Camille Bouchet".into(),
        demandeur_email: "camille.bouchet@hauteluce.example".into(),
        tracking_url: "https://habilis.example/suivi/jeton".into(),
        datapass_url: "https://datapass.example/demandes/61234".into(),
        request_url: "https://habilis.example/instruction/D61234".into(),
        login: "camille.bouchet@hauteluce.example".into(),
        portail_url: "https://portail.hubee.example/".into(),
        ..Facts::default()
    }
}

fn said(text: &str) -> Said {
    Said { author: "Ada Martin".into(), text: text.into(), may_answer: true }
}

/// Every mail in every shape.
fn letters() -> Vec<(String, Facts, Letter)> {
    let mut letters = Vec::new();
    for kind in Kind::ALL {
        for (facts, shape) in [(full(), "full"), (minimal(), "minimal")] {
            for (reopening, editeur) in [(false, false), (true, false), (false, true), (true, true)] {
                for account in ["new", "existing", "other", "unknown"] {
                    let facts = Facts { reopening, editeur, account, ..facts.clone() };
                    let letter = compose(kind, &facts).unwrap();
                    letters.push((format!("{} {shape} {reopening} {editeur} {account}", kind.name()), facts, letter));
                }
            }
        }
    }
    letters
}

/// Whether a mail is for the team rather than for the demandeur.
fn is_internal(name: &str) -> bool {
    name.starts_with(Kind::MessageDemandeur.name())
}

fn text_of(html: &str) -> String {
    Html::parse_document(html).root_element().text().collect()
}

#[test]
fn every_mail_is_whole() {
    for (name, facts, letter) in letters() {
        for part in [&letter.subject, &letter.text, &letter.html] {
            assert!(!part.contains("{{") && !part.contains("{%") && !part.contains("none"), "{name}: {part}");
        }
        assert!(letter.subject.starts_with("D61234 – "), "{name}");
        assert!(!letter.subject.contains('\n') && letter.subject.chars().count() < 78, "{name}: {}", letter.subject);
        for part in [&letter.text, &letter.html] {
            let told = [&facts.number, &facts.organisation, &facts.demandeur_name, &facts.tracking_url];
            for said in &told[..if is_internal(&name) { 2 } else { 4 }] {
                assert!(part.contains(said.as_str()), "{name}: {said}\n{part}");
            }
            assert!(part.contains("Vous recevez ce message automatique parce que"), "{name}");
        }
        assert!(!letter.text.contains("\n\n\n"), "{name}:\n{}", letter.text);
        assert!(letter.text.lines().all(|line| !line.starts_with(' ')), "{name}:\n{}", letter.text);
    }
}

#[test]
fn french_is_typeset() {
    for (name, _, letter) in letters() {
        for part in [letter.subject, letter.text, text_of(&letter.html)] {
            for wrong in ["'", " :", " ;", " !", " ?", " »", "« ", "..."] {
                assert!(!part.contains(wrong), "{name}: {wrong:?} in\n{part}");
            }
        }
    }
}

#[test]
fn text_and_html_carry_the_same_links() {
    let anchors = Selector::parse("a[href]").unwrap();
    for (name, _, letter) in letters() {
        let html = Html::parse_document(&letter.html);
        let linked: BTreeSet<_> = html.select(&anchors).filter_map(|a| a.value().attr("href")).collect();
        let written: BTreeSet<_> = letter.text.split_whitespace().filter(|word| word.contains("://")).collect();
        assert_eq!(linked, written, "{name}");
        let main = if is_internal(&name) { "instruction/D61234#messages" } else { "suivi/jeton" };
        assert!(letter.html.contains(&format!("<a href=\"https://habilis.example/{main}\"")), "{name}");
    }
}

#[test]
fn html_is_readable_without_images() {
    let images = Selector::parse("img, script, link, [src]").unwrap();
    let headings = Selector::parse("h1").unwrap();
    for (name, _, letter) in letters() {
        let html = Html::parse_document(&letter.html);
        assert_eq!(html.select(&images).count(), 0, "{name}");
        assert_eq!(html.select(&headings).count(), 1, "{name}");
        assert_eq!(html.root_element().value().attr("lang"), Some("fr"), "{name}");
        assert!(html.errors.is_empty(), "{name}: {:?}", html.errors);
    }
}

#[test]
fn what_people_wrote_is_escaped_in_html_alone() {
    for (kind, said) in [(Kind::Refus, "reason"), (Kind::EnService, "comment")] {
        let dangerous = Some("<script>alert(1)</script> & \"guillemets\"".to_owned());
        let facts = Facts { reason: dangerous.clone(), comment: dangerous, ..minimal() };
        let letter = compose(kind, &facts).unwrap();
        assert!(letter.html.contains("&lt;script&gt;") && !letter.html.contains("<script"), "{said}");
        assert!(letter.text.contains("<script>alert(1)</script> & \"guillemets\""), "{said}");
    }
    let facts = Facts { organisation: "<b>Mairie".into(), demandeur_name: "<i>X".into(), ..minimal() };
    let html = compose(Kind::DemandeRecue, &facts).unwrap().html;
    assert!(!html.contains("<b>Mairie") && !html.contains("<i>X"));
}

#[test]
fn a_name_cannot_break_the_subject() {
    let facts = Facts { number: "D1\r\nBcc: espion@example.org".into(), ..minimal() };
    let subject = compose(Kind::DemandeRecue, &facts).unwrap().subject;
    assert!(!subject.contains(['\r', '\n']), "{subject}");
}

#[test]
fn an_unknown_name_is_not_replaced_by_an_address() {
    let facts = Facts {
        demandeur_name: "mairie@hauteluce.example".into(),
        demandeur_email: "mairie@hauteluce.example".into(),
        ..minimal()
    };
    assert!(compose(Kind::Refus, &facts).unwrap().text.starts_with("Bonjour,\n"));
    assert!(compose(Kind::Refus, &full()).unwrap().text.starts_with("Bonjour Camille Bouchet,\n"));
}

#[test]
fn blank_reasons_are_absent() {
    let blank = compose(Kind::Refus, &Facts { reason: Some(" \n".into()), ..minimal() }).unwrap();
    assert_eq!(blank, compose(Kind::Refus, &minimal()).unwrap());
    assert!(blank.text.contains("Le motif figure dans votre demande, dans DataPass."));
}

#[test]
fn each_mail_says_what_it_must() {
    let says = |kind, facts: &Facts, words: &[&str]| {
        let letter = compose(kind, facts).unwrap();
        for part in [letter.text.replace('\u{a0}', " "), text_of(&letter.html).replace('\u{a0}', " ")] {
            for word in words {
                assert!(part.contains(word), "{kind:?}: {word}\n{part}");
            }
        }
    };
    says(
        Kind::DemandeRecue,
        &full(),
        &["au plus tard le 5 novembre 2026", "trois jours ouvrés", "accusé de réception"],
    );
    says(Kind::ModificationsDemandees, &full(), &["Joignez la plus récente.", "Soumettez-la de nouveau", "Il repart"]);
    says(Kind::Refus, &full(), &["La délibération date de 2011.", "déposer une nouvelle demande", "recours"]);
    says(Kind::Refus, &Facts { reopening: true, ..full() }, &["Votre habilitation actuelle reste valable"]);
    says(Kind::MiseEnServiceEnCours, &full(), &["Vous n’avez rien à faire", "Bienvenue à Hauteluce."]);
    let hubee = ["valable 48 heures", "Mot de passe oublié", "Ajouter un utilisateur", "Formulaire QF"];
    for kind in [Kind::ActivationAFaire, Kind::EnService] {
        let with = |account| Facts { account, ..full() };
        for account in ["new", "unknown"] {
            says(kind, &with(account), &hubee);
        }
        says(kind, &with("new"), &["HubEE crée votre compte", "en général", "camille.bouchet@hauteluce.example"]);
        says(kind, &Facts { reopening: true, ..with("new") }, &["HubEE a pu vous envoyer un message"]);
        says(kind, &with("existing"), &["connectez-vous comme d’habitude", "n’envoie pas de nouveau message"]);
        says(
            kind,
            &with("other"),
            &["a déjà un administrateur dans HubEE", "Demandez à cet administrateur", "support"],
        );
    }
    says(Kind::ActivationAFaire, &full(), &["crayon", "mode d’accès « Portail »", "« Activer »", "notifications"]);
    says(Kind::ActivationAFaire, &Facts { editeur: true, ..full() }, &["mode d’accès « API »"]);
    says(Kind::EnService, &full(), &["QR code est joint", "solution sans FranceConnect", "est acceptée"]);
}

#[test]
fn the_qr_code_is_joined_to_the_confirmation_alone() {
    for kind in Kind::ALL {
        let letter = compose(kind, &full()).unwrap();
        assert_eq!(letter.attachments.len(), usize::from(kind == Kind::EnService));
        assert!(compose(kind, &minimal()).unwrap().attachments.is_empty());
    }
    let letter = compose(Kind::EnService, &minimal()).unwrap();
    assert!(!letter.text.contains("QR code") && !letter.html.contains("QR code"));
}

#[test]
fn a_message_is_quoted_to_the_demandeur() {
    let hostile = "<a href=\"javascript:alert(1)\">ici</a>";
    let letter = compose(Kind::MessageInstructeur, &Facts { said: Some(said(hostile)), ..minimal() }).unwrap();
    assert!(letter.text.contains(hostile), "{}", letter.text);
    assert!(letter.html.contains("&lt;a href=") && !letter.html.contains("href=\"javascript"), "{}", letter.html);
    assert!(letter.text.contains("Ada Martin (instructeur) vous a écrit"), "{}", letter.text);
    assert!(letter.text.contains("Pour répondre, ouvrez la page de suivi"), "{}", letter.text);
    let last = Facts { said: Some(Said { may_answer: false, ..said("Au revoir.") }), ..minimal() };
    assert!(!compose(Kind::MessageInstructeur, &last).unwrap().text.contains("Pour répondre"));
}

#[test]
fn the_team_is_told_nothing_personal() {
    let letter = compose(Kind::MessageDemandeur, &full()).unwrap();
    for part in [&letter.subject, &letter.text, &letter.html] {
        for personal in ["Camille", "Bouchet", "camille.bouchet", "suivi/", "délibération", "Ada"] {
            assert!(!part.contains(personal), "{personal}: {part}");
        }
    }
}
