//! Where a commune is, from its INSEE code (COG). Never from a postal code: post offices cross borders.
//! Source: INSEE's « code officiel géographique ».

/// Département of a COG code: three characters overseas (97x, 98x), two elsewhere (`2A`, `2B` included).
pub fn departement(code_cog: &str) -> String {
    let length = if code_cog.starts_with("97") || code_cog.starts_with("98") { 3 } else { 2 };
    code_cog.chars().take(length).collect()
}

/// The commune of a COG code: that of Paris, Lyon or Marseille for one of their arrondissements, the code itself
/// elsewhere.
pub fn city(code_cog: &str) -> String {
    let number = code_cog.parse::<u32>().unwrap_or_default();
    match number {
        75101..=75120 => "75056",
        69381..=69389 => "69123",
        13201..=13216 => "13055",
        _ => code_cog,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::{city, departement};

    #[test]
    fn arrondissements_are_of_a_city() {
        for (cog, expected) in [
            ("75107", "75056"),
            ("75056", "75056"),
            ("69389", "69123"),
            ("69380", "69380"),
            ("13201", "13055"),
            ("13216", "13055"),
            ("13217", "13217"),
            ("2A004", "2A004"),
            ("97411", "97411"),
        ] {
            assert_eq!(city(cog), expected, "{cog}");
        }
    }

    #[test]
    fn departement_comes_from_the_cog() {
        for (cog, expected) in [
            ("2A004", "2A"),
            ("2B033", "2B"),
            ("97411", "974"),
            ("97701", "977"),
            ("98818", "988"),
            ("75107", "75"),
            ("01033", "01"),
        ] {
            assert_eq!(departement(cog), expected, "{cog}");
        }
    }
}
