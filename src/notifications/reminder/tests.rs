//! Every reminder, whole and without a hole.

use super::*;

fn line(number: &str, deadline: &str, holder: &'static str) -> LineFacts {
    LineFacts {
        number: number.into(),
        organisation: "COMMUNE DE <b>HAUTELUCE</b>".into(),
        deadline: deadline.into(),
        holder,
        url: format!("https://habilis.example/instruction/{number}"),
    }
}

fn reminder(content: Content) -> Reminder {
    Reminder {
        content,
        preferences_url: "https://habilis.example/instruction/preferences".into(),
        unsubscribe_url: "https://habilis.example/desabonnement/jeton".into(),
    }
}

fn alert() -> AlertFacts {
    AlertFacts {
        number: "D61234".into(),
        organisation: "COMMUNE DE HAUTELUCE".into(),
        deadline: "aujourd’hui".into(),
        day: "8 avril 2026".into(),
        request_url: "https://habilis.example/instruction/D61234".into(),
        queue_url: "https://habilis.example/instruction?etat=a-instruire".into(),
    }
}

fn digest() -> Content {
    let late = SectionFacts {
        title: "En retard",
        short: "12 en retard".into(),
        lines: vec![line("D1", "en retard de 2 j", ", à vous"), line("D2", "en retard de 1 j", "")],
        total: 12,
        more: Some("10 autres".into()),
        url: "https://habilis.example/instruction?etat=en-retard".into(),
    };
    let new = SectionFacts {
        title: "Nouvelles demandes",
        short: "1 nouvelle".into(),
        lines: vec![line("D3", "échéance dans 3 j ouvrés", ", à prendre")],
        total: 1,
        more: None,
        url: "https://habilis.example/instruction?etat=a-instruire".into(),
    };
    Content::Digest(DigestFacts {
        day: "2 avril 2026".into(),
        sections: vec![late, new],
        queue_url: "https://habilis.example/instruction?etat=a-instruire".into(),
    })
}

#[test]
fn every_reminder_is_whole() {
    for content in [digest(), Content::LastDay(alert()), Content::Late(alert())] {
        let name = content.name();
        let letter = compose(&reminder(content)).unwrap();
        for part in [&letter.subject, &letter.text, &letter.html] {
            assert!(!part.contains("{{") && !part.contains("{%") && !part.contains("none"), "{name}: {part}");
        }
        assert!(!letter.subject.contains('\n') && letter.subject.chars().count() < 90, "{name}: {}", letter.subject);
        for part in [&letter.text, &letter.html] {
            assert!(part.contains("/desabonnement/jeton") && part.contains("/instruction/preferences"), "{name}");
        }
        assert!(letter.html.contains("<html lang=\"fr\">") && letter.html.matches("<h1").count() == 1, "{name}");
        assert!(!letter.html.contains("<b>") && !letter.text.contains("\n\n\n"), "{name}: {}", letter.text);
    }
}

#[test]
fn the_digest_as_read() {
    let letter = compose(&reminder(digest())).unwrap();
    assert_eq!(letter.subject.replace('\u{a0}', " "), "Demandes du 2 avril 2026 : 12 en retard, 1 nouvelle");
    let text = letter.text.replace('\u{a0}', " ");
    let body = text.split("\n-- \n").next().unwrap().trim_end();
    let expected = "Bonjour,

Voici les demandes à suivre ce 2 avril 2026.

En retard (12)

- D1, COMMUNE DE <b>HAUTELUCE</b> : en retard de 2 j, à vous
  https://habilis.example/instruction/D1

- D2, COMMUNE DE <b>HAUTELUCE</b> : en retard de 1 j
  https://habilis.example/instruction/D2

- et 10 autres : https://habilis.example/instruction?etat=en-retard

Nouvelles demandes (1)

- D3, COMMUNE DE <b>HAUTELUCE</b> : échéance dans 3 j ouvrés, à prendre
  https://habilis.example/instruction/D3

Ouvrir la liste des demandes :
https://habilis.example/instruction?etat=a-instruire";
    assert_eq!(body, expected);
}

#[test]
fn an_alert_says_what_when_and_what_to_do() {
    let last_day = compose(&reminder(Content::LastDay(alert()))).unwrap();
    assert_eq!(last_day.subject, "D61234 – Échéance aujourd’hui, personne n’est chargé de la demande");
    assert!(last_day.text.contains("La réponse est due aujourd’hui (8 avril 2026) au plus tard."));
    let late = compose(&reminder(Content::Late(alert()))).unwrap();
    assert_eq!(late.subject, "D61234 – Échéance dépassée, personne n’est chargé de la demande");
    assert!(late.text.contains("la réponse était due le 8 avril 2026."));
    assert!(late.text.contains("https://habilis.example/instruction/D61234"));
}
