//! A house at a given instant, its calendar moved by hand, and what each person found in their mailbox.

use chrono::{DateTime, NaiveDate, Utc};
use habilis::accounts::{self, NewAccount, Role};
use habilis::sandbox::mailbox::Mail;
use habilis::workflow;

use crate::support::house::{House, PASSWORD, hauteluce};

/// A house whose jobs are on the calendar, at an instant.
pub async fn opened(at: &str, settings: &[(&str, &str)]) -> House {
    let house = House::with(settings).await;
    go(&house, at);
    workflow::schedule(&house.service).await.unwrap();
    house.run_jobs().await;
    house
}

/// Moves the clock, forwards or backwards; nothing runs.
pub fn go(house: &House, at: &str) {
    let at: DateTime<Utc> = at.parse().unwrap();
    house.clock.advance(at - house.clock.now());
}

/// Moves the clock, and runs what is due.
pub async fn wait(house: &House, at: &str) {
    go(house, at);
    house.run_jobs().await;
}

/// A request submitted at an instant, and delivered at once.
pub async fn submitted(house: &House, at: &str) -> i64 {
    go(house, at);
    house.submitted(hauteluce()).await
}

/// Somebody who does not log in.
pub async fn person(house: &House, name: &str, role: Role) {
    let new = NewAccount { email: address(name), name: name.into(), role, password: PASSWORD.into() };
    accounts::create(&house.db, &house.clock, new).await.unwrap();
}

fn address(name: &str) -> String {
    format!("{}@habilis.test", name.to_lowercase())
}

/// The mails of somebody, oldest first.
pub fn mails_of(house: &House, name: &str) -> Vec<Mail> {
    house.mails().into_iter().filter(|mail| mail.to == [address(name)]).collect()
}

/// Their subjects, with plain spaces.
pub fn subjects(house: &House, name: &str) -> Vec<String> {
    mails_of(house, name).iter().map(|mail| mail.subject.replace('\u{a0}', " ")).collect()
}

/// Their text, with plain spaces.
pub fn text(mail: &Mail) -> String {
    mail.text.as_deref().unwrap_or_default().replace('\u{a0}', " ").replace("\r\n", "\n")
}

/// From a day to another, week-ends included: the subjects that came each morning at eight, Paris summer time.
pub async fn mornings(house: &House, name: &str, from: &str, to: &str) -> Vec<String> {
    let (from, to): (NaiveDate, NaiveDate) = (from.parse().unwrap(), to.parse().unwrap());
    let before = mails_of(house, name).len();
    for day in from.iter_days().take_while(|day| *day <= to) {
        wait(house, &format!("{day}T05:59:59Z")).await;
        wait(house, &format!("{day}T06:00:00Z")).await;
    }
    subjects(house, name).split_off(before)
}
