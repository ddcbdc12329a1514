//! C20 and C21: did the body declare a DPD to the CNIL, and is the one of the request plausibly that one? The list names
//! organisations, never people, and lags: its silence is a reason to ask.

use super::check::{Check, Facts, Verdict};
use super::heard::{CNIL, quoted, unheard};
use crate::domain::email_domains::{is_free, is_within, of_address, shared_by};
use crate::domain::names::normalise;
use crate::domain::sources::DpdDeclaration;

/// C20. Moot without a SIRET.
pub fn declared(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: &str| Check::new("C20", verdict, sentence);
    if facts.habilitation.dossier.organisation.siret().is_none() {
        return check(Verdict::Moot, "Sans SIRET bien formé, rien n’est à chercher dans la liste de la CNIL.");
    }
    let heard = &facts.known.sources.cnil;
    if let Some(missing) = unheard("C20", CNIL, heard) {
        return missing;
    }
    let Some(found) = heard.found() else {
        return check(Verdict::Look, "La CNIL ne connaît pas de DPD désigné par cette collectivité.")
            .remedy(
                "La liste a du retard, et un délégué mutualisé est parfois déclaré par l’intercommunalité ou le \
                     centre de gestion : demandez la preuve de la désignation.",
            )
            .seen(quoted(CNIL, heard, "Aucune désignation pour ce SIREN"));
    };
    let evidence: Vec<_> = found.iter().filter_map(|one| quoted(CNIL, heard, in_words(one))).collect();
    let Some(dpd) = &facts.habilitation.dossier.dpd else {
        return check(Verdict::Info, "La collectivité a désigné un DPD auprès de la CNIL.").seen(evidence);
    };
    let fits = found.iter().any(|one| is_consistent(one, &dpd.email, facts));
    let judged = if fits {
        check(Verdict::Fine, "La collectivité a désigné un DPD auprès de la CNIL, et l’adresse s’accorde.")
    } else {
        check(Verdict::Info, "La collectivité a désigné un DPD auprès de la CNIL, sous un autre contact.")
            .remedy("Un contact général est souvent déclaré à la place de la personne : comparez les organismes.")
    };
    judged.seen([facts.datapass_says(format!("Adresse du DPD : {}", dpd.email))]).seen(evidence)
}

/// The declared contact is that address, of its domain, or the declared organisation seems to own it.
fn is_consistent(one: &DpdDeclaration, email: &str, facts: &Facts<'_>) -> bool {
    let Some(domain) = of_address(email) else { return false };
    if let Some(contact) = &one.email {
        let same = contact.trim().eq_ignore_ascii_case(email.trim());
        let of = of_address(contact);
        let own = of.is_some_and(|of| !is_free(&of) && (is_within(&domain, &of) || is_within(&of, &domain)));
        if same || own {
            return true;
        }
    }
    let demandeur = facts.habilitation.dossier.demandeur.domain();
    match &one.organisation {
        Some(name) => domain_tells(&domain, name),
        // Somebody of the house was designated, and the address is of the house.
        None => one.email.is_none() && demandeur == Some(domain),
    }
}

/// Whether a domain holds a long enough word of a name: « agate-territoires.fr » and « AGATE ».
fn domain_tells(domain: &str, name: &str) -> bool {
    let domain = domain.replace(['-', '.'], "");
    normalise(name).split(' ').any(|word| word.len() >= 5 && domain.contains(word))
}

fn in_words(one: &DpdDeclaration) -> String {
    let who = one.organisation.as_deref().unwrap_or("une personne, que la liste ne nomme pas");
    let since = one.since.map(|day| format!(" le {}", day.format("%d/%m/%Y"))).unwrap_or_default();
    let contact = one.email.as_deref().map(|email| format!(", contact {email}")).unwrap_or_default();
    format!("{} : {who}, désigné(e){since}{contact}", one.name)
}

/// C21. Only to lower an alarm: moot when nothing tells that the DPD is from elsewhere.
pub fn external(facts: &Facts<'_>) -> Check {
    from_elsewhere(facts)
        .unwrap_or_else(|| Check::new("C21", Verdict::Moot, "Rien ne dit que le DPD soit mutualisé ou externe."))
}

fn from_elsewhere(facts: &Facts<'_>) -> Option<Check> {
    let dpd = facts.habilitation.dossier.dpd.as_ref()?;
    let domain = dpd.domain()?;
    let heard = &facts.known.sources.cnil;
    let designated = heard.found().into_iter().flatten().find(|one| one.organisation.is_some());
    let check = |sentence: String| Check::new("C21", Verdict::Info, sentence);
    let sent = facts.datapass_says(format!("Adresse du DPD : {}", dpd.email));
    if let Some(one) = designated
        && let Some(name) = one.organisation.as_deref()
    {
        return Some(
            check(format!("La collectivité a désigné une organisation comme DPD : {name}.")).seen([sent]).seen(quoted(
                CNIL,
                heard,
                in_words(one),
            )),
        );
    }
    if facts.habilitation.dossier.demandeur.domain().as_deref() == Some(domain.as_str()) {
        return None;
    }
    let by = shared_by(&domain)?;
    Some(check(format!("L’adresse du DPD semble celle d’un organisme mutualisé : {by}.")).seen([sent]))
}

#[cfg(test)]
mod tests {
    use super::super::Known;
    use super::super::samples::{at, habilitation};
    use super::*;
    use crate::domain::sources::{Heard, Sources};

    fn declaration(organisation: Option<&str>, email: Option<&str>) -> DpdDeclaration {
        DpdDeclaration {
            name: "COMMUNE DE HAUTELUCE".into(),
            organisation: organisation.map(str::to_owned),
            email: email.map(str::to_owned),
            ..DpdDeclaration::default()
        }
    }

    fn judged(dpd: &str, cnil: Heard<Vec<DpdDeclaration>>) -> (Verdict, Option<String>) {
        let mut habilitation = habilitation();
        habilitation.dossier.dpd.as_mut().unwrap().email = dpd.into();
        let known = Known { sources: Sources { cnil, ..Sources::default() }, ..Known::default() };
        let facts = Facts { habilitation: &habilitation, known: &known };
        (declared(&facts).verdict, from_elsewhere(&facts).map(|check| check.sentence))
    }

    #[test]
    fn dpds_from_elsewhere() {
        use Verdict::{Info, Moot};
        for (dpd, verdict) in [
            ("dpd@cdg73.fr", Info),
            ("dpd@arlysere-agglo.fr", Info),
            ("dpd@hauteluce.fr", Moot),
            ("claire.roux@gmail.com", Moot),
            ("contact@cabinet-exemple.fr", Moot),
            ("", Moot),
        ] {
            let mut habilitation = habilitation();
            habilitation.dossier.dpd.as_mut().unwrap().email = dpd.into();
            let known = Known::default();
            assert_eq!(external(&Facts { habilitation: &habilitation, known: &known }).verdict, verdict, "{dpd}");
        }
        let mut habilitation = habilitation();
        habilitation.dossier.dpd = None;
        let known = Known::default();
        assert_eq!(external(&Facts { habilitation: &habilitation, known: &known }).verdict, Moot);
    }

    #[test]
    fn declarations() {
        use Verdict::{Fine, Info, Look};
        let found = |one| Heard::Found { value: vec![one], at: at("2026-05-01T00:00:00Z"), down: None };
        for (dpd, one, verdict, external) in [
            ("dpd@cdg73.fr", declaration(Some("CDG DE LA SAVOIE"), Some("dpd@cdg73.fr")), Fine, true),
            ("odile.roux@cdg73.fr", declaration(Some("CDG DE LA SAVOIE"), Some("contact@cdg73.fr")), Fine, true),
            ("dpd@agate-territoires.fr", declaration(Some("AGATE TERRITOIRES"), None), Fine, true),
            ("dpd@hauteluce.fr", declaration(None, Some("dpd@hauteluce.fr")), Fine, false),
            ("odile.roux@hauteluce.fr", declaration(None, None), Fine, false),
            // The same free mail is no agreement.
            ("odile.roux@gmail.com", declaration(None, Some("mairie.hauteluce@gmail.com")), Info, false),
            ("odile.roux@cabinet-exemple.fr", declaration(None, Some("mairie@hauteluce.fr")), Info, false),
            ("dpd@cdg73.fr", declaration(None, Some("mairie@hauteluce.fr")), Info, true),
        ] {
            let told = judged(dpd, found(one));
            assert_eq!((told.0, told.1.is_some()), (verdict, external), "{dpd} {:?}", told.1);
        }
        let none = Heard::Absent { at: at("2026-05-01T00:00:00Z"), down: None };
        assert_eq!(judged("dpd@hauteluce.fr", none).0, Look);
        assert_eq!(judged("dpd@hauteluce.fr", Heard::Off).0, Verdict::Unverified);
    }
}
