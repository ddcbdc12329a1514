//! What stays stopped, in words for whoever mends it: how many, since when, what to do. One count a sort, never a line
//! read by itself. Must not know who is told, nor when.

use chrono::{DateTime, NaiveDate, Utc};

use super::alarm::Alarm;
use super::follow::JobKind;
use super::house::House;
use crate::domain::paris::{day_in_words, instant_in_words};
use crate::domain::working_days::WorkingDays;
use crate::notifications::StuckFacts;
use crate::provisioning::drift::{HUBEE, SIRENE, Standing};
use crate::store::lasting::Lasting;
use crate::store::{self, Cx, drift, lasting};

/// A mise en service may wait for a person this many working days before operators are told.
const HELD_DAYS: i64 = 2;

/// Whether an alarm is counted anew when its mail is written.
pub(super) fn is_counted(alarm: Alarm) -> bool {
    !matches!(alarm, Alarm::Class(_) | Alarm::Reactivated | Alarm::Late)
}

/// What an alarm tells of what is stopped now; `None` when nothing is any more.
pub(super) async fn told(cx: Cx<'_>, house: &House, alarm: Alarm) -> store::Result<Option<StuckFacts>> {
    let now = house.clock.now();
    Ok(match alarm {
        Alarm::Class(_) | Alarm::Reactivated | Alarm::Late => None,
        Alarm::Parked(kind) => {
            let all = lasting::parked(cx).await?;
            all.into_iter().find(|(name, _)| name == kind.name()).map(|(_, found)| parked(kind, &found))
        }
        Alarm::NotCompared(kind) => not_compared(cx, kind).await?,
        Alarm::Quarantined => lasting::quarantined(cx).await?.map(|found| quarantined(&found)),
        Alarm::Held => lasting::held(cx, held_before(&house.config.days, now)).await?.map(|found| held(&found)),
        Alarm::ByHand => {
            let found = lasting::overdue_by_hand(cx, house.clock.today()).await?;
            found.map(|(count, oldest)| by_hand(count, oldest))
        }
    })
}

/// What waits for a person since before this instant waits for too long.
fn held_before(days: &WorkingDays, now: DateTime<Utc>) -> DateTime<Utc> {
    let today = crate::domain::paris::paris(now).date_naive();
    let day = today.iter_days().rev().take(30).find(|day| days.between(*day, today) == HELD_DAYS);
    now - (today - day.unwrap_or(today))
}

fn parked(kind: JobKind, found: &Lasting) -> StuckFacts {
    let since = instant_in_words(found.oldest);
    let what = match found.count {
        1 => format!("Une tâche « {} » est arrêtée depuis le {since}. Elle ne repartira pas seule.", kind.label()),
        count => format!(
            "{count} tâches « {} » sont arrêtées, la plus ancienne depuis le {since}. Elles ne repartiront pas seules.",
            kind.label()
        ),
    };
    StuckFacts {
        title: format!("Tâches arrêtées : {}", kind.label()),
        what,
        remedy: "La page « Exploitation » montre ce que dit chacune : corrigez d’abord ce qui les arrête, puis \
                 relancez-les toutes d’un geste."
            .into(),
    }
}

async fn not_compared(cx: Cx<'_>, kind: JobKind) -> store::Result<Option<StuckFacts>> {
    let (source, name) = if kind == JobKind::DriftSirene { (SIRENE, "Sirene") } else { (HUBEE, "HubEE") };
    let walk = drift::walk(cx, source).await?.filter(|walk| Standing::parse(&walk.status) == Standing::Resting);
    Ok(walk.map(|walk| StuckFacts {
        title: format!("Comparaison avec {name} impossible depuis un jour"),
        what: format!(
            "La comparaison de nuit avec {name} échoue depuis un jour : aucun nouvel écart n’est vu. Dernière réponse : {}.",
            walk.note.as_deref().unwrap_or("aucune")
        ),
        remedy: "Elle reprendra d’elle-même la nuit prochaine, là où elle s’est arrêtée. Si la panne dure, écrivez au \
                 support du service qui ne répond pas."
            .into(),
    }))
}

fn quarantined(found: &Lasting) -> StuckFacts {
    let since = instant_in_words(found.oldest);
    let what = match found.count {
        1 => format!("Une réception de DataPass est en quarantaine depuis le {since} : rien n’en a été appliqué."),
        count => format!(
            "{count} réceptions de DataPass sont en quarantaine, la plus ancienne depuis le {since} : rien n’en a été \
             appliqué."
        ),
    };
    StuckFacts {
        title: "Réceptions de DataPass en quarantaine".into(),
        what,
        remedy:
            "La page « Exploitation » dit le motif de chacune. Le programme, ou DataPass, est à corriger ; la demande \
                 peut être comparée entre-temps à ce que DataPass montre."
                .into(),
    }
}

fn held(found: &Lasting) -> StuckFacts {
    let since = instant_in_words(found.oldest);
    let what = match found.count {
        1 => format!("Une mise en service attend une personne depuis le {since}, plus de deux jours ouvrés."),
        count => format!(
            "{count} mises en service attendent une personne depuis plus de deux jours ouvrés, la plus ancienne depuis \
             le {since}."
        ),
    };
    StuckFacts {
        title: "Mises en service qui attendent une personne".into(),
        what,
        remedy: "La liste dit ce qui arrête chacune, et ce qu’il faut faire.".into(),
    }
}

fn by_hand(count: i64, oldest: NaiveDate) -> StuckFacts {
    let day = day_in_words(oldest);
    let what = match count {
        1 => format!(
            "Un abonnement devait être suspendu à la main au plus tard le {day} : il est peut-être encore actif."
        ),
        count => format!(
            "{count} abonnements devaient être suspendus à la main, le premier au plus tard le {day} : ils sont peut-être \
             encore actifs."
        ),
    };
    StuckFacts {
        title: "Suspensions à faire à la main en retard".into(),
        what,
        remedy:
            "La liste des écarts donne le message à envoyer au support HubEE et à l’administrateur local ; confirmez \
                 ensuite la suspension."
                .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::held_before;
    use crate::domain::working_days::{Calendar, WorkingDays};

    #[test]
    fn week_ends_are_not_counted() {
        let days = WorkingDays { calendar: Calendar::Metropole, whit_monday_worked: false };
        for (now, before) in [
            ("2026-09-09T08:00:00Z", "2026-09-07T08:00:00Z"),
            // A Monday: since the Thursday before.
            ("2026-09-14T08:00:00Z", "2026-09-10T08:00:00Z"),
            ("2026-09-12T08:00:00Z", "2026-09-09T08:00:00Z"),
        ] {
            assert_eq!(
                held_before(&days, now.parse().unwrap()),
                before.parse::<chrono::DateTime<chrono::Utc>>().unwrap()
            );
        }
    }
}
