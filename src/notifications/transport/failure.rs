//! Why a mail did not leave, and whether trying again makes sense. Must not let an address out: these texts are kept
//! and logged.

use lettre::transport::smtp;

/// Longest trace kept of a server's words.
const KEPT: usize = 200;

/// A mail that did not leave. The texts hold no whole address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// The server is away, busy, or refuses us rather than the recipient.
    #[error("{0}")]
    Later(String),
    /// Others are being handed over: nothing was tried.
    #[error("d’autres courriels partent")]
    Busy,
    /// The server, or the address itself, leaves no hope.
    #[error("{0}")]
    Never(String),
}

/// What an error of the server means; `ascii`: the recipient's address is plain ASCII.
pub fn of_server(error: &smtp::Error, ascii: bool) -> Undelivered {
    let why = format!("serveur de messagerie : {}", mask(&error.to_string()));
    let said = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    let hopeless = match error.status() {
        Some(code) => is_about_the_mail(code.into(), &said),
        None => error.is_client() && !ascii,
    };
    if hopeless { Undelivered::Never(why) } else { Undelivered::Later(why) }
}

/// Whether a refusal is about this mail. Others are about us: credentials, protocol, or (`5.7.x`, RFC 3463) what we
/// may send. Operators can mend those, and every mail in the queue would share the refusal.
fn is_about_the_mail(code: u16, said: &str) -> bool {
    matches!(code, 510..=519 | 550..=559) && !said.trim_start().starts_with("5.7.")
}

/// The text without its addresses, and not too long.
fn mask(text: &str) -> String {
    let ends_a_word = |c: char| c.is_whitespace() || "<>()[],;:\"'".contains(c);
    let hidden =
        text.split_inclusive(ends_a_word).map(|word| if word.contains('@') { masked(word) } else { word.into() });
    hidden.collect::<String>().chars().take(KEPT).collect()
}

/// `c***@domaine` for an address; whatever follows the last `@` is kept.
pub fn masked(address: &str) -> String {
    let (name, domain) = address.rsplit_once('@').unwrap_or((address, "?"));
    let first = name.chars().next().map(String::from).unwrap_or_default();
    format!("{first}***@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_masked() {
        assert_eq!(masked("camille@mairie.example"), "c***@mairie.example");
        assert_eq!(masked("camille"), "c***@?");
        assert_eq!(masked(""), "***@?");
        let said = mask("550 5.1.1 <camille.bouchet@mairie.example>: inconnue, voir o'neil@b.example");
        assert!(!said.contains("camille") && said.contains("<c***@mairie.example>: inconnue"), "{said}");
        assert!(!said.contains("neil"), "{said}");
        assert_eq!(mask(&"é".repeat(500)).chars().count(), KEPT);
    }

    #[test]
    fn refusals_of_the_mail_and_refusals_of_us() {
        for (code, said) in [(550, "5.1.1 unknown"), (550, ""), (553, "bad name"), (552, "5.2.2 full"), (554, "no")] {
            assert!(is_about_the_mail(code, said), "{code} {said}");
        }
        for (code, said) in [(535, "bad password"), (530, "TLS first"), (503, "sequence"), (554, "5.7.1 relay denied")]
        {
            assert!(!is_about_the_mail(code, said), "{code} {said}");
        }
    }
}
