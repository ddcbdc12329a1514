//! C23: the other requests of the same establishment, of the same body, of another body of the same commune. A CCAS, its
//! commune and its caisse des écoles each have their own: bodies of one commune are alike only by their category.

use super::check::{Check, Evidence, Facts, Verdict};
use crate::instruction::queue::state_label;
use crate::store::habilitations::Related;

/// What another request is to this one, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Link {
    /// Same SIRET, a habilitation in force.
    InForce,
    /// Same SIRET, still to be answered.
    Open,
    /// Another establishment of the body.
    SameBody,
    /// Another body of the commune, of the same category or of one that nothing tells.
    SameKind,
    /// Another body of the commune, of another category.
    Neighbour,
    /// Closed: refused, revoked or archived.
    Closed,
}

/// C23.
pub fn others(facts: &Facts<'_>) -> Check {
    let check = |verdict, sentence: String| Check::new("C23", verdict, sentence);
    let mut linked: Vec<(Link, &Related)> =
        facts.known.related.iter().filter_map(|one| Some((link(facts, one)?, one))).collect();
    linked.sort_by_key(|(link, one)| (*link, one.datapass_id));
    let Some((worst, _)) = linked.first() else {
        return check(Verdict::Fine, "Aucune autre demande ne porte ce SIRET ni cette commune.".into());
    };
    let worst = *worst;
    let numbers: Vec<String> =
        linked.iter().filter(|(link, _)| *link == worst).map(|(_, one)| format!("D{}", one.datapass_id)).collect();
    let numbers = numbers.join(", ");
    let check = match worst {
        Link::InForce => check(Verdict::Blocking, format!("Ce SIRET a déjà une habilitation en vigueur : {numbers}."))
            .remedy(
                "Proposez au demandeur de rouvrir la première. Si un autre service est concerné, écartez ce contrôle en disant \
                 lequel.",
            ),
        Link::Open => check(Verdict::Look, format!("Une autre demande de ce SIRET est en cours : {numbers}."))
            .remedy("Voyez avec le demandeur laquelle doit être instruite."),
        Link::SameBody => {
            check(Verdict::Look, format!("Un autre établissement du même organisme a une demande : {numbers}."))
                .remedy("Voyez si un seul formulaire peut servir à tout l’organisme.")
        }
        Link::SameKind => {
            check(Verdict::Look, format!("Un organisme de même nature a une demande dans cette commune : {numbers}."))
                .remedy("Assurez-vous qu’il ne s’agit pas de la même collectivité sous un ancien numéro.")
        }
        Link::Neighbour => check(
            Verdict::Info,
            format!("D’autres organismes de cette commune ont une demande, ce qui est courant : {numbers}."),
        ),
        Link::Closed => check(Verdict::Info, format!("D’autres demandes, closes, sont connues : {numbers}.")),
    };
    check.seen(linked.iter().map(|(_, one)| told(one)))
}

fn link(facts: &Facts<'_>, other: &Related) -> Option<Link> {
    let organisation = &facts.habilitation.dossier.organisation;
    let siret = organisation.siret().map(|siret| siret.to_string());
    let siren = |siret: &str| siret.get(..9).map(str::to_owned);
    let same_siret = siret.is_some() && other.siret == siret;
    let same_body = same_siret
        || siret.as_deref().and_then(siren).is_some_and(|ours| other.siret.as_deref().and_then(siren) == Some(ours));
    let same_place = organisation.code_cog.is_some() && other.code_cog == organisation.code_cog;
    let alive = other.in_force || matches!(other.state.as_str(), "draft" | "submitted" | "changes_requested");
    Some(match (same_siret, same_body, same_place) {
        (true, ..) if other.in_force => Link::InForce,
        (true, ..) if alive => Link::Open,
        (false, true, _) if alive => Link::SameBody,
        (false, false, true) if alive && alike(organisation.legal_category.as_deref(), other) => Link::SameKind,
        (false, false, true) if alive => Link::Neighbour,
        (false, false, false) => return None,
        _ => Link::Closed,
    })
}

fn alike(category: Option<&str>, other: &Related) -> bool {
    match (category, other.legal_category.as_deref()) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => true,
    }
}

fn told(one: &Related) -> Evidence {
    let name = if one.name.trim().is_empty() { "organisation sans nom" } else { &one.name };
    let siret = one.siret.as_deref().unwrap_or("sans SIRET");
    let in_force = if one.in_force { ", habilitation en vigueur" } else { "" };
    let state = state_label(&one.state).to_lowercase();
    let text = format!("D{} : {name}, {siret}, {state}{in_force}", one.datapass_id);
    Evidence { source: "Habilis".into(), at: None, text, caveat: None }
}

#[cfg(test)]
mod tests {
    use super::super::Known;
    use super::super::samples::habilitation;
    use super::*;

    fn related(number: i64, state: &str, siret: &str, cog: &str, category: Option<&str>) -> Related {
        Related {
            datapass_id: number,
            state: state.into(),
            in_force: state == "accepted",
            siret: Some(siret.into()),
            name: "COMMUNE DE HAUTELUCE".into(),
            code_cog: Some(cog.into()),
            legal_category: category.map(str::to_owned),
        }
    }

    #[test]
    fn other_requests() {
        use Verdict::{Blocking, Fine, Info, Look};
        // Against the commune 21730132400018, at 73132.
        let same = |number, state: &str| related(number, state, "21730132400018", "73132", Some("7210"));
        let elsewhere = |state: &str| related(9, state, "21730132400026", "73132", Some("7210"));
        let ccas = |state: &str| related(9, state, "26730132000017", "73132", Some("7361"));
        let school = related(8, "accepted", "26730132100015", "73132", Some("7362"));
        for (others, verdict, words) in [
            (vec![], Fine, "Aucune"),
            (vec![same(5, "refused"), same(6, "archived")], Info, "D5, D6"),
            (vec![same(5, "refused"), same(7, "accepted"), same(6, "accepted")], Blocking, ": D6, D7."),
            (vec![same(5, "draft")], Look, "en cours : D5"),
            (vec![same(5, "changes_requested"), same(6, "accepted")], Blocking, "vigueur : D6."),
            (vec![elsewhere("accepted")], Look, "même organisme"),
            (vec![elsewhere("refused")], Info, "closes"),
            (vec![ccas("accepted"), school.clone()], Info, "courant"),
            (vec![ccas("refused")], Info, "closes"),
            (vec![related(9, "submitted", "21730999900017", "73132", Some("7210"))], Look, "même nature"),
            (vec![related(9, "submitted", "21730999900017", "73132", None)], Look, "même nature"),
            (vec![related(9, "accepted", "20004567800012", "73132", Some("7346"))], Info, "courant"),
        ] {
            let known = Known { related: others.clone(), ..Known::default() };
            let check = super::others(&Facts { habilitation: &habilitation(), known: &known });
            assert!(check.verdict == verdict && check.sentence.contains(words), "{others:?}: {check:?}");
            assert_eq!(check.evidence.len(), others.len());
        }
    }
}
