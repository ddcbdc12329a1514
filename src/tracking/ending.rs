//! What the demandeur is told of a service that ends, or rests: where its abonnement stands at HubEE, and what is theirs
//! to do. Pure.

use crate::domain::paris::day_in_words;
use crate::store::collectivites::Standing;
use crate::store::drift::DriftRow;
use crate::store::suspensions::SuspensionRow;

/// One sentence for each thing to know, in order; empty when the service is as it should be.
pub fn ending(forms: &[Standing], suspensions: &[SuspensionRow], drifts: &[DriftRow]) -> Vec<String> {
    let mut said: Vec<String> = forms.iter().filter_map(form).collect();
    said.extend(suspensions.iter().filter_map(suspension));
    if drifts.iter().any(|row| row.kind == "administrateur") {
        said.push(
            "Le compte administrateur de votre collectivité dans HubEE est encore celui du demandeur précédent. Nous \
             demandons au support HubEE de vous en créer un ; d’ici là, passez par cette personne ou par un autre \
             administrateur de votre collectivité."
                .into(),
        );
    }
    said
}

fn form(form: &Standing) -> Option<String> {
    if form.closed_at.is_none() {
        return form.paused_at.map(|_| {
            "Votre formulaire est momentanément suspendu : les familles ne peuvent pas s’en servir. Votre habilitation et \
             votre abonnement HubEE restent en place."
                .into()
        });
    }
    let to = form.successor_siret.as_deref()?;
    let why = if form.ended_as.as_deref() == Some("merged") { "la fusion" } else { "le transfert" };
    Some(format!(
        "La page de {} (SIRET {}) est fermée depuis {why} : elle renvoie vers celle du SIRET {to}, dès que son formulaire \
         est ouvert.",
        form.name, form.siret
    ))
}

fn suspension(row: &SuspensionRow) -> Option<String> {
    let siret = &row.siret;
    let said = match row.status.as_str() {
        "waiting" => {
            format!("L’abonnement HubEE du SIRET {siret} sera suspendu après l’ouverture du nouveau formulaire.")
        }
        "running" | "retrying" => format!("La suspension de l’abonnement HubEE du SIRET {siret} est en cours."),
        "by_hand" => {
            let due = row.due_on.map(|due| format!(" au plus tard le {}", day_in_words(due))).unwrap_or_default();
            format!(
                "L’abonnement HubEE du SIRET {siret} est à suspendre{due} : dans le portail HubEE, l’administrateur local \
                 ouvre « Gestion des abonnements », puis « Suspendre l’abonnement »."
            )
        }
        "suspended" | "verified" => {
            format!("Abonnement HubEE suspendu (SIRET {siret}). Les dossiers déjà reçus restent à traiter.")
        }
        "undone" => format!(
            "L’abonnement HubEE du SIRET {siret} a été réactivé : aucun dossier ne vous y sera pourtant adressé. Suspendez-le \
             de nouveau dans le portail, ou écrivez-nous si c’est une erreur."
        ),
        _ => return None,
    };
    Some(said)
}
