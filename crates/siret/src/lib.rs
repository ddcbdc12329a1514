//! SIREN and SIRET numbers of the French register of establishments, as types that cannot hold a wrong number.
//!
//! A SIREN names a legal unit (9 digits), a SIRET one of its establishments (the SIREN, then 5 digits: the NIC).
//! Only the spelling and the keys are checked: this crate does not know whether the establishment exists.
//!
//! ```
//! use siret::{Invalid, Siret};
//!
//! let siret: Siret = "217 301 324 00018".parse()?;
//! assert_eq!(siret.as_str(), "21730132400018");
//! assert_eq!(siret.siren().as_str(), "217301324");
//! assert_eq!(Siret::parse("21730132400019"), Err(Invalid::Siret));
//! # Ok::<(), Invalid>(())
//! ```

mod check;
#[macro_use]
mod text;

pub use check::Invalid;

/// The number of a legal unit: 9 digits whose Luhn key is right.
///
/// Read from text where blanks (no-break ones too), dots and dashes do not count. Written, shown and serialised as its
/// 9 digits, without separators; ordered as text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Siren([u8; 9]);

/// The number of an establishment: 14 digits, a [`Siren`] then a NIC, whose Luhn keys are both right.
///
/// The establishments of La Poste (SIREN 356000000) may follow another rule: the sum of their digits is a multiple of 5.
///
/// Read from text where blanks (no-break ones too), dots and dashes do not count. Written, shown and serialised as its
/// 14 digits, without separators; ordered as text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Siret([u8; 14]);

impl Siren {
    /// Reads a SIREN, whatever its separators.
    ///
    /// # Errors
    /// [`Invalid::NotDigits`], [`Invalid::Length`] or [`Invalid::Siren`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits = check::digits(text)?;
        check::siren(&digits)?;
        Ok(Self(digits))
    }

    /// The number as people write it: `217 301 324`.
    #[must_use]
    pub fn grouped(&self) -> String {
        text::grouped(self.as_str())
    }
}

impl Siret {
    /// Reads a SIRET, whatever its separators.
    ///
    /// # Errors
    /// [`Invalid::NotDigits`], [`Invalid::Length`], then [`Invalid::Siren`] when the fault is in the first 9 digits,
    /// else [`Invalid::Siret`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let digits = check::digits(text)?;
        check::siret(&digits)?;
        Ok(Self(digits))
    }

    /// The legal unit this establishment belongs to.
    #[must_use]
    pub fn siren(&self) -> Siren {
        let mut digits = [0; 9];
        digits.copy_from_slice(&self.0[..9]);
        Siren(digits)
    }

    /// The last 5 digits, which tell this establishment from the others of its legal unit.
    #[must_use]
    pub fn nic(&self) -> &str {
        text::ascii(&self.0[9..])
    }

    /// The number as people write it: `217 301 324 00018`.
    #[must_use]
    pub fn grouped(&self) -> String {
        format!("{} {}", self.siren().grouped(), self.nic())
    }
}

number_as_text!(Siren, "a SIREN of 9 digits");
number_as_text!(Siret, "a SIRET of 14 digits");
