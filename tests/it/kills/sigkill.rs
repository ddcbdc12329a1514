//! kill -9 at each call of a mise en service, before and after its effect; then another process ends the work.

use habilis::sandbox::hubee::Point;

use super::process::{Process, held, opened};
use crate::service::scene::{CONFIRMATION, accepted, assert_one_of_each, mails};
use crate::support::house::House;

async fn killed_at(call: usize, point: Point) {
    let told = format!("killed at call {call}, {point:?}");
    let house = House::on_real_time().await;
    house.hubee().pause_at(call, point);
    let number = accepted(&house).await;
    let process = Process::start(&house, "serve");
    held(&house, &told).await;
    process.kill();
    house.hubee().release();

    let _process = Process::start(&house, "serve");
    opened(&house, number, &told).await;
    assert_one_of_each(&house, number, &told).await;
    let confirmations = mails(&house, CONFIRMATION);
    let id = confirmations[0].message_id.clone();
    assert!(id.is_some() && confirmations.iter().all(|mail| mail.message_id == id), "{told}");
}

macro_rules! killed {
    ($($name:ident: $point:expr, $calls:expr;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                for call in $calls {
                    killed_at(call, $point).await;
                }
            }
        )*
    };
}

killed! {
    before_each_call_about_the_organisation: Point::BeforeEffect, 1..=5;
    before_each_call_about_the_subscription: Point::BeforeEffect, 6..=10;
    after_each_call_about_the_organisation: Point::AfterEffect, 1..=5;
    after_each_call_about_the_subscription: Point::AfterEffect, 6..=10;
}

/// Killed again and again, at the same and at later places.
#[tokio::test]
async fn killed_three_times_in_a_row() {
    let house = House::on_real_time().await;
    let number = accepted(&house).await;
    // The organisation, then the subscription just made, then the read-back.
    for call in [4, 4, 5] {
        house.hubee().pause_at(call, Point::AfterEffect);
        let process = Process::start(&house, "serve");
        held(&house, "again").await;
        process.kill();
        house.hubee().release();
    }
    let _process = Process::start(&house, "serve");
    opened(&house, number, "killed three times").await;
    assert_one_of_each(&house, number, "killed three times").await;
}
