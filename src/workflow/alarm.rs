//! What operators are told of by mail: what got stuck, or came back without us. Once a day for one sort, whoever finds it.

use chrono::NaiveDate;
use uuid::Uuid;

use super::house::House;
use super::reminders::{Order, hand_over, reader, readers};
use crate::domain::paris::day_in_words;
use crate::jobs::Failure;
use crate::notifications::{Content, HubeeFacts};
use crate::paths;
use crate::provisioning::ErrorClass;
use crate::reminders::Topic;
use crate::store::{self, Tx, jobs, mails};

/// What operators are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// A sort of failure stopped a mise en service, or all of them.
    Class(ErrorClass),
    /// What was suspended is active again, without us.
    Reactivated,
    /// Jobs wait for too long.
    Late,
}

impl Alarm {
    /// Stable name, in orders and in what makes a mail unique.
    fn name(self) -> &'static str {
        match self {
            Self::Class(class) => class.name(),
            Self::Reactivated => "reactivated",
            Self::Late => "late",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        let others = [Self::Reactivated, Self::Late].into_iter();
        ErrorClass::parse(name).map(Self::Class).or_else(|| others.into_iter().find(|alarm| alarm.name() == name))
    }

    /// The page where it is mended.
    fn page(self) -> &'static str {
        match self {
            Self::Class(ErrorClass::Credentials) | Self::Late => paths::OPERATION,
            Self::Class(_) => paths::SERVICES,
            Self::Reactivated => paths::DRIFTS,
        }
    }
}

/// Orders one mail to each person who mends what got stuck, once a day for one sort of alarm.
pub(super) async fn tell(tx: &mut Tx, house: &House, alarm: Alarm) -> store::Result<()> {
    let (day, now) = (house.clock.today(), house.clock.now());
    for reader in readers(tx.cx(), Topic::Operation).await? {
        let cause = cause(alarm.name(), day, reader.id);
        if !mails::is_intended(tx.cx(), &cause).await? {
            let order = Order::Hubee { account: reader.id, class: alarm.name().into(), day };
            jobs::enqueue(tx.cx(), &order.job(&cause, now), now).await?;
        }
    }
    Ok(())
}

fn cause(class: &str, day: NaiveDate, account: Uuid) -> String {
    format!("alerte_hubee:{class}:{day}:{account}")
}

pub(super) async fn send(house: &House, account: Uuid, class: &str, day: NaiveDate) -> Result<(), Failure> {
    let Some(reader) = reader(house.db.read().await?.cx(), account, Topic::Operation).await? else { return Ok(()) };
    let alarm = Alarm::parse(class).ok_or_else(|| Failure::park(format!("unknown alarm: {class}")))?;
    let content = Content::Hubee(HubeeFacts {
        credentials: alarm == Alarm::Class(ErrorClass::Credentials),
        rights: alarm == Alarm::Class(ErrorClass::Rights),
        reactivated: alarm == Alarm::Reactivated,
        late: alarm == Alarm::Late,
        class: ErrorClass::parse(class).map(ErrorClass::label).unwrap_or_default().to_lowercase(),
        day: day_in_words(day),
        operation_url: house.config.absolute(alarm.page()),
    });
    hand_over(house, &reader, Topic::Operation, content, None, &cause(class, day, account)).await
}
