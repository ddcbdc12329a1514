//! C24 to C26: will HubEE take what is to be sent to it? An address it refuses, a nameless demandeur or an organisation that it
//! would refuse is a reason not to accept; the organisation is in an instructeur's hands, who sets it right as they accept.

use super::check::{Check, Facts, Verdict};
use crate::domain::Organisation;
use crate::domain::hubee_rules::{
    COG_LENGTH, NAME_LENGTH, PERSON_LENGTH, POSTAL_LENGTH, PhoneFault, Rules, is_functional, shorter,
};

/// C24.
pub fn email(facts: &Facts<'_>, rules: &Rules) -> Check {
    let address = &facts.habilitation.dossier.demandeur.email;
    let check = |verdict, sentence: String| Check::new("C24", verdict, sentence);
    let check = match rules.email(address) {
        // Otherwise C11's to say.
        Ok(_) if rules.functional_blocks && is_functional(address) => check(
            Verdict::Blocking,
            "L’adresse du demandeur est celle d’un service : le compte HubEE doit être personnel.".into(),
        )
        .remedy("Demandez une adresse nominative : elle sert d’identifiant et ne pourra plus être changée."),
        Ok(sent) => check(Verdict::Fine, "HubEE accepte l’adresse du demandeur.".into())
            .seen([facts.datapass_says(format!("Adresse transmise : {sent}"))]),
        Err(fault) => check(Verdict::Blocking, format!("HubEE refuse l’adresse du demandeur : {fault}.")).remedy(
            "Demandez une autre adresse professionnelle : elle sert d’identifiant et ne pourra plus être changée.",
        ),
    };
    check.seen([facts.datapass_says(format!("Adresse du demandeur : {address}"))])
}

/// C25.
pub fn phone(facts: &Facts<'_>, rules: &Rules) -> Check {
    let number = facts.habilitation.dossier.demandeur.phone.as_deref().unwrap_or_default();
    let check = |verdict, sentence: String| Check::new("C25", verdict, sentence);
    match rules.phone(number) {
        Ok(sent) => check(Verdict::Fine, "HubEE accepte le téléphone du demandeur.".into())
            .seen([facts.datapass_says(format!("{number}, transmis sous la forme {sent}"))]),
        Err(PhoneFault::Missing) => {
            check(Verdict::Info, "Le demandeur n’a pas indiqué de téléphone : aucun ne sera transmis à HubEE.".into())
        }
        Err(fault) => check(Verdict::Look, format!("HubEE refuse le téléphone du demandeur : {fault}."))
            .remedy("Vous pouvez accepter : le numéro ne sera pas transmis.")
            .seen([facts.datapass_says(format!("Téléphone du demandeur : {number}"))]),
    }
}

/// C26: the worst of the person and of the organisation, with what was read of both.
pub fn lengths(facts: &Facts<'_>) -> Check {
    let (person, body) = (identity(facts), organisation(facts));
    let (worst, other) = match (person.verdict, body.verdict) {
        (Verdict::Blocking, _) | (_, Verdict::Fine) => (person, body),
        _ => (body, person),
    };
    let sentence = format!("{} {}", worst.sentence, other.sentence);
    Check { sentence, ..worst }.seen(other.evidence)
}

/// The person: without both names, HubEE says yes and creates no account.
fn identity(facts: &Facts<'_>) -> Check {
    let demandeur = &facts.habilitation.dossier.demandeur;
    let check = |verdict, sentence: &str| Check::new("C26", verdict, sentence);
    let present = |name: &Option<String>| name.as_deref().is_some_and(|name| !name.trim().is_empty());
    let names = [&demandeur.given_name, &demandeur.family_name];
    let long = |text: &String| text.chars().count() > PERSON_LENGTH;
    let check = if !present(&demandeur.given_name) || !present(&demandeur.family_name) {
        check(Verdict::Blocking, "Le prénom ou le nom du demandeur manque : HubEE ne créerait aucun compte.")
            .remedy("Demandez au demandeur de compléter son identité dans ProConnect, puis de soumettre à nouveau.")
    } else if names.into_iter().flatten().any(long) {
        check(Verdict::Blocking, "Le nom du demandeur dépasse 255 caractères, que HubEE refuse.")
            .remedy("Demandez au demandeur de corriger son identité dans ProConnect, puis de soumettre à nouveau.")
    } else if demandeur.job_title.as_ref().is_some_and(long) {
        check(Verdict::Look, "La fonction du demandeur dépasse 255 caractères, que HubEE refuse.")
            .remedy("Vous pouvez accepter : elle sera raccourcie.")
    } else if !present(&demandeur.job_title) {
        check(Verdict::Info, "Le demandeur n’a pas indiqué sa fonction, que HubEE montre à côté de son nom.")
    } else {
        check(Verdict::Fine, "Le demandeur a un prénom et un nom : HubEE peut créer son compte.")
    };
    let job = demandeur.job_title.as_deref().unwrap_or("fonction non indiquée");
    check.seen([facts.datapass_says(format!("{}, {job}", demandeur.display_name()))])
}

/// The organisation. None of it is in the demandeur's hands: an instructeur sets it right as they accept.
fn organisation(facts: &Facts<'_>) -> Check {
    let known = facts.known.sirene.as_ref().and_then(|fact| fact.organisation.as_ref());
    let sent = facts.habilitation.dossier.organisation.clone();
    let organisation = match known {
        Some(known) => sent.completed_by(known),
        None => sent,
    };
    let faults = faults(&organisation);
    let check = |verdict, sentence: String| Check::new("C26", verdict, sentence);
    let check = match faults.is_empty() {
        true => check(Verdict::Fine, "Le nom, la commune et le code postal conviennent à HubEE.".into()),
        false => check(Verdict::Blocking, format!("HubEE refuserait l’organisation : {}.", faults.join(" ; ")))
            .remedy(mend(&organisation)),
    };
    check.seen([facts.datapass_says(in_words(&organisation))]).seen(known.and_then(|_| facts.sirene_says()))
}

/// Whether an instructeur may set right what HubEE would refuse of the organisation, as they accept.
pub fn may_mend(check: &Check) -> bool {
    matches!(check.code, "C26" | "C27") && check.remedy.as_deref().is_some_and(|remedy| remedy.starts_with(MEND))
}

/// How a remedy begins that is in the hands of whoever accepts.
pub(super) const MEND: &str = "Corrigez-le dans « Ce qui est transmis à HubEE », avant d’accepter";

fn mend(organisation: &Organisation) -> String {
    match shorter(&organisation.name) {
        Some(proposed) => format!("{MEND} : par exemple « {proposed} »."),
        None => format!("{MEND}."),
    }
}

fn faults(organisation: &Organisation) -> Vec<&'static str> {
    let code = |value: &Option<String>, most: usize| {
        value.as_deref().map(str::trim).is_some_and(|v| !v.is_empty() && v.chars().count() <= most)
    };
    let word =
        organisation.code_cog.as_deref().unwrap_or_default().chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let name = organisation.name.trim().chars().count();
    [
        (!organisation.is_named(), "le nom de l’organisation manque"),
        (name > NAME_LENGTH, "le nom de l’organisation dépasse 100 caractères, il faudra le raccourcir"),
        (
            !code(&organisation.code_cog, COG_LENGTH) || !word,
            "le code INSEE de la commune manque, il faudra le compléter",
        ),
        (!code(&organisation.postal_code, POSTAL_LENGTH), "le code postal manque, il faudra le compléter"),
    ]
    .into_iter()
    .filter_map(|(wrong, sentence)| wrong.then_some(sentence))
    .collect()
}

fn in_words(organisation: &Organisation) -> String {
    let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| "absent".into());
    format!(
        "Nom : {} ({} caractères) ; code INSEE : {} ; code postal : {}",
        organisation.name,
        organisation.name.chars().count(),
        or_none(&organisation.code_cog),
        or_none(&organisation.postal_code)
    )
}

#[cfg(test)]
mod tests {
    use super::super::Known;
    use super::super::samples::{alone, at, habilitation};
    use super::*;
    use crate::store::sirene_facts::SireneFact;

    #[test]
    fn addresses_and_numbers() {
        use Verdict::{Blocking, Fine, Info, Look};
        for (address, verdict, words) in [
            ("claire@hauteluce.fr", Fine, "accepte"),
            ("claire@ville.alsace", Blocking, "plus de quatre lettres"),
            ("claire+qf@ville.fr", Blocking, "caractère « + »"),
            ("", Blocking, "aucune adresse"),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.demandeur.email = address.into();
            let check = email(&alone(&habilitation), &Rules::default());
            assert!(check.verdict == verdict && check.sentence.contains(words), "{address}: {check:?}");
        }
        for (number, verdict) in [
            (Some("0479000000"), Fine),
            (Some("04.79.00-00 00"), Fine),
            (Some("+33 4 79 00 00 00"), Fine),
            (Some("+262 692 00 00 00"), Fine),
            // Saint-Pierre-et-Miquelon, Wallis, New Caledonia: nine digits, one fewer than HubEE takes.
            (Some("+508 41 00 00"), Look),
            (Some("+681 72 00 00"), Look),
            (Some("+687 26 00 00"), Look),
            (Some("3949"), Look),
            (Some(" "), Info),
            (None, Info),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.demandeur.phone = number.map(str::to_owned);
            assert_eq!(phone(&alone(&habilitation), &Rules::default()).verdict, verdict, "{number:?}");
        }
    }

    #[test]
    fn a_nameless_demandeur_gets_no_account() {
        use Verdict::{Blocking, Fine};
        let long = "a".repeat(256);
        for (given, family, verdict) in [
            (Some("Claire"), Some("Martineau"), Fine),
            (None, Some("Martineau"), Blocking),
            (Some("Claire"), Some(" "), Blocking),
            (Some(long.as_str()), Some("Martineau"), Blocking),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.demandeur.given_name = given.map(str::to_owned);
            habilitation.dossier.demandeur.family_name = family.map(str::to_owned);
            assert_eq!(identity(&alone(&habilitation)).verdict, verdict, "{given:?} {family:?}");
        }
    }

    #[test]
    fn one_check_says_the_worst_of_both() {
        use Verdict::{Blocking, Fine, Info, Look};
        let long = "a".repeat(256);
        for (given, job, name, verdict) in [
            (Some("Claire"), Some("DGS"), "COMMUNE", Fine),
            (Some("Claire"), None, "COMMUNE", Info),
            (Some("Claire"), None, "", Blocking),
            (Some("Claire"), Some(long.as_str()), "COMMUNE", Look),
            (None, Some("DGS"), "", Blocking),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.demandeur.given_name = given.map(str::to_owned);
            habilitation.dossier.demandeur.job_title = job.map(str::to_owned);
            habilitation.dossier.organisation.name = name.into();
            let check = lengths(&alone(&habilitation));
            assert_eq!((check.verdict, check.evidence.len()), (verdict, 2), "{given:?} {job:?} {name:?}");
        }
    }

    #[test]
    fn what_hubee_wants_of_an_organisation() {
        let mut habilitation = habilitation();
        let organisation = &mut habilitation.dossier.organisation;
        organisation.name = "É".repeat(100);
        organisation.code_cog = Some("2A004".into());
        assert_eq!(super::organisation(&alone(&habilitation)).verdict, Verdict::Fine);
        habilitation.dossier.organisation.name.push('S');
        habilitation.dossier.organisation.code_cog = None;
        let check = super::organisation(&alone(&habilitation));
        assert_eq!((check.verdict, may_mend(&check)), (Verdict::Blocking, true));
        assert!(check.remedy.as_deref().unwrap().contains(&format!("« {} »", "É".repeat(100))), "{check:?}");
        assert!(
            check.sentence.contains("100 caractères") && check.sentence.contains("code INSEE"),
            "{}",
            check.sentence
        );
    }

    #[test]
    fn sirene_fills_the_blanks() {
        let mut habilitation = habilitation();
        habilitation.dossier.organisation.postal_code = None;
        let sirene = SireneFact {
            organisation: Some(Organisation { postal_code: Some("73620".into()), ..Organisation::default() }),
            note: "réponse".into(),
            fetched_at: at("2026-06-03T00:00:00Z"),
        };
        assert_eq!(super::organisation(&alone(&habilitation)).verdict, Verdict::Blocking);
        let known = Known { sirene: Some(sirene), ..Known::default() };
        let facts = Facts { habilitation: &habilitation, known: &known };
        assert_eq!(super::organisation(&facts).verdict, Verdict::Fine);
    }
}
