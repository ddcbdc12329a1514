//! What people of the demonstration write to each other, through the same doors as everyone.

use uuid::Uuid;

use super::scenario::{Fate, Scenario};
use crate::messages::{self, Author, Written, notes};
use crate::store::{accounts, habilitations};
use crate::workflow::{self, House};

/// A question answered and a note on the request that waits for changes; an unread question on the last one to instruct.
pub async fn talk(house: &House, scenarios: &[Scenario], filed: &[i64]) -> anyhow::Result<()> {
    let of = |fate: Fate| scenarios.iter().zip(filed).rfind(|(scenario, _)| scenario.fate == fate).map(|(_, n)| *n);
    if let Some(number) = of(Fate::ChangesRequested) {
        say(house, number, true, "Bonjour, la délibération de 2023 convient-elle, ou faut-il attendre la nouvelle ?")
            .await?;
        say(house, number, false, "Bonjour, celle de 2023 convient si les tarifs n’ont pas changé depuis.").await?;
        note(house, number, "Appelée lundi : la nouvelle délibération sera votée à la fin du mois.").await?;
    }
    if let Some(number) = of(Fate::Waiting) {
        say(house, number, true, "Bonjour, pouvons-nous déjà annoncer le formulaire aux familles ?").await?;
    }
    Ok(())
}

async fn say(house: &House, number: i64, demandeur: bool, text: &str) -> anyhow::Result<()> {
    let author = if demandeur {
        Author::Demandeur
    } else {
        let (id, name) = ada(house).await?;
        Author::Instructeur { id, name }
    };
    let request = request(house, number).await?;
    let seen = messages::thread(house.db.read().await?.cx(), request).await?.last();
    let written = Written { text, seen, key: Uuid::now_v7() };
    Ok(workflow::send_message(house, request, &author, written).await?)
}

async fn note(house: &House, number: i64, text: &str) -> anyhow::Result<()> {
    let (id, name) = ada(house).await?;
    let request = request(house, number).await?;
    Ok(notes::add(&house.db, &house.clock, request, (id, &name), text, Uuid::now_v7()).await?)
}

/// The first instructeur of the demo.
async fn ada(house: &House) -> anyhow::Result<(Uuid, String)> {
    let account = accounts::by_email(house.db.read().await?.cx(), super::ACCOUNTS[0].0).await?;
    account.map(|account| (account.id, account.name)).ok_or_else(|| anyhow::anyhow!("the demo has no instructeur"))
}

async fn request(house: &House, number: i64) -> anyhow::Result<Uuid> {
    let known = habilitations::by_datapass_id(house.db.read().await?.cx(), number).await?;
    known.map(|known| known.id).ok_or_else(|| anyhow::anyhow!("D{number} did not arrive"))
}
