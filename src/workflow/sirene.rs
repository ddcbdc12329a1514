//! Asks Sirene, the one way: what it says is kept where checks read it and where mises en service do. Whoever reads it waits
//! for nobody; a merger alone asks while a person waits.

use chrono::{DateTime, Duration, Utc};
use siret::Siret;

use super::collect::{check_again, plan_in};
use super::follow::{provision, register};
use super::house::House;
use crate::clients::{Answer, Unavailable, sirene};
use crate::domain::Habilitation;
use crate::domain::sources::{Question, Registered, Source};
use crate::jobs::Failure;
use crate::store::sirene_facts::SireneFact;
use crate::store::{self, Tx, jobs, sirene_facts, sources};

/// Asks about a body, when Sirene is set up; the checks that read it are made again, and a mise en service that may be
/// waiting for it goes on.
pub(super) async fn ask_about(house: &House, habilitation: &Habilitation) -> Result<(), Failure> {
    let of_editeur = ask_editeur(house, habilitation).await;
    let Some(siret) = habilitation.dossier.organisation.siret() else { return of_editeur };
    let said = match ask(house, &siret).await {
        None => return of_editeur,
        Some(Ok(said)) => said,
        Some(Err(why)) => return is_silent(house, habilitation, &siret, why).await,
    };
    let now = house.clock.now();
    let mut tx = house.db.begin().await?;
    keep(&mut tx, &siret, said.as_ref(), now).await?;
    if !habilitation.dossier.organisation.is_described() {
        // What the request did not say, other sources may now be asked about.
        plan_in(&mut tx, house, habilitation, false).await?;
        if habilitation.in_force.is_some() {
            jobs::enqueue(tx.cx(), &provision(habilitation, now), now).await?;
        }
    }
    check_again(&mut tx, house, habilitation).await?;
    tx.commit().await?;
    of_editeur
}

/// Asks where the éditeur sits, which is what HubEE knows it by. A failure holds nothing of the body itself.
async fn ask_editeur(house: &House, habilitation: &Habilitation) -> Result<(), Failure> {
    let editeur = habilitation.dossier.editeur.as_ref();
    let siret: Option<Siret> = editeur.and_then(|editeur| editeur.siret.as_deref()?.parse().ok());
    let Some(siret) = siret else { return Ok(()) };
    match learn(house, &siret).await? {
        None | Some(Ok(_)) => Ok(()),
        Some(Err(why)) => Err(Failure::Retry { why: told(&why), at: why.again }),
    }
}

/// Asks about one establishment now, and keeps what is said. `None` when Sirene is not set up.
pub(super) async fn learn(house: &House, siret: &Siret) -> store::Result<Option<Result<SireneFact, Unavailable>>> {
    let said = match ask(house, siret).await {
        None => return Ok(None),
        Some(Ok(said)) => said,
        Some(Err(why)) => return Ok(Some(Err(why))),
    };
    let mut tx = house.db.begin().await?;
    let fact = keep(&mut tx, siret, said.as_ref(), house.clock.now()).await?;
    tx.commit().await?;
    Ok(Some(Ok(fact)))
}

async fn ask(house: &House, siret: &Siret) -> Option<Result<Option<Registered>, Unavailable>> {
    Some(match house.sirene.as_ref()?.establishment(siret).await {
        Answer::Found(said) => Ok(Some(said)),
        Answer::Unknown => Ok(None),
        Answer::Unavailable(why) => Err(why),
    })
}

async fn keep(tx: &mut Tx, siret: &Siret, said: Option<&Registered>, now: DateTime<Utc>) -> store::Result<SireneFact> {
    let fact = fact(said, now);
    sources::answered(tx.cx(), &question(siret), said, now).await?;
    sirene_facts::save(tx.cx(), siret.as_ref(), &fact).await?;
    Ok(fact)
}

fn question(siret: &Siret) -> Question {
    Question { source: Source::Sirene, key: siret.to_string() }
}

/// What Sirene said, as mises en service read it.
fn fact(said: Option<&Registered>, now: DateTime<Utc>) -> SireneFact {
    let note = match said {
        Some(Registered::Known(_)) => "établissement trouvé",
        Some(Registered::Duplicate) => "unité fermée pour cause de doublon",
        Some(Registered::Withheld) => "établissement que Sirene ne diffuse pas",
        None => "établissement inconnu de Sirene",
    };
    let organisation = said.and_then(sirene::described).map(|found| found.organisation.clone());
    SireneFact { organisation, note: note.to_owned(), fetched_at: now }
}

fn told(why: &Unavailable) -> String {
    format!("Sirene : {}", why.why)
}

async fn is_silent(
    house: &House,
    habilitation: &Habilitation,
    siret: &Siret,
    unavailable: Unavailable,
) -> Result<(), Failure> {
    let now = house.clock.now();
    let mut tx = house.db.begin().await?;
    if unavailable.held {
        let mut later = register(habilitation, now);
        later.run_at = unavailable.again.unwrap_or(now + Duration::minutes(1));
        sources::expect(tx.cx(), &question(siret), now).await?;
        jobs::enqueue(tx.cx(), &later, now).await?;
        return Ok(tx.commit().await?);
    }
    sources::is_down(tx.cx(), &question(siret), &unavailable.why, now).await?;
    check_again(&mut tx, house, habilitation).await?;
    tx.commit().await?;
    Err(Failure::Retry { why: told(&unavailable), at: unavailable.again })
}
