//! What operators are told of by mail: what got stuck, or came back without us. Once a day for one sort, whoever finds it.
//! What lasts is counted when the mail is written: set right meanwhile, it is not told.

use chrono::NaiveDate;
use uuid::Uuid;

use super::follow::JobKind;
use super::house::House;
use super::reminders::{Order, hand_over, reader, readers};
use super::stuck;
use crate::domain::paris::day_in_words;
use crate::jobs::Failure;
use crate::notifications::{Content, HubeeFacts};
use crate::paths;
use crate::provisioning::{self, ErrorClass};
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
    /// Jobs of a kind are parked.
    Parked(JobKind),
    /// A comparison, of this kind of job, failed for a day.
    NotCompared(JobKind),
    /// Deliveries were put aside.
    Quarantined,
    /// Mises en service wait for a person for too long.
    Held,
    /// The day by which a person was to suspend an abonnement is past.
    ByHand,
}

impl Alarm {
    const SIMPLE: [Self; 5] = [Self::Reactivated, Self::Late, Self::Quarantined, Self::Held, Self::ByHand];

    /// Stable name, in orders and in what makes a mail unique.
    fn name(self) -> String {
        match self {
            Self::Class(class) => class.name().into(),
            Self::Reactivated => "reactivated".into(),
            Self::Late => "late".into(),
            Self::Parked(kind) => format!("parked:{}", kind.name()),
            Self::NotCompared(kind) => format!("not_compared:{}", kind.name()),
            Self::Quarantined => "quarantined".into(),
            Self::Held => "held".into(),
            Self::ByHand => "by_hand".into(),
        }
    }

    fn parse(name: &str) -> Option<Self> {
        match name.split_once(':') {
            Some(("parked", kind)) => JobKind::parse(kind).map(Self::Parked),
            Some(("not_compared", kind)) => JobKind::parse(kind).map(Self::NotCompared),
            Some(_) => None,
            None => {
                let simple = Self::SIMPLE.into_iter().find(|alarm| alarm.name() == name);
                simple.or_else(|| ErrorClass::parse(name).map(Self::Class))
            }
        }
    }

    /// The page where it is mended.
    fn page(self) -> String {
        match self {
            Self::Class(ErrorClass::Credentials) | Self::Late => paths::OPERATION.into(),
            Self::Class(_) => paths::SERVICES.into(),
            Self::Parked(_) => format!("{}#arretees", paths::OPERATION),
            Self::Quarantined => format!("{}#receptions", paths::OPERATION),
            Self::Held => format!("{}?etat={}", paths::SERVICES, provisioning::Status::Held.name()),
            Self::ByHand => format!("{}?type={}", paths::DRIFTS, provisioning::drift::Kind::ToSuspend.name()),
            Self::Reactivated | Self::NotCompared(_) => paths::DRIFTS.into(),
        }
    }
}

/// Orders one mail to each person who mends what got stuck, once a day for one sort of alarm.
pub(super) async fn tell(tx: &mut Tx, house: &House, alarm: Alarm) -> store::Result<()> {
    let (day, now) = (house.clock.today(), house.clock.now());
    for reader in readers(tx.cx(), Topic::Operation).await? {
        let cause = cause(&alarm.name(), day, reader.id);
        if !mails::is_intended(tx.cx(), &cause).await? {
            let order = Order::Hubee { account: reader.id, class: alarm.name(), day };
            jobs::enqueue(tx.cx(), &order.job(&cause, now), now).await?;
        }
    }
    Ok(())
}

fn cause(class: &str, day: NaiveDate, account: Uuid) -> String {
    format!("alerte_hubee:{class}:{day}:{account}")
}

pub(super) async fn send(house: &House, account: Uuid, class: &str, day: NaiveDate) -> Result<(), Failure> {
    let mut conn = house.db.read().await?;
    let Some(reader) = reader(conn.cx(), account, Topic::Operation).await? else { return Ok(()) };
    let alarm = Alarm::parse(class).ok_or_else(|| Failure::park(format!("unknown alarm: {class}")))?;
    let stuck = match stuck::told(conn.cx(), house, alarm).await? {
        // Set right meanwhile: nothing to say.
        None if stuck::is_counted(alarm) => return Ok(()),
        stuck => stuck,
    };
    drop(conn);
    let content = Content::Hubee(HubeeFacts {
        credentials: alarm == Alarm::Class(ErrorClass::Credentials),
        rights: alarm == Alarm::Class(ErrorClass::Rights),
        reactivated: alarm == Alarm::Reactivated,
        late: alarm == Alarm::Late,
        stuck,
        class: ErrorClass::parse(class).map(ErrorClass::label).unwrap_or_default().to_lowercase(),
        day: day_in_words(day),
        operation_url: house.config.absolute(&alarm.page()),
    });
    hand_over(house, &reader, Topic::Operation, content, None, &cause(class, day, account)).await
}
