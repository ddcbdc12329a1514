//! One step of a story, made by whoever makes it: in the simulated DataPass, or here through the doors of everyone.

use std::collections::BTreeMap;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::step::{Gesture, Step};
use super::story::Story;
use crate::domain::{Actor, Habilitation, What};
use crate::messages::{self, Author, Written, notes};
use crate::sandbox::Sandbox;
use crate::sandbox::datapass::{Gesture as There, Refusal};
use crate::sandbox::hubee::{Fault, FaultKind, Route, When};
use crate::store::habilitations;
use crate::workflow::{self, House};

/// An instructeur of the demonstration.
#[derive(Clone)]
pub struct Account {
    pub id: Uuid,
    pub name: String,
}

/// Where the stories are played.
pub struct Stage<'a> {
    pub house: &'a House,
    pub sandbox: &'a Sandbox,
    /// The first one decides when nobody is in charge.
    pub accounts: Vec<Account>,
    /// DataPass's number of each story, by its rank.
    pub numbers: BTreeMap<usize, i64>,
}

impl Stage<'_> {
    /// A gesture in DataPass at an instant; a request is first written at another one.
    pub fn there(
        &mut self,
        rank: usize,
        story: &Story,
        step: &Step,
        (written, at): (DateTime<Utc>, DateTime<Utc>),
    ) -> anyhow::Result<()> {
        let datapass = &self.sandbox.datapass;
        let number = *self.numbers.entry(rank).or_insert_with(|| datapass.create_at(story.filing.clone(), written));
        let act = |gesture| datapass.act_at(number, gesture, at).map(drop);
        let done: Result<(), Refusal> = match step.gesture {
            Gesture::Submit => act(There::Submit),
            Gesture::Resubmit => datapass.update_at(number, &story.revised, written).and_then(|_| act(There::Submit)),
            Gesture::Approve => act(There::Approve),
            Gesture::Deny => act(There::Refuse),
            Gesture::AskThere => act(There::RequestChanges),
            Gesture::RevokeThere => act(There::Revoke),
            Gesture::Archive => act(There::Archive),
            Gesture::Reopen => act(There::Reopen),
            Gesture::Cancel => act(There::CancelReopening),
            Gesture::RevokeOne => {
                let last = datapass.request(number).and_then(|known| known.authorizations.last().map(|one| one.id));
                datapass.revoke_one_at(number, last.unwrap_or_default(), at).map(drop)
            }
            Gesture::Transfer => datapass.transfer_at(number, &story.successor, None, at).map(drop),
            Gesture::Move => datapass.transfer_at(number, &story.successor, story.moved_to.as_ref(), at).map(drop),
            _ => Ok(()),
        };
        Ok(done?)
    }

    /// A gesture made here, now.
    pub async fn here(&self, rank: usize, story: &Story, step: &Step) -> anyhow::Result<()> {
        if step.gesture == Gesture::HubeeDown {
            let siret = Some(story.filing.siret.clone());
            let kind = FaultKind::Error500Before;
            self.sandbox.hubee.script(Fault { route: Route::Any, kind, when: When::Always, siret });
            return Ok(());
        }
        let number = *self.numbers.get(&rank).context("it was not filed yet")?;
        let known = habilitations::by_datapass_id(self.house.db.read().await?.cx(), number).await?;
        let request = known.with_context(|| format!("D{number} did not arrive"))?;
        let who = self.who(step, &request)?;
        let text = step.words.clone();
        match step.gesture {
            Gesture::Take => self.take(&request, who).await,
            Gesture::Accept => self.decide(&request, who, What::Accept { comment: text }).await,
            Gesture::AskChanges => self.decide(&request, who, What::AskChanges { reason: text }).await,
            Gesture::Refuse => self.decide(&request, who, What::Refuse { reason: text }).await,
            Gesture::Revoke => self.decide(&request, who, What::Revoke { reason: text }).await,
            Gesture::Ask => self.say(&request, Author::Demandeur, text).await,
            Gesture::Answer => self.say(&request, Author::Instructeur { id: who.id, name: who.name }, text).await,
            Gesture::Note => self.note(&request, &who, text).await,
            _ => Ok(()),
        }
    }

    /// Who is named, else who is in charge, else the first.
    fn who(&self, step: &Step, request: &Habilitation) -> anyhow::Result<Account> {
        let named = |account: &&Account| {
            let given = account.name.split(' ').next().unwrap_or_default().to_lowercase();
            step.who.as_ref().is_some_and(|who| *who == given)
        };
        if step.who.is_some() {
            return self.accounts.iter().find(named).cloned().context("no instructeur has that name");
        }
        let assigned = request.assignee.as_ref().map(|who| Account { id: who.id, name: who.name.clone() });
        assigned.or_else(|| self.accounts.first().cloned()).context("there is no instructeur")
    }

    async fn take(&self, request: &Habilitation, who: Account) -> anyhow::Result<()> {
        let by = Actor::Instructeur { id: who.id, name: who.name.clone() };
        workflow::assign(self.house, request.id, request.version, by, Some((who.id, who.name))).await?;
        Ok(())
    }

    async fn decide(&self, request: &Habilitation, who: Account, what: What) -> anyhow::Result<()> {
        let by = Actor::Instructeur { id: who.id, name: who.name };
        workflow::decide(self.house, request.id, request.version, by, what).await?;
        Ok(())
    }

    async fn say(&self, request: &Habilitation, author: Author, text: Option<String>) -> anyhow::Result<()> {
        let text = text.unwrap_or_default();
        let seen = messages::thread(self.house.db.read().await?.cx(), request.id).await?.last();
        let written = Written { text: &text, seen, key: Uuid::now_v7() };
        Ok(workflow::send_message(self.house, request.id, &author, written).await?)
    }

    async fn note(&self, request: &Habilitation, who: &Account, text: Option<String>) -> anyhow::Result<()> {
        let (text, author) = (text.unwrap_or_default(), (who.id, who.name.as_str()));
        Ok(notes::add(&self.house.db, &self.house.clock, request.id, author, &text, Uuid::now_v7()).await?)
    }
}
