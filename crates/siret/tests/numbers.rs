//! Known numbers, then the laws that hold for every number.

use proptest::prelude::*;
use siret::{Invalid, Siren, Siret};

const VALID: [&str; 3] = ["21730132400018", "21040107100019", "13002526500013"];

#[test]
fn known_numbers_are_accepted() {
    for text in VALID {
        let siret = Siret::parse(text).unwrap();
        assert_eq!(siret.as_str(), text);
        assert_eq!(siret.to_string(), text);
        assert_eq!(siret.siren(), Siren::parse(&text[..9]).unwrap());
        assert_eq!(siret.nic(), &text[9..]);
    }
}

#[test]
fn la_poste_follows_either_rule() {
    for text in ["35600000009075", "35600000000048"] {
        assert!(Siret::parse(text).is_ok(), "{text}");
    }
    assert_eq!(Siret::parse("35600000009076"), Err(Invalid::Siret));
    // The digits sum to 25, but the exception is for La Poste alone.
    assert_eq!(Siret::parse("21730132400002"), Err(Invalid::Siret));
}

#[test]
fn each_fault_has_its_name() {
    let cases = [
        ("", Invalid::Length),
        (" \u{a0}.-", Invalid::Length),
        ("2173013240001", Invalid::Length),
        ("217301324000180", Invalid::Length),
        ("217301324", Invalid::Length),
        ("2173013240001O", Invalid::NotDigits),
        ("217301324/00018", Invalid::NotDigits),
        ("21730132400018é", Invalid::NotDigits),
        ("٢١٧٣٠١٣٢٤٠٠٠١٨", Invalid::NotDigits),
        ("+21730132400018", Invalid::NotDigits),
        ("21730132500018", Invalid::Siren),
        ("21730132400019", Invalid::Siret),
    ];
    for (text, expected) in cases {
        assert_eq!(Siret::parse(text), Err(expected), "{text:?}");
    }
    assert_eq!(Siren::parse("217301325"), Err(Invalid::Siren));
    assert_eq!(Siren::parse("21730132400018"), Err(Invalid::Length));
}

#[test]
fn separators_are_left_out() {
    for text in [
        "217 301 324 00018",
        " 217\u{a0}301\u{202f}324\u{2009}00018\n",
        "217.301.324.00018",
        "217-301–324−00018\u{feff}",
    ] {
        assert_eq!(Siret::parse(text).unwrap().as_str(), "21730132400018", "{text:?}");
    }
    assert_eq!(Siren::parse("217 301\u{202f}324").unwrap().as_str(), "217301324");
}

#[test]
fn they_are_written_for_machines_and_for_people() {
    let siret: Siret = "21730132400018".parse().unwrap();
    assert_eq!(siret.grouped(), "217 301 324 00018");
    assert_eq!(siret.siren().grouped(), "217 301 324");
    assert_eq!(format!("{siret:?} {:?}", siret.siren()), "Siret(21730132400018) Siren(217301324)");
    assert_eq!(Siret::try_from("21730132400018"), Ok(siret));
    assert!(Siret::parse("13002526500013").unwrap() < siret);
}

#[test]
fn faults_read_as_sentences() {
    let fault: Box<dyn std::error::Error> = Box::new(Invalid::Siret);
    assert_eq!(fault.to_string(), "wrong SIRET key: the 14 digits hold a mistake");
}

/// The digit that makes a prefix follow Luhn, computed by trial so that it owes nothing to the code under test.
fn with_key(prefix: &str) -> String {
    let luhn = |text: &str| {
        let digits = text.bytes().rev().map(|b| u32::from(b - b'0')).enumerate();
        digits.map(|(i, d)| if i % 2 == 1 { (d * 2) / 10 + (d * 2) % 10 } else { d }).sum::<u32>() % 10 == 0
    };
    (0..10).map(|key| format!("{prefix}{key}")).find(|text| luhn(text)).unwrap_or_default()
}

prop_compose! {
    fn any_siret()(siren in "[0-9]{8}", nic in "[0-9]{4}") -> String {
        with_key(&format!("{}{nic}", with_key(&siren)))
    }
}

proptest! {
    #[test]
    fn a_number_survives_the_round_trip(text in any_siret()) {
        let siret = Siret::parse(&text).unwrap();
        prop_assert_eq!(siret.to_string(), text.as_str());
        prop_assert_eq!(Siret::parse(&siret.grouped()), Ok(siret));
        prop_assert_eq!(format!("{}{}", siret.siren(), siret.nic()), text);
    }

    #[test]
    fn one_wrong_digit_is_always_refused(text in any_siret(), place in 0..14usize, shift in 1..10u8) {
        prop_assume!(!text.starts_with("356000000"));
        let mut wrong = text.into_bytes();
        wrong[place] = b'0' + (wrong[place] - b'0' + shift) % 10;
        let expected = if place < 9 { Invalid::Siren } else { Invalid::Siret };
        prop_assert_eq!(Siret::parse(std::str::from_utf8(&wrong).unwrap()), Err(expected));
    }

    #[test]
    fn separators_never_matter(
        text in any_siret(),
        separators in prop::collection::vec("[ .\\-\t\u{a0}\u{202f}]{0,3}", 15),
    ) {
        let mut spread = separators[14].clone();
        for (digit, separator) in text.chars().zip(&separators) {
            spread.push(digit);
            spread.push_str(separator);
        }
        prop_assert_eq!(Siret::parse(&spread), Siret::parse(&text));
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), digits in "\\PC{0,3}[0-9 .]{0,30}\\PC{0,3}") {
        for text in [text, digits] {
            let _ = Siren::parse(&text);
            if let Ok(siret) = Siret::parse(&text) {
                prop_assert_eq!(siret.as_str().len(), 14);
            }
        }
    }
}

#[cfg(feature = "serde")]
mod serde {
    use serde::de::value::{Error, StrDeserializer, U64Deserializer};
    use serde::de::{Deserialize, IntoDeserializer};
    use serde::ser::Serialize;
    use siret::{Siren, Siret};
    use std::fmt;

    /// `Formatter` is a serializer of bare values: no need of a format.
    struct Written<T>(T);

    impl<T: Serialize> fmt::Display for Written<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.serialize(f)
        }
    }

    fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, Error> {
        let text: StrDeserializer<'de, Error> = text.into_deserializer();
        T::deserialize(text)
    }

    #[test]
    fn numbers_travel_as_checked_text() {
        let siret: Siret = read("217 301 324 00018").unwrap();
        assert_eq!(Written(siret).to_string(), "21730132400018");
        assert_eq!(read::<Siren>("217301324").map(|siren| Written(siren).to_string()), Ok("217301324".to_owned()));
        let fault = read::<Siret>("21730132400019").unwrap_err();
        assert_eq!(fault.to_string(), "wrong SIRET key: the 14 digits hold a mistake");
        let number: U64Deserializer<Error> = 21_730_132_400_018_u64.into_deserializer();
        let fault = Siret::deserialize(number).unwrap_err().to_string();
        assert!(fault.ends_with("expected a SIRET of 14 digits"), "{fault}");
    }
}
