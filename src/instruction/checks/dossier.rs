//! C28: is the retention of the data within bounds?

use super::check::{Check, Facts, Verdict};

/// Months beyond which a retention has to be justified.
const RETENTION: i64 = 36;

/// C28.
pub fn retention(facts: &Facts<'_>) -> Check {
    let dossier = &facts.habilitation.dossier;
    let check = |verdict, sentence: String| Check::new("C28", verdict, sentence);
    let why = dossier.conservation_justification.as_deref().map(str::trim).filter(|why| !why.is_empty());
    match (dossier.conservation_mois, why) {
        (None, _) => check(Verdict::Look, "La durée de conservation n’est pas indiquée.".into())
            .remedy("Demandez combien de temps les données seront gardées."),
        (Some(..=0), _) => check(Verdict::Look, "La durée de conservation indiquée n’a pas de sens.".into())
            .remedy("Demandez combien de temps les données seront gardées."),
        (Some(months @ ..=RETENTION), _) => check(
            Verdict::Fine,
            format!("Les données sont gardées {months} mois, 36 au plus étant admis sans justification."),
        ),
        (Some(months), Some(why)) => check(
            Verdict::Info,
            format!("Les données sont gardées {months} mois, ce qui est justifié par le demandeur."),
        )
        .seen([facts.datapass_says(why)]),
        (Some(months), None) => {
            check(Verdict::Blocking, format!("Les données seraient gardées {months} mois sans justification."))
                .remedy("Demandez une durée de 36 mois au plus, ou une justification.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{alone, habilitation};
    use super::*;

    #[test]
    fn retentions() {
        use Verdict::{Blocking, Fine, Info, Look};
        for (months, why, verdict) in [
            (Some(1), None, Fine),
            (Some(36), None, Fine),
            (Some(37), None, Blocking),
            (Some(37), Some("  "), Blocking),
            (Some(60), Some("Contentieux"), Info),
            (Some(0), None, Look),
            (None, None, Look),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.conservation_mois = months;
            habilitation.dossier.conservation_justification = why.map(str::to_owned);
            let check = retention(&alone(&habilitation));
            assert_eq!(check.verdict, verdict, "{months:?} {why:?}");
        }
    }
}
