//! A message about a request, and the mails that tell the other side, in one transaction. The letters' words are the
//! notifications room's.

use uuid::Uuid;

use super::follow::message_mail;
use super::house::House;
use crate::accounts;
use crate::domain::{Habilitation, HabilitationId};
use crate::jobs::Failure;
use crate::messages::{self, Author, Sent, Side, Unsent, Written};
use crate::notifications::{Addressee, Facts, Kind, Said};
use crate::paths;
use crate::store::{self, Cx, jobs, messages as table};

/// Adds a message and has the other side told. A form sent twice makes one message, hence one mail to each.
///
/// # Errors
/// See [`Unsent`]. Nothing was written.
pub async fn send_message(
    house: &House,
    habilitation: HabilitationId,
    author: &Author,
    written: Written<'_>,
) -> Result<(), Unsent> {
    let mut tx = house.db.begin().await?;
    let Some(sent) = messages::send(&mut tx, &house.clock, habilitation, author, written).await? else {
        return Ok(());
    };
    let assignee = sent.habilitation.assignee.as_ref().map(|who| who.id);
    let told = told(tx.cx(), author.side(), assignee).await?;
    for account in told {
        jobs::enqueue(tx.cx(), &mail(&sent, author.side(), account, house), house.clock.now()).await?;
    }
    tx.commit().await?;
    house.wake.notify_waiters();
    Ok(())
}

fn mail(sent: &Sent, side: Side, account: Option<Uuid>, house: &House) -> jobs::NewJob {
    let kind = match side {
        Side::Demandeur => Kind::MessageDemandeur,
        Side::Instructeur => Kind::MessageInstructeur,
    };
    message_mail(kind, &sent.habilitation, sent.id, account, house.clock.now())
}

/// Accounts to tell; `None` is the demandeur, whoever that is when the mail leaves.
async fn told(cx: Cx<'_>, writer: Side, assignee: Option<Uuid>) -> store::Result<Vec<Option<Uuid>>> {
    if writer == Side::Instructeur {
        return Ok(vec![None]);
    }
    let able = accounts::deciders(cx).await?.into_iter().map(|account| account.id).collect();
    Ok(messages::told(able, assignee).into_iter().map(Some).collect())
}

/// Adds to the facts of a letter what it tells of a message, and whom it is for. `None` when there is nobody to tell
/// any more.
pub(super) async fn facts(
    house: &House,
    habilitation: &Habilitation,
    facts: Facts,
    message: Uuid,
    account: Option<Uuid>,
) -> Result<Option<Facts>, Failure> {
    if let Some(account) = account {
        let account = accounts::active(&house.db, account).await?.filter(|account| account.role.can_decide());
        return Ok(account.map(|account| Facts {
            addressee: Some(Addressee { name: account.name, email: account.email }),
            ..facts
        }));
    }
    let found = table::by_id(house.db.read().await?.cx(), message).await?;
    let found = found.filter(|found| found.habilitation == habilitation.id);
    let message = found.ok_or_else(|| Failure::park("no such message"))?;
    let said = Said {
        author: message.author,
        text: message.body,
        may_answer: messages::may_write(Side::Demandeur, &habilitation.state),
    };
    let thread_url = format!("{}#{}", facts.tracking_url, paths::MESSAGES);
    Ok(Some(Facts { said: Some(said), tracking_url: thread_url, ..facts }))
}
