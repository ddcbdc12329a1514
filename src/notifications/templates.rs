//! The embedded templates and how they are rendered: strictly, so that a name that does not exist, or a fact that is
//! missing where it is printed, is an error and never a hole in a mail.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value, escape_formatter};

macro_rules! embedded {
    ($($path:literal),* $(,)?) => {
        [$(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/", $path)))),*]
    };
}

/// Path below `templates/`, and text. A file that is absent stops the build.
const SOURCES: &[(&str, &str)] = &embedded![
    "shared/layout.txt",
    "shared/layout.html",
    "shared/comment.txt",
    "shared/comment.html",
    "shared/reason.txt",
    "shared/reason.html",
    "shared/hubee_login.txt",
    "shared/hubee_login.html",
    "shared/hubee_agents.txt",
    "shared/hubee_agents.html",
    "transfert/subject.txt",
    "transfert/body.txt",
    "transfert/body.html",
    "demande_recue/subject.txt",
    "demande_recue/body.txt",
    "demande_recue/body.html",
    "modifications_demandees/subject.txt",
    "modifications_demandees/body.txt",
    "modifications_demandees/body.html",
    "refus/subject.txt",
    "refus/body.txt",
    "refus/body.html",
    "mise_en_service_en_cours/subject.txt",
    "mise_en_service_en_cours/body.txt",
    "mise_en_service_en_cours/body.html",
    "activation_a_faire/subject.txt",
    "activation_a_faire/body.txt",
    "activation_a_faire/body.html",
    "en_service/subject.txt",
    "en_service/body.txt",
    "en_service/body.html",
    "pause/subject.txt",
    "pause/body.txt",
    "pause/body.html",
    "reprise/subject.txt",
    "reprise/body.txt",
    "reprise/body.html",
    "abonnement_suspendu/subject.txt",
    "abonnement_suspendu/body.txt",
    "abonnement_suspendu/body.html",
    "suspension_a_faire/subject.txt",
    "suspension_a_faire/body.txt",
    "suspension_a_faire/body.html",
    "shared/staff.txt",
    "shared/staff.html",
    "recapitulatif/subject.txt",
    "recapitulatif/body.txt",
    "recapitulatif/body.html",
    "alerte_echeance/subject.txt",
    "alerte_echeance/body.txt",
    "alerte_echeance/body.html",
    "alerte_retard/subject.txt",
    "alerte_retard/body.txt",
    "alerte_retard/body.html",
    "message_instructeur/subject.txt",
    "message_instructeur/body.txt",
    "message_instructeur/body.html",
    "message_demandeur/subject.txt",
    "message_demandeur/body.txt",
    "message_demandeur/body.html",
    "relance_activation/subject.txt",
    "relance_activation/body.txt",
    "relance_activation/body.html",
    "alerte_hubee/subject.txt",
    "alerte_hubee/body.txt",
    "alerte_hubee/body.html",
    "alerte_activation/subject.txt",
    "alerte_activation/body.txt",
    "alerte_activation/body.html",
    "revocation/subject.txt",
    "revocation/body.txt",
    "revocation/body.html",
];

static TEMPLATES: LazyLock<Result<Environment<'static>, String>> =
    LazyLock::new(|| environment().map_err(|error| format!("{error:#}")));

/// A template that does not render: our own mistake, which the tests of this room catch.
#[derive(Debug, thiserror::Error)]
#[error("mail template: {0}")]
pub struct BadTemplate(String);

/// Renders `path` (escaped when it ends in `.html`) with `facts`.
pub(super) fn render(path: &str, facts: &Value) -> Result<String, BadTemplate> {
    let templates = TEMPLATES.as_ref().map_err(|error| BadTemplate(error.clone()))?;
    let written = templates.get_template(path).and_then(|template| template.render(facts));
    let written = written.map_err(|error| BadTemplate(format!("{error:#}")))?;
    // The engine also writes slashes as entities, and links so written look like those of a fraud.
    Ok(typeset(&written.replace("&#x2f;", "/")))
}

fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_formatter(|out, state, value| {
        if value.is_none() {
            return Err(Error::new(ErrorKind::UndefinedError, "an absent fact is printed"));
        }
        escape_formatter(out, state, value)
    });
    for (path, source) in SOURCES {
        environment.add_template(path, source)?;
    }
    Ok(environment)
}

/// French punctuation never starts a line: its space becomes a no-break one.
fn typeset(text: &str) -> String {
    const MARKS: [(&str, &str); 6] = [
        (" :", "\u{a0}:"),
        (" ;", "\u{a0};"),
        (" !", "\u{a0}!"),
        (" ?", "\u{a0}?"),
        (" »", "\u{a0}»"),
        ("« ", "«\u{a0}"),
    ];
    MARKS.into_iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_is_embedded() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut found = 0;
        for folder in std::fs::read_dir(&root).unwrap() {
            for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
                let path = file.unwrap().path();
                let path = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                assert!(SOURCES.iter().any(|(known, _)| *known == path), "{path}");
                found += 1;
            }
        }
        assert_eq!(found, SOURCES.len());
    }

    #[test]
    fn mistakes_are_errors() {
        let environment = environment().unwrap();
        let render = |source| environment.render_str(source, minijinja::context! { absent => None::<String> });
        assert!(render("{{ unknown }}").is_err());
        assert!(render("{% if unknown %}x{% endif %}").is_err());
        assert!(render("{{ absent }}").is_err());
        assert_eq!(render("{% if absent %}x{% endif %}").unwrap(), "");
    }
}
