//! Where a commune is, from its INSEE code (COG). Never from a postal code: post offices cross borders.
//! Source: INSEE's « code officiel géographique ».

/// Département of a COG code: three characters overseas (97x, 98x), two elsewhere (`2A`, `2B` included).
pub fn departement(code_cog: &str) -> String {
    let length = if code_cog.starts_with("97") || code_cog.starts_with("98") { 3 } else { 2 };
    code_cog.chars().take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::departement;

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
