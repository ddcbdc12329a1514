//! Domains of e-mail addresses, compared: free mail, domains shared by many bodies, one below another, one that looks too
//! much like another. Knows only text: asks no DNS, judges nobody.

/// Free mail that communes really use, and the commonest of the others.
const FREE: [&str; 29] = [
    "gmail.com",
    "orange.fr",
    "wanadoo.fr",
    "hotmail.fr",
    "hotmail.com",
    "outlook.fr",
    "outlook.com",
    "yahoo.fr",
    "yahoo.com",
    "laposte.net",
    "laposte.fr",
    "free.fr",
    "live.fr",
    "live.com",
    "numericable.fr",
    "sfr.fr",
    "neuf.fr",
    "club-internet.fr",
    "9business.fr",
    "bbox.fr",
    "msn.com",
    "icloud.com",
    "me.com",
    "protonmail.com",
    "proton.me",
    "gmx.fr",
    "gmx.com",
    "aol.com",
    "mailo.com",
];

/// Anybody may have an address there.
pub fn is_free(domain: &str) -> bool {
    FREE.contains(&domain)
}

/// Free mail that this domain is written almost like: `gmial.com`.
pub fn near_free(domain: &str) -> Option<&'static str> {
    if is_free(domain) {
        return None;
    }
    FREE.into_iter().find(|free| free.len() > 7 && edits(domain, free) == 1)
}

/// `domain` is `base`, or below it.
pub fn is_within(domain: &str, base: &str) -> bool {
    domain == base || domain.strip_suffix(base).is_some_and(|rest| rest.ends_with('.'))
}

/// The host of a site, without its `www`.
pub fn of_site(address: &str) -> Option<String> {
    let address = address.trim();
    let after = address.split_once("://").map_or(address, |(_, after)| after);
    let host = after.split(['/', '?', '#', ':']).next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (host.contains('.') && !host.contains([' ', '@'])).then(|| host.to_owned())
}

/// The domain of an address.
pub fn of_address(email: &str) -> Option<String> {
    let (_, domain) = email.trim().rsplit_once('@')?;
    domain.contains('.').then(|| domain.to_lowercase())
}

/// Words in the domains of those who act for several collectivités.
const SHARED: [(&str, &str); 17] = [
    ("gouv.fr", "un service de l’État"),
    ("cdg", "un centre de gestion"),
    ("agglo", "une communauté d’agglomération"),
    ("metropole", "une métropole"),
    ("interco", "une intercommunalité"),
    ("comcom", "une communauté de communes"),
    ("communaute", "une communauté"),
    ("cc-", "une communauté de communes"),
    ("ca-", "une communauté d’agglomération"),
    ("sivom", "un syndicat"),
    ("sivu", "un syndicat"),
    ("syndicat", "un syndicat"),
    ("departement", "un département"),
    ("numerique", "un opérateur numérique"),
    ("territoires", "une agence technique"),
    ("atd", "une agence technique départementale"),
    ("amf", "une association de maires"),
];

/// What a domain shared by several bodies seems to be, by its words: « un centre de gestion ».
pub fn shared_by(domain: &str) -> Option<&'static str> {
    if is_within(domain, "gouv.fr") {
        return Some(SHARED[0].1);
    }
    let words: Vec<&str> = domain.split(['.', '-']).collect();
    let found = SHARED[1..].iter().find(|(word, _)| match word.strip_suffix('-') {
        Some(first) => domain.split('.').any(|label| label.split('-').next() == Some(first) && label.contains('-')),
        None => words.iter().any(|given| begins_or_ends(given, word)),
    });
    found.map(|(_, label)| *label)
}

/// `cdg73` begins with « cdg », `thonon-agglo` ends with « agglo »; short words must stand alone or before a number.
fn begins_or_ends(given: &str, word: &str) -> bool {
    let numbered = given.strip_prefix(word).is_some_and(|rest| {
        rest.bytes().all(|byte| byte.is_ascii_alphanumeric() && (byte.is_ascii_digit() || rest.len() <= 2))
    });
    numbered || (word.len() > 4 && (given.starts_with(word) || given.ends_with(word)))
}

/// Whether two different domains could be taken for one another: a letter off, dashes moved, another extension,
/// characters that look alike.
pub fn look_alike(domain: &str, other: &str) -> bool {
    if domain == other || is_within(domain, other) || is_within(other, domain) {
        return false;
    }
    let (a, b) = (seen(domain), seen(other));
    // Départements: `cdg73` is another than `cdg74`. Short names are a letter from many.
    let numbered = without_digits(domain) == without_digits(other);
    let a_letter_off = !numbered && name_of(&a).len() > 7 && edits(&a, &b) == 1;
    a == b || (name_of(&a) == name_of(&b) && name_of(&a).len() > 3) || a_letter_off
}

fn without_digits(domain: &str) -> String {
    domain.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// A domain without its extension.
fn name_of(domain: &str) -> &str {
    domain.rsplit_once('.').map_or(domain, |(name, _)| name)
}

/// As the eye sees it: no dash, and one letter for those that look alike.
fn seen(domain: &str) -> String {
    let plain = domain.replace("rn", "m").replace("vv", "w").replace('-', "");
    plain
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | 'i' => 'l',
            other => other,
        })
        .collect()
}

/// Letters added, removed, changed or swapped from one text to the other; counts no further than 2.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 || a.len() > 253 {
        return 2;
    }
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (x, y) = (&a[start..a.len() - end], &b[start..b.len() - end]);
    match (x, y) {
        ([], []) => 0,
        ([_], []) | ([], [_]) | ([_], [_]) => 1,
        ([p, q], [r, s]) if p == s && q == r => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes() {
        for (a, b, alike) in [
            ("hauteluce.fr", "hauteluce.fr", false),
            ("mail.hauteluce.fr", "hauteluce.fr", false),
            ("hautelucee.fr", "hauteluce.fr", true),
            ("hautleuce.fr", "hauteluce.fr", true),
            ("hauteluce.com", "hauteluce.fr", true),
            ("haute-luce.fr", "hauteluce.fr", true),
            ("mairie-hauteluce.fr", "mairiehauteluce.fr", true),
            ("hauteIuce.fr".to_lowercase().as_str(), "hauteluce.fr", true),
            ("hautelvce.fr", "hauteluce.fr", true),
            ("ville-arnes.fr", "ville-ames.fr", true),
            ("brides.fr", "rides.fr", false),
            ("mairie-hauteluce.fr", "hauteluce.fr", false),
            ("cdg73.fr", "cdg74.fr", false),
            ("albertville.fr", "hauteluce.fr", false),
        ] {
            assert_eq!(look_alike(a, b), alike, "{a} {b}");
            assert_eq!(look_alike(b, a), alike, "{b} {a}");
        }
    }

    #[test]
    fn free_mail() {
        assert!(is_free("wanadoo.fr") && is_free("gmail.com") && !is_free("hauteluce.fr"));
        for (domain, near) in [
            ("gmial.com", Some("gmail.com")),
            ("gmail.con", Some("gmail.com")),
            ("wanadooo.fr", Some("wanadoo.fr")),
            ("orange.fr", None),
            ("hauteluce.fr", None),
            ("live.re", None),
        ] {
            assert_eq!(near_free(domain), near, "{domain}");
        }
    }

    #[test]
    fn within_sites_and_shared() {
        assert!(is_within("dgs.hauteluce.fr", "hauteluce.fr") && !is_within("xhauteluce.fr", "hauteluce.fr"));
        assert_eq!(of_site("https://www.Hauteluce.fr/mairie").as_deref(), Some("hauteluce.fr"));
        assert_eq!(of_site("hauteluce.fr").as_deref(), Some("hauteluce.fr"));
        assert_eq!(of_site("néant"), None);
        for (domain, shared) in [
            ("cdg73.fr", true),
            ("cdg2a.corsica", true),
            ("thononagglo.fr", true),
            ("cc-arlysere.fr", true),
            ("savoie.gouv.fr", true),
            ("larochelle-numerique.test", true),
            ("agate-territoires.test", true),
            ("atd16.fr", true),
            ("ca-epinal.fr", true),
            ("catalan.fr", false),
            ("cannes.fr", false),
            ("atdance.fr", false),
            ("hauteluce.fr", false),
            ("xgouv.fr", false),
        ] {
            assert_eq!(shared_by(domain).is_some(), shared, "{domain}");
        }
    }
}
