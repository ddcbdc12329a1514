//! `habilis work` beside `habilis serve`: the work is shared, nothing is done twice.

use std::collections::HashMap;
use std::time::Duration;

use habilis::sandbox::hubee::Route;

use super::process::{Process, within};
use crate::service::scene::{CONFIRMATION, accepted_as, assert_looked_before_writing_again, mails, shown};
use crate::support::house::{House, commune};

/// Real communes, so that their SIRETs can be verified.
const COMMUNES: [(&str, &str, &str); 3] = [
    ("Paris", "21750001600019", "75056"),
    ("Lyon", "21690123100011", "69123"),
    ("Marseille", "21130055300016", "13055"),
];

#[tokio::test]
async fn two_processes_do_each_thing_once() {
    let house = House::on_real_time().await;
    for (name, siret, cog) in COMMUNES {
        let mut filing = commune(name, siret, cog, cog);
        filing.applicant.email = format!("c.bouchet@mairie-{}.fr", name.to_lowercase());
        accepted_as(&house, filing).await;
    }
    let _processes = [Process::start(&house, "serve"), Process::start(&house, "work"), Process::start(&house, "work")];
    within(Duration::from_secs(30), "every form opens", async || mails(&house, CONFIRMATION).len() == 3).await;
    // Time for whoever would do it twice.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(mails(&house, CONFIRMATION).len(), 3);
    let calls = house.hubee().calls();
    let mut posts = HashMap::<String, usize>::new();
    for call in
        calls.iter().filter(|call| matches!(call.route, Some(Route::PostOrganisation | Route::PostSubscription)))
    {
        let body = call.body.as_ref().unwrap();
        let siret = body.pointer("/companyRegister").or(body.pointer("/subscriber/companyRegister")).unwrap();
        *posts.entry(format!("{} {siret}", call.path)).or_default() += 1;
    }
    assert_eq!(posts.len(), 6, "{posts:?}");
    assert!(posts.values().all(|count| *count == 1), "{posts:?}{}", shown(&calls));
    let puts = calls.iter().filter(|call| call.route == Some(Route::PutSubscription)).count();
    assert_eq!((puts, house.hubee().subscriptions().len(), house.hubee().accounts().len()), (3, 3, 3));
    for (_, siret, _) in COMMUNES {
        let about: Vec<_> = calls.iter().filter(|call| format!("{call:?}").contains(siret)).cloned().collect();
        assert_looked_before_writing_again(&about, siret);
    }
}
