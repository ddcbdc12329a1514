//! What a reopening changes: the answers in force against those asked for. The comparison is the domain's, since histories
//! keep it too.

pub use crate::domain::changes::{Change, changes};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::checks::samples::dossier;

    #[test]
    fn only_what_differs() {
        let before = dossier();
        assert!(changes(&before, &before).is_empty());
        let mut after = before.clone();
        after.dpd = None;
        after.conservation_mois = Some(24);
        let changes = changes(&before, &after);
        let names: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(names, ["DPD", "DPD : fonction", "DPD : adresse", "DPD : téléphone", "Conservation (mois)"]);
        assert_eq!((changes[4].before.as_deref(), changes[4].after.as_deref()), (Some("12"), Some("24")));
        assert_eq!(changes[0].after, None);
    }
}
