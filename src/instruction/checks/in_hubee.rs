//! C27: what HubEE already has of the body, set against what an acceptance would send there, and the éditeur who would
//! receive. A SIRET that HubEE has under another code guichet forbids to accept until a person says which code to use: a
//! second organisation could not be removed. The rest forbids nothing: the mise en service overwrites nothing and asks.

use super::check::{Check, Evidence, Facts, Verdict};
use super::heard::{quoted, unheard};
use super::hubee::MEND;
use crate::domain::Editeur;
use crate::domain::sources::{Abonnement, Branch, InHubee, Source};

const CODE: &str = "C27";
const UNREADABLE: &str = "HubEE ne permet pas à nos droits de lire ce qu’il a de cette collectivité.";

/// C27: the worst of both, and what was read of both.
pub fn state(facts: &Facts<'_>) -> Check {
    let body = body(facts);
    match editeur(facts) {
        None => body,
        Some(editeur) if body.verdict == Verdict::Unverified => editeur,
        Some(editeur) => {
            let (worst, other) = if body.verdict.is_finding() { (body, editeur) } else { (editeur, body) };
            let sentence = format!("{} {}", worst.sentence, other.sentence);
            Check { sentence, ..worst }.seen(other.evidence)
        }
    }
}

/// The organisation and its abonnements.
fn body(facts: &Facts<'_>) -> Check {
    let heard = &facts.known.sources.hubee;
    if let Some(unheard) = unheard(CODE, Source::Hubee.label(), heard) {
        return unheard;
    }
    let nothing = InHubee { abonnements: Some(Vec::new()), ..InHubee::default() };
    let known = heard.found().unwrap_or(&nothing);
    let check = |verdict, sentence: String| Check::new(CODE, verdict, sentence);
    let (faults, elsewhere) = (faults(facts, known), elsewhere(facts, known));
    let check = if let Some((codes, cog)) = elsewhere {
        let others: String = faults.iter().map(|fault| format!(" ; {fault}")).collect();
        let sentence = format!("HubEE connaît déjà ce SIRET sous le code guichet {codes}, et non {cog}{others}.");
        check(Verdict::Blocking, sentence).remedy(format!(
            "{MEND} : le code de la commune qui désigne l’organisation déjà là, car HubEE n’en supprime aucune."
        ))
    } else if !faults.is_empty() {
        check(Verdict::Look, format!("HubEE connaît déjà cette collectivité : {}.", faults.join(" ; ")))
            .remedy("Vous pouvez accepter : rien n’y sera remplacé, et la mise en service vous demandera que faire.")
    } else if known.abonnements.is_none() {
        check(Verdict::Unverified, UNREADABLE.into())
    } else if known.organisations.is_empty() && known.abonnements.as_ref().is_some_and(Vec::is_empty) {
        check(Verdict::Fine, "HubEE ne connaît pas encore cette collectivité : elle y sera créée.".into())
    } else {
        check(Verdict::Info, "HubEE connaît déjà cette collectivité, et rien n’y contredit la demande.".into())
    };
    check.seen(evidence(facts, known))
}

/// The code guichet that would be sent.
fn cog(facts: &Facts<'_>) -> String {
    facts.habilitation.dossier.organisation.code_cog.as_deref().unwrap_or_default().trim().to_uppercase()
}

/// The organisation that would be used.
fn ours<'a>(facts: &Facts<'_>, known: &'a InHubee) -> Option<&'a Branch> {
    let cog = cog(facts);
    known.organisations.iter().find(|one| one.code.eq_ignore_ascii_case(&cog))
}

/// The codes under which HubEE has this SIRET, and ours, when ours is not among them.
fn elsewhere(facts: &Facts<'_>, known: &InHubee) -> Option<(String, String)> {
    if known.organisations.is_empty() || ours(facts, known).is_some() {
        return None;
    }
    let codes: Vec<&str> = known.organisations.iter().map(|one| one.code.as_str()).collect();
    Some((codes.join(", "), cog(facts)))
}

/// What a mise en service would stop at, in French.
fn faults(facts: &Facts<'_>, known: &InHubee) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(ours) = ours(facts, known).filter(|ours| !ours.status.eq_ignore_ascii_case("Actif")) {
        faults.push(format!("l’organisation y est à l’état « {} »", ours.status));
    }
    for one in known.abonnements.iter().flatten() {
        for fault in against(facts, one) {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    faults
}

/// What one abonnement has that the request does not ask for. What carries our number is what the collectivité made of it.
fn against(facts: &Facts<'_>, one: &Abonnement) -> Vec<String> {
    let dossier = &facts.habilitation.dossier;
    let ours = one.datapass_id == Some(facts.habilitation.datapass_id);
    let asked = if dossier.editeur.as_ref().is_some_and(Editeur::is_publisher) { "API" } else { "PORTAIL" };
    let mut faults = Vec::new();
    if !["Actif", "Inactif"].iter().any(|alive| one.status.eq_ignore_ascii_case(alive)) {
        faults.push(format!("un abonnement y est à l’état « {} »", one.status));
    }
    if one.administrator.as_deref().is_some_and(|who| who != dossier.demandeur.email.trim().to_lowercase()) {
        faults.push("un abonnement y est administré par une autre personne que le demandeur".into());
    }
    if let Some(mode) = one.access_mode.as_deref().filter(|mode| !ours && *mode != asked) {
        faults.push(format!("un abonnement y est en mode d’accès {mode}"));
    }
    faults
}

fn evidence(facts: &Facts<'_>, known: &InHubee) -> Vec<Evidence> {
    let heard = &facts.known.sources.hubee;
    let said = |text: String| quoted(Source::Hubee.label(), heard, text);
    let branches = known.organisations.iter().map(|one| format!("Organisation {} : {}", one.code, one.status));
    let abonnements = known.abonnements.iter().flatten().map(|one| {
        let number = one.datapass_id.map_or("créé à la main".into(), |id| format!("demande D{id}"));
        let mode = one.access_mode.as_deref().unwrap_or("aucun");
        let who = one.administrator.as_deref().unwrap_or("inconnu");
        format!("Abonnement {} : {}, {number}, mode d’accès : {mode}, administrateur : {who}", one.branch, one.status)
    });
    branches.chain(abonnements).filter_map(said).collect()
}

/// The éditeur to whom HubEE will send, when there is one; HubEE knows it by its SIRET and commune.
fn editeur(facts: &Facts<'_>) -> Option<Check> {
    let editeur = facts.habilitation.dossier.editeur.as_ref()?;
    if !editeur.is_publisher() {
        return None;
    }
    let check = |verdict, sentence: String| Check::new(CODE, verdict, sentence);
    let known = facts.known.editeur.as_ref().and_then(|fact| fact.organisation.as_ref());
    Some(match (&editeur.siret, known.and_then(|known| known.code_cog.as_ref())) {
        (Some(siret), Some(cog)) => check(
            Verdict::Info,
            format!("Un éditeur recevra les dossiers : mode d’accès API, délégation à EDT-{siret}-{cog}."),
        )
        .remedy("Avant d’être écrite dans HubEE, la délégation vous sera montrée ; HubEE doit connaître cet éditeur."),
        (Some(siret), None) => {
            check(Verdict::Look, format!("La commune de l’éditeur {siret} n’est pas connue de Sirene."))
                .remedy("Vous pouvez accepter : la collectivité déléguera elle-même dans HubEE.")
        }
        (None, _) => check(Verdict::Look, "L’éditeur de la demande n’a pas de SIRET.".into())
            .remedy("Vous pouvez accepter : la collectivité déléguera elle-même dans HubEE."),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Known;
    use super::super::samples::{at, habilitation};
    use super::*;
    use crate::domain::sources::{Heard, Sources};
    use crate::domain::{Editeur, Organisation};
    use crate::store::sirene_facts::SireneFact;

    fn abonnement(change: impl FnOnce(&mut Abonnement)) -> Abonnement {
        let mut one = Abonnement {
            branch: "73132".into(),
            datapass_id: Some(61234),
            status: "Inactif".into(),
            access_mode: None,
            administrator: Some("claire.martineau@hauteluce.fr".into()),
        };
        change(&mut one);
        one
    }

    fn judged(branches: &[(&str, &str)], abonnements: Option<Vec<Abonnement>>, editeur: Option<Editeur>) -> Check {
        let branch = |(code, status): &(&str, &str)| Branch { code: (*code).into(), status: (*status).into() };
        let value = InHubee { organisations: branches.iter().map(branch).collect(), abonnements };
        let hubee = Heard::Found { value, at: at("2026-06-03T00:00:00Z"), down: None };
        let mut known = Known { sources: Sources { hubee, ..Sources::default() }, ..Known::default() };
        known.editeur = editeur.is_some().then(|| SireneFact {
            organisation: Some(Organisation { code_cog: Some("75113".into()), ..Organisation::default() }),
            note: String::new(),
            fetched_at: at("2026-06-03T00:00:00Z"),
        });
        let mut habilitation = habilitation();
        habilitation.dossier.editeur = editeur;
        state(&Facts { habilitation: &habilitation, known: &known })
    }

    #[test]
    fn what_hubee_has_already() {
        use Verdict::{Blocking, Fine, Info, Look, Unverified};
        let here = [("73132", "Actif")];
        let one = |change: fn(&mut Abonnement)| Some(vec![abonnement(change)]);
        for (branches, abonnements, verdict, words) in [
            (&[][..], Some(vec![]), Fine, "elle y sera créée"),
            (&here[..], Some(vec![]), Info, "rien n’y contredit"),
            (&here[..], one(|_| {}), Info, "rien n’y contredit"),
            (&here[..], one(|a| a.status = "Actif".into()), Info, "rien n’y contredit"),
            // What the collectivité chose since.
            (&here[..], one(|a| a.access_mode = Some("API".into())), Info, "rien n’y contredit"),
            (&here[..], one(|a| (a.datapass_id, a.access_mode) = (Some(7), Some("API".into()))), Look, "accès API"),
            (&here[..], one(|a| (a.datapass_id, a.access_mode) = (None, Some("PORTAIL".into()))), Info, "rien n’y"),
            (&here[..], one(|a| a.administrator = Some("ancien@hauteluce.fr".into())), Look, "autre personne"),
            (&here[..], one(|a| a.administrator = None), Info, "rien n’y contredit"),
            (&here[..], one(|a| a.status = "Suspendu".into()), Look, "« Suspendu »"),
            (&here[..], one(|a| a.status = "Refusé".into()), Look, "« Refusé »"),
            // Made for the CertDC, under the code of old.
            (&[("00000", "Actif")][..], Some(vec![]), Blocking, "code guichet 00000, et non 73132"),
            (&[("00000", "Actif"), ("73132", "Actif")][..], Some(vec![]), Info, "rien n’y contredit"),
            (&[("73132", "Inactif")][..], Some(vec![]), Look, "à l’état « Inactif »"),
            (&here[..], None, Unverified, "ne permet pas"),
            (&[][..], None, Unverified, "ne permet pas"),
            (&[("00000", "Actif")][..], None, Blocking, "00000"),
        ] {
            let check = judged(branches, abonnements.clone(), None);
            assert_eq!(check.verdict, verdict, "{branches:?} {abonnements:?}: {}", check.sentence);
            assert!(check.sentence.contains(words), "{}", check.sentence);
            assert_eq!(check.evidence.len(), branches.len() + abonnements.map_or(0, |all| all.len()));
            assert!(!check.sentence.contains('@'), "sentences are kept in histories: {}", check.sentence);
        }
    }

    #[test]
    fn the_editeur_and_what_hubee_has() {
        let editeur = |siret: Option<&str>| Editeur {
            id: "editeur".into(),
            siret: siret.map(str::to_owned),
            kind: Some("editor".into()),
        };
        let (known, nameless) = (editeur(Some("44229377500031")), editeur(None));
        let check = judged(&[], Some(vec![]), Some(known.clone()));
        assert_eq!(check.verdict, Verdict::Info);
        assert!(check.sentence.contains("EDT-44229377500031-75113") && check.sentence.contains("elle y sera créée"));
        let api = || Some(vec![abonnement(|a| (a.datapass_id, a.access_mode) = (Some(7), Some("API".into())))]);
        assert_eq!(judged(&[("73132", "Actif")], api(), Some(known.clone())).verdict, Verdict::Info, "as asked");
        let check = judged(&[("00000", "Actif")], Some(vec![]), Some(known));
        assert!(check.verdict == Verdict::Blocking && super::super::may_mend(&check));
        assert!(check.sentence.contains("00000") && check.sentence.contains("EDT-"), "{}", check.sentence);
        assert_eq!(judged(&[], None, Some(nameless)).verdict, Verdict::Look, "what is known of it alone");
        let operator = Editeur { kind: Some("operator".into()), ..editeur(None) };
        assert_eq!(judged(&[], Some(vec![]), Some(operator)).verdict, Verdict::Fine);
    }

    #[test]
    fn not_asked_is_not_verified() {
        let habilitation = habilitation();
        let check = state(&super::super::samples::alone(&habilitation));
        assert_eq!((check.verdict, check.sentence.as_str()), (Verdict::Unverified, "Source non configurée : HubEE."));
    }
}
