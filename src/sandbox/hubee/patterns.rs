//! The regular expressions of the API, few and simple enough to be matched by hand. Knows no field.

use std::ops::RangeInclusive;

/// The API's regular expressions.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pattern {
    Siret,
    OrganisationId,
    AdministratorEmail,
    Phone,
}

impl Pattern {
    pub(super) fn source(self) -> &'static str {
        match self {
            Self::Siret => "[0-9]{14}",
            Self::OrganisationId => r"^\w{1,20}-[0-9]{14}-[\w-]{1,10}$",
            Self::AdministratorEmail => r"^[a-zA-Z0-9._-]+@[a-zA-Z0-9._-]{2,}\.[a-z]{2,4}$",
            Self::Phone => r"^\+[0-9]{10,20}$|^[0-9]{10,20}$",
        }
    }

    pub(super) fn matches(self, text: &str) -> bool {
        match self {
            Self::Siret => text.as_bytes().windows(14).any(|window| window.iter().all(u8::is_ascii_digit)),
            Self::OrganisationId => is_organisation_id(text),
            Self::AdministratorEmail => is_administrator_email(text),
            Self::Phone => {
                let digits = text.strip_prefix('+').unwrap_or(text);
                all(digits, 10..=20, |c| c.is_ascii_digit())
            }
        }
    }
}

fn all(text: &str, length: RangeInclusive<usize>, allowed: impl Fn(char) -> bool) -> bool {
    length.contains(&text.chars().count()) && text.chars().all(allowed)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_organisation_id(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(kind), Some(siret), Some(branch)) = (parts.next(), parts.next(), parts.next()) else { return false };
    all(kind, 1..=20, is_word)
        && all(siret, 14..=14, |c| c.is_ascii_digit())
        && all(branch, 1..=10, |c| is_word(c) || c == '-')
}

fn is_administrator_email(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let Some((local, domain)) = text.split_once('@') else { return false };
    // The last part has no dot, so the last dot is the one before it.
    let Some((name, last)) = domain.rsplit_once('.') else { return false };
    all(local, 1..=usize::MAX, allowed)
        && all(name, 2..=usize::MAX, allowed)
        && all(last, 2..=4, |c| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrator_emails_are_refused_as_hubee_refuses_them() {
        let accepted = ["a@region.bzh", "z@nc.nc", "a@bb.info", "x.y-z_1@xn--mairie-dya.fr", "A@BB.fr"];
        for email in accepted {
            assert!(Pattern::AdministratorEmail.matches(email), "{email}");
        }
        let refused = [
            "ada@ville.paris",
            "ada@mairie.alsace",
            "ada+qf@mairie.fr",
            "o'neil@mairie.fr",
            "andré@mairie.fr",
            "x@a.fr",
            "Jean@Mairie.FR",
            "ada@mairie",
            "ada@mairie.f",
            "@mairie.fr",
            "a@b@mairie.fr",
            "ada@mairie.fr ",
            "",
        ];
        for email in refused {
            assert!(!Pattern::AdministratorEmail.matches(email), "{email}");
        }
    }

    #[test]
    fn phones_have_ten_to_twenty_digits() {
        for phone in ["0033123456789", "+262692123456", "+68940123456", "0102030405"] {
            assert!(Pattern::Phone.matches(phone), "{phone}");
        }
        for phone in ["+508412345", "01 02 03 04 05", "3949", "++33102030405", "+", "+123456789012345678901"] {
            assert!(!Pattern::Phone.matches(phone), "{phone}");
        }
    }

    #[test]
    fn organisation_ids_are_three_parts() {
        for id in
            ["SI-21999999900017-99999", "SI-21999999900017-2A004", "SI-21999999900017-75-01", "EDT-21999999900017-1"]
        {
            assert!(Pattern::OrganisationId.matches(id), "{id}");
        }
        for id in ["SI-2199999990001-99999", "SI-21999999900017-", "SI-21999999900017", "SI-21999999900017-12345678901"]
        {
            assert!(!Pattern::OrganisationId.matches(id), "{id}");
        }
    }
}
