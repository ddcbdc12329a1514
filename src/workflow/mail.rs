//! One mail, from the job to the post: gathers the facts a letter needs from where they are. What the letter says is the
//! notifications room's.

use serde::Deserialize;
use uuid::Uuid;

use super::house::House;
use crate::domain::{Event, Habilitation};
use crate::jobs::Failure;
use crate::notifications::{self, Facts, Kind, Undelivered};
use crate::paths;
use crate::publication::qr;
use crate::store::{self, events, habilitations};

/// What the job says.
#[derive(Deserialize)]
pub struct Order {
    habilitation: Uuid,
    kind: String,
    reason: Option<String>,
    cause: String,
}

/// Sends the mail of a job, once.
pub async fn send(house: &House, order: Order) -> Result<(), Failure> {
    let Some(kind) = Kind::from_name(&order.kind) else {
        return Err(Failure::park(format!("unknown kind of mail: {}", order.kind)));
    };
    let found = habilitations::by_id(house.db.read().await?.cx(), order.habilitation).await?;
    let habilitation = found.ok_or_else(|| Failure::park("no such request"))?;
    let mut facts = facts(house, &habilitation, order.reason);
    // Once refused, changes are no longer under way: what is in force is what tells them from a first request.
    facts.reopening |= kind == Kind::Refus && habilitation.in_force.is_some();
    if kind == Kind::EnService {
        facts.comment = comment(house, &habilitation).await?;
        facts.qr_png = facts.form_url.as_deref().map(qr::png).transpose().map_err(Failure::park)?;
    }
    let sent = notifications::deliver(&house.post, &house.db, &house.clock, &habilitation, kind, &facts, &order.cause);
    sent.await.map_err(|error| match error {
        Undelivered::Later(why) => Failure::retry(why),
        Undelivered::Never(why) => Failure::park(why),
    })
}

/// Everything a letter may say of a request, as of now.
pub fn facts(house: &House, habilitation: &Habilitation, reason: Option<String>) -> Facts {
    let config = &house.config;
    let dossier = &habilitation.dossier;
    let siret = dossier.organisation.siret().map(|s| s.to_string());
    let public = |path: fn(&str) -> String| siret.as_deref().map(|s| config.absolute(&path(s)));
    Facts {
        number: habilitation.number(),
        organisation: dossier.organisation.name.clone(),
        demandeur_name: dossier.demandeur.display_name(),
        demandeur_email: dossier.demandeur.email.clone(),
        deadline: habilitation.state.due(),
        reason,
        comment: None,
        tracking_url: config.absolute(&paths::tracking(&habilitation.tracking_token)),
        datapass_url: paths::datapass_request(config, habilitation.datapass_id),
        form_url: siret.as_deref().map(|s| config.form_of(s)),
        page_url: public(paths::collectivite),
        kit_url: public(|s| paths::collectivite_part(s, "kit")),
        qr_png: None,
        reopening: habilitation.is_reopening(),
        editeur: dossier.editeur.is_some(),
    }
}

/// What the instructeur added to the acceptance in force.
async fn comment(house: &House, habilitation: &Habilitation) -> store::Result<Option<String>> {
    let history = events::of(house.db.read().await?.cx(), habilitation.id).await?;
    Ok(history
        .into_iter()
        .find_map(|line| match line.event {
            Event::Accepted { comment } => Some(comment),
            _ => None,
        })
        .flatten())
}
