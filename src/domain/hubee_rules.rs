//! What HubEE takes as names, addresses and phone numbers: its own lengths and patterns, stricter than the usual ones, and the precise
//! reason of a refusal. Checks and the mise en service both rely on them. Knows nothing of who the person is.

use std::fmt;

/// The longest name of a person, or function.
pub const PERSON_LENGTH: usize = 255;
/// The longest name of an organisation.
pub const NAME_LENGTH: usize = 100;
/// The longest code of a commune.
pub const COG_LENGTH: usize = 10;
/// The longest postal code.
pub const POSTAL_LENGTH: usize = 15;
/// The longest address HubEE keeps.
const EMAIL_LENGTH: usize = 320;
/// Digits of an international number, at most (E.164); HubEE itself would take twenty.
const PHONE_MOST: usize = 15;
/// Digits of a number dialled within France.
const NATIONAL: usize = 10;

/// The rules that HubEE may change without saying so: they were seen in its gateway, and are not in a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Letters of an address's extension, at most.
    pub extension_most: usize,
    /// Digits of a phone number, at least.
    pub phone_least: usize,
    /// Addresses of a function or a service (`mairie@`) may not be an administrator's; otherwise they are only shown.
    pub functional_blocks: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self { extension_most: 4, phone_least: 10, functional_blocks: false }
    }
}

/// A name that HubEE takes in the place of one that is too long: its first words.
pub fn shorter(name: &str) -> Option<String> {
    if name.chars().count() <= NAME_LENGTH {
        return None;
    }
    let cut: String = name.chars().take(NAME_LENGTH).collect();
    Some(cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole).to_owned())
}

/// What comes before the `@` of an address that several people read.
const FUNCTIONAL: &str = "accueil administration cantine ccas compta comptabilite contact courrier dgs direction enfance \
                          finances info infos jeunesse maire mairie periscolaire regie rh scolaire secretariat service \
                          urbanisme";

/// Whether an address is a function's or a service's rather than somebody's: HubEE's account is personal.
pub fn is_functional(address: &str) -> bool {
    let local = address.trim().split('@').next().unwrap_or_default().to_ascii_lowercase();
    local.split(['.', '-', '_']).next().is_some_and(|first| FUNCTIONAL.split(' ').any(|name| name == first))
}

/// Why HubEE refuses an address. Displays as the end of a French sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmailFault {
    Missing,
    /// Not exactly one `@` with something before it.
    Shape,
    Character(char),
    /// Fewer than two characters before the extension.
    ShortDomain(String),
    /// More letters than the second figure.
    LongExtension(String, usize),
    /// Absent, of one letter, or not made of letters only.
    Extension(String),
    TooLong,
}

impl fmt::Display for EmailFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("aucune adresse n’est indiquée"),
            Self::Shape => f.write_str("elle n’a pas la forme « nom@domaine.fr »"),
            Self::Character('\'' | '’') => f.write_str("elle contient une apostrophe"),
            Self::Character(c) if c.is_whitespace() => f.write_str("elle contient un espace"),
            Self::Character(c) if c.is_alphabetic() => {
                write!(f, "elle contient une lettre accentuée ou étrangère (« {c} »)")
            }
            Self::Character(c) => write!(f, "elle contient le caractère « {c} »"),
            Self::ShortDomain(domain) => write!(f, "son domaine est trop court (« {domain} »)"),
            Self::LongExtension(tld, 4) => write!(f, "son extension a plus de quatre lettres (« .{tld} »)"),
            Self::LongExtension(tld, most) => write!(f, "son extension a plus de {most} lettres (« .{tld} »)"),
            Self::Extension(tld) if tld.is_empty() => f.write_str("son domaine n’a pas d’extension"),
            Self::Extension(tld) => write!(f, "son extension n’est pas faite de lettres, deux au moins (« .{tld} »)"),
            Self::TooLong => write!(f, "elle a plus de {EMAIL_LENGTH} caractères"),
        }
    }
}

/// The address as HubEE takes it (trimmed, lower case): `^[a-zA-Z0-9._-]+@[a-zA-Z0-9._-]{2,}\.[a-z]{2,4}$`.
///
/// # Errors
/// The first reason to refuse it.
pub fn hubee_email(address: &str) -> Result<String, EmailFault> {
    Rules::default().email(address)
}

fn email(address: &str, extension_most: usize) -> Result<String, EmailFault> {
    let address = address.trim().to_ascii_lowercase();
    if address.is_empty() {
        return Err(EmailFault::Missing);
    }
    if address.len() > EMAIL_LENGTH {
        return Err(EmailFault::TooLong);
    }
    if let Some(wrong) = address.chars().find(|c| !c.is_ascii_alphanumeric() && !"._-@".contains(*c)) {
        return Err(EmailFault::Character(wrong));
    }
    match address.split('@').collect::<Vec<_>>()[..] {
        [local, domain] if !local.is_empty() => check_domain(domain, extension_most)?,
        _ => return Err(EmailFault::Shape),
    }
    Ok(address)
}

fn check_domain(domain: &str, extension_most: usize) -> Result<(), EmailFault> {
    let (name, tld) = domain.rsplit_once('.').unwrap_or((domain, ""));
    let letters = tld.chars().all(|c| c.is_ascii_lowercase());
    match tld.len() {
        2.. if letters && tld.len() > extension_most => Err(EmailFault::LongExtension(tld.to_owned(), extension_most)),
        2.. if letters && name.len() < 2 => Err(EmailFault::ShortDomain(domain.to_owned())),
        2.. if letters => Ok(()),
        _ => Err(EmailFault::Extension(tld.to_owned())),
    }
}

impl Rules {
    /// [`hubee_email`] under these rules.
    ///
    /// # Errors
    /// The first reason to refuse it.
    pub fn email(&self, address: &str) -> Result<String, EmailFault> {
        email(address, self.extension_most)
    }

    /// [`hubee_phone`] under these rules.
    ///
    /// # Errors
    /// Why it can't be sent.
    pub fn phone(&self, number: &str) -> Result<String, PhoneFault> {
        phone(number, self.phone_least)
    }
}

/// Why HubEE would refuse a phone number. Displays as the end of a French sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneFault {
    Missing,
    /// Something else than digits and the usual separators.
    Character(char),
    /// Fewer digits than the figure.
    TooShort(usize),
    TooLong,
    /// Neither French nor international.
    Unknown,
}

impl fmt::Display for PhoneFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("aucun numéro n’est indiqué"),
            Self::Character(c) => write!(f, "il contient autre chose que des chiffres (« {c} »)"),
            Self::TooShort(least) => write!(f, "il est trop court pour HubEE, qui demande au moins {least} chiffres"),
            Self::TooLong => f.write_str("il est trop long"),
            Self::Unknown => f.write_str("ce n’est ni un numéro français ni un numéro international"),
        }
    }
}

/// The number in the international form (E.164: `+33123456789`), which HubEE takes: `^\+[0-9]{10,20}$`.
///
/// # Errors
/// Why it can't be sent. Some real numbers can't: those of Saint-Pierre-et-Miquelon and of the Pacific have too few digits.
pub fn hubee_phone(number: &str) -> Result<String, PhoneFault> {
    Rules::default().phone(number)
}

fn phone(number: &str, least: usize) -> Result<String, PhoneFault> {
    let text = number.replace("(0)", "");
    let mut text: String = text.chars().filter(|c| !c.is_whitespace() && !is_separator(*c)).collect();
    if text.is_empty() {
        return Err(PhoneFault::Missing);
    }
    if let Some(rest) = text.strip_prefix("00") {
        text = format!("+{rest}");
    }
    let digits = text.strip_prefix('+').unwrap_or(&text);
    if let Some(wrong) = digits.chars().find(|c| !c.is_ascii_digit()) {
        return Err(PhoneFault::Character(wrong));
    }
    match text.starts_with('+') {
        true => international(digits, least),
        false => national(digits),
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, '.' | '-' | '‐' | '‑' | '–' | '/' | '(' | ')' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
}

fn international(digits: &str, least: usize) -> Result<String, PhoneFault> {
    // « +33 06… »: the 0 of national numbers, kept by mistake.
    let digits = match digits.strip_prefix("330") {
        Some(rest) => format!("33{rest}"),
        None => digits.to_owned(),
    };
    match digits.len() {
        short if short < least => Err(PhoneFault::TooShort(least)),
        ..=PHONE_MOST if digits.starts_with("33") && digits.len() != 11 => Err(PhoneFault::Unknown),
        ..=PHONE_MOST if digits.starts_with('0') => Err(PhoneFault::Unknown),
        ..=PHONE_MOST => Ok(format!("+{digits}")),
        _ => Err(PhoneFault::TooLong),
    }
}

/// A number dialled from France: the overseas départements have codes of their own.
fn national(digits: &str) -> Result<String, PhoneFault> {
    if digits.len() < NATIONAL {
        return Err(PhoneFault::TooShort(NATIONAL));
    }
    let Some(significant) = digits.strip_prefix('0').filter(|rest| rest.len() == 9) else {
        return Err(PhoneFault::Unknown);
    };
    let code = match &significant[..3] {
        "262" | "263" | "269" | "639" | "692" | "693" => "262",
        "590" | "690" | "691" => "590",
        "594" | "694" => "594",
        "596" | "696" | "697" => "596",
        _ => "33",
    };
    Ok(format!("+{code}{significant}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_taken() {
        for (address, sent) in [
            ("a@region.bzh", "a@region.bzh"),
            ("z@nc.nc", "z@nc.nc"),
            ("a@bb.info", "a@bb.info"),
            ("mairie@xn--vry-9la.fr", "mairie@xn--vry-9la.fr"),
            ("  Jean@Mairie.FR\u{a0}", "jean@mairie.fr"),
            ("claire.martineau_2@ville-hauteluce.gouv.fr", "claire.martineau_2@ville-hauteluce.gouv.fr"),
            ("a@b..fr", "a@b..fr"),
        ] {
            assert_eq!(hubee_email(address).as_deref(), Ok(sent), "{address}");
        }
    }

    #[test]
    fn addresses_refused() {
        use EmailFault::{Character, Extension, LongExtension, Missing, Shape, ShortDomain, TooLong};
        let long = |tld: &str| LongExtension(tld.to_owned(), 4);
        let table = [
            ("dgs@ville.paris", long("paris")),
            ("dgs@ville.alsace", long("alsace")),
            ("dgs@ville.corsica", long("corsica")),
            ("dgs@ville.museum", long("museum")),
            ("dgs@ville.email", long("email")),
            ("dgs+qf@ville.fr", Character('+')),
            ("o'neil@ville.fr", Character('\'')),
            ("o’neil@ville.fr", Character('’')),
            ("hélène@ville.fr", Character('é')),
            ("HÉLÈNE@ville.fr", Character('É')),
            ("dgs@évry.fr", Character('é')),
            ("d gs@ville.fr", Character(' ')),
            ("a@b.fr;c@d.fr", Character(';')),
            ("\u{212a}im@ville.fr", Character('\u{212a}')),
            ("x@a.fr", ShortDomain("a.fr".into())),
            ("x@.fr", ShortDomain(".fr".into())),
            ("x@ville.f", Extension("f".into())),
            ("x@ville.xn--p1ai", Extension("xn--p1ai".into())),
            ("x@ville.f2", Extension("f2".into())),
            ("x@ville.", Extension(String::new())),
            ("x@ville", Extension(String::new())),
            ("x@", Extension(String::new())),
            ("ville.fr", Shape),
            ("@ville.fr", Shape),
            ("a@b@ville.fr", Shape),
            ("", Missing),
            ("  ", Missing),
        ];
        for (address, fault) in table {
            assert_eq!(hubee_email(address), Err(fault), "{address}");
        }
        assert_eq!(hubee_email(&format!("{}@ville.fr", "a".repeat(320))), Err(TooLong));
    }

    #[test]
    fn reasons_are_precise() {
        assert!(
            EmailFault::LongExtension("alsace".into(), 4).to_string().contains("plus de quatre lettres (« .alsace »)")
        );
        assert!(EmailFault::Character('+').to_string().contains("caractère « + »"));
        assert!(EmailFault::Character('\'').to_string().contains("apostrophe"));
        assert!(EmailFault::Character('é').to_string().contains("accentuée"));
    }

    #[test]
    fn numbers_taken() {
        for (number, sent) in [
            ("0033123456789", "+33123456789"),
            ("+262692123456", "+262692123456"),
            ("+68940123456", "+68940123456"),
            ("01 23 45 67 89", "+33123456789"),
            ("01\u{a0}23\u{202f}45.67-89", "+33123456789"),
            ("01/23/45/67/89", "+33123456789"),
            ("+33 (0)1 23 45 67 89", "+33123456789"),
            ("+33 01 23 45 67 89", "+33123456789"),
            ("(+33) 6 12 34 56 78", "+33612345678"),
            ("0692 12 34 56", "+262692123456"),
            ("0590 12 34 56", "+590590123456"),
            ("0694123456", "+594694123456"),
            ("0696123456", "+596696123456"),
            ("0639123456", "+262639123456"),
            ("+32 470 12 34 56", "+32470123456"),
        ] {
            assert_eq!(hubee_phone(number).as_deref(), Ok(sent), "{number}");
        }
    }

    #[test]
    fn numbers_refused() {
        use PhoneFault::{Character, Missing, TooLong, TooShort, Unknown};
        for (number, fault) in [
            ("3949", TooShort(10)),
            ("+508 41 23 45", TooShort(10)),
            ("+681 72 12 34", TooShort(10)),
            ("+687 26 12 34", TooShort(10)),
            ("612345678", TooShort(10)),
            ("01 23 45 67 89 poste 12", Character('p')),
            ("01 23 45 67 89 +", Character('+')),
            ("1234567890", Unknown),
            ("01 23 45 67 89 / 06 12 34 56 78", Unknown),
            ("+33 12 34 56 78 90 1", Unknown),
            ("+0 123 456 789", Unknown),
            ("+331 2345 6789 0123 456", TooLong),
            ("٠١٢٣٤٥٦٧٨٩", Character('٠')),
            ("", Missing),
            (" - ", Missing),
        ] {
            assert_eq!(hubee_phone(number), Err(fault), "{number}");
        }
    }

    #[test]
    fn rules_may_change() {
        let lax = Rules { extension_most: 6, phone_least: 9, ..Rules::default() };
        assert_eq!(lax.email("dgs@ville.alsace").as_deref(), Ok("dgs@ville.alsace"));
        assert_eq!(lax.email("dgs@ville.bretagne"), Err(EmailFault::LongExtension("bretagne".into(), 6)));
        assert_eq!(lax.phone("+508 41 23 45").as_deref(), Ok("+508412345"));
        assert_eq!(lax.phone("3949"), Err(PhoneFault::TooShort(10)));
    }

    #[test]
    fn addresses_of_a_function() {
        for address in ["mairie@ville.fr", "Accueil.mairie@ville.fr", "secretariat-general@ville.fr", "dgs@ville.fr"] {
            assert!(is_functional(address), "{address}");
        }
        for address in ["ada.martin@ville.fr", "mairieux@ville.fr", "c.bouchet@mairie-hauteluce.fr"] {
            assert!(!is_functional(address), "{address}");
        }
    }

    proptest! {
        #[test]
        fn what_is_sent_fits_hubee(text in "\\PC{0,30}", number in "[+()0-9 .-]{0,24}") {
            if let Ok(sent) = hubee_email(&text) {
                prop_assert_eq!(hubee_email(&sent), Ok(sent.clone()));
            }
            for number in [&text, &number] {
                if let Ok(sent) = hubee_phone(number) {
                    let digits = sent.strip_prefix('+').unwrap_or_default();
                    prop_assert!((10..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()));
                    prop_assert_eq!(hubee_phone(&sent), Ok(sent.clone()));
                }
            }
        }
    }
}
