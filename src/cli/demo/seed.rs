//! Replays the scenarios as the outside world would: the simulated DataPass files and delivers, an instructeur decides,
//! the jobs run. Nothing is inserted by hand.

use chrono::{DateTime, Days, Duration, NaiveDate, TimeZone, Utc};
use chrono_tz::Europe::Paris;

use super::scenario::{Fate, Person, Scenario, all};
use crate::domain::working_days::WorkingDays;
use crate::domain::{Actor, What};
use crate::sandbox::Sandbox;
use crate::sandbox::datapass::{Applicant, Contact, Filing};
use crate::sandbox::hubee::{Fault, FaultKind, Route, When};
use crate::store::{accounts, habilitations, queue};
use crate::workflow::{self, House};

/// Hour of Paris at which the demo's requests are submitted.
const HOUR: (u32, u32) = (10, 12);

/// Files every scenario and brings each to its stage.
pub async fn seed(house: &House, sandbox: &Sandbox) -> anyhow::Result<()> {
    let scenarios = all()?;
    let filed: Vec<i64> = sandbox
        .datapass
        .batch(|| scenarios.iter().map(|scenario| file(house, sandbox, scenario)).collect::<anyhow::Result<_>>())?;
    arrive(house, sandbox).await?;
    for (scenario, number) in scenarios.iter().zip(&filed) {
        settle(house, sandbox, scenario, *number).await?;
    }
    super::talk::talk(house, &scenarios, &filed).await?;
    arrive(house, sandbox).await?;
    share_out(house).await
}

/// The oldest request owed is taken by the second instructeur; the others wait for somebody.
async fn share_out(house: &House) -> anyhow::Result<()> {
    let mut conn = house.db.read().await?;
    let owed = queue::page(conn.cx(), queue::Part::Submitted, None, queue::From::Start, 1).await?;
    let account = accounts::by_email(conn.cx(), super::ACCOUNTS[1].0).await?;
    let (Some(row), Some(account)) = (owed.first(), account) else { return Ok(()) };
    let Some(request) = habilitations::by_datapass_id(conn.cx(), row.datapass_id).await? else { return Ok(()) };
    drop(conn);
    let by = Actor::Instructeur { id: account.id, name: account.name.clone() };
    workflow::assign(house, request.id, request.version, by, Some((account.id, account.name))).await?;
    Ok(())
}

/// Delivers what DataPass holds, then runs what it leads to.
async fn arrive(house: &House, sandbox: &Sandbox) -> anyhow::Result<()> {
    sandbox.datapass.deliver_pending().await;
    workflow::drain(house).await?;
    Ok(())
}

fn file(house: &House, sandbox: &Sandbox, scenario: &Scenario) -> anyhow::Result<i64> {
    let submitted = submission(house, scenario.days_ago);
    let number = sandbox.datapass.create_at(filing(scenario), submitted - Duration::minutes(25));
    if scenario.fate != Fate::Draft {
        sandbox.datapass.submit_at(number, submitted).map_err(|refusal| anyhow::anyhow!("{refusal}"))?;
    }
    Ok(number)
}

async fn settle(house: &House, sandbox: &Sandbox, scenario: &Scenario, number: i64) -> anyhow::Result<()> {
    let words = || Some(scenario.words.clone()).filter(|w| !w.is_empty());
    match scenario.fate {
        Fate::Draft | Fate::Waiting => return Ok(()),
        Fate::ChangesRequested => decide(house, number, What::AskChanges { reason: words() }).await?,
        Fate::Refused => decide(house, number, What::Refuse { reason: words() }).await?,
        Fate::Accepted => decide(house, number, What::Accept { comment: words() }).await?,
        Fate::ApprovedInDatapass => {
            let at = submission(house, scenario.days_ago.saturating_sub(2));
            sandbox.datapass.approve_at(number, at).map_err(|refusal| anyhow::anyhow!("{refusal}"))?;
        }
        Fate::AcceptedHubeeDown => {
            let siret = Some(scenario.siret.clone());
            sandbox.hubee.script(Fault {
                route: Route::Any,
                kind: FaultKind::Error500Before,
                when: When::Always,
                siret,
            });
            decide(house, number, What::Accept { comment: words() }).await?;
        }
    }
    arrive(house, sandbox).await
}

/// What the first instructeur of the demo decides.
async fn decide(house: &House, number: i64, what: What) -> anyhow::Result<()> {
    let mut conn = house.db.read().await?;
    let account = accounts::by_email(conn.cx(), super::ACCOUNTS[0].0).await?;
    let known = habilitations::by_datapass_id(conn.cx(), number).await?;
    drop(conn);
    let (Some(account), Some(request)) = (account, known) else { anyhow::bail!("D{number} did not arrive") };
    let by = Actor::Instructeur { id: account.id, name: account.name };
    workflow::decide(house, request.id, request.version, by, what).await?;
    Ok(())
}

fn filing(scenario: &Scenario) -> Filing {
    let nobody = || Contact {
        family: String::new(),
        given: String::new(),
        email: String::new(),
        phone: String::new(),
        job: String::new(),
    };
    Filing {
        siret: scenario.siret.clone(),
        organisation: scenario.name.clone(),
        legal_category: scenario.legal_category.clone(),
        cog: scenario.code_cog.clone(),
        postal_code: scenario.postal_code.clone(),
        town: scenario.town.clone(),
        applicant: applicant(&scenario.demandeur),
        contact_metier: scenario.contact_metier.as_ref().map_or_else(nobody, contact),
        dpd: scenario.dpd.as_ref().map_or_else(nobody, contact),
        document: scenario.deliberation_url.is_none(),
        url: scenario.deliberation_url.clone(),
        retention_months: scenario.retention_months,
        justification: scenario.retention_reason.clone(),
        ..Filing::example()
    }
}

fn contact(person: &Person) -> Contact {
    Contact {
        family: person.family.clone(),
        given: person.given.clone(),
        email: person.email.clone(),
        phone: person.phone.clone().unwrap_or_default(),
        job: person.job.clone(),
    }
}

fn applicant(person: &Person) -> Applicant {
    Applicant {
        email: person.email.clone(),
        given: Some(person.given.clone()),
        family: Some(person.family.clone()),
        phone: person.phone.clone(),
        job: Some(person.job.clone()),
    }
}

/// The instant of a submission made so many working days ago; today's was made less than an hour ago.
fn submission(house: &House, days_ago: u32) -> DateTime<Utc> {
    let now = house.clock.now();
    if days_ago == 0 {
        return now - Duration::minutes(40);
    }
    let day = back(house.config.days, house.clock.today(), days_ago);
    let local = day.and_hms_opt(HOUR.0, HOUR.1, 3).and_then(|naive| Paris.from_local_datetime(&naive).earliest());
    local.map_or(now, |at| at.with_timezone(&Utc))
}

fn back(calendar: WorkingDays, today: NaiveDate, working_days: u32) -> NaiveDate {
    let mut left = working_days;
    today
        .iter_days()
        .rev()
        .skip(1)
        .find(|day| {
            left -= u32::from(calendar.is_working(*day));
            left == 0
        })
        .unwrap_or(today - Days::new(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_back_counts_working_days_only() {
        for (today, working_days, expected) in [
            ("2026-09-08", 1, "2026-09-07"),
            ("2026-09-08", 2, "2026-09-04"),
            ("2026-09-06", 1, "2026-09-04"),
            // 14 July is a holiday.
            ("2026-07-15", 1, "2026-07-13"),
            ("2026-09-08", 10, "2026-08-25"),
        ] {
            let day = |text: &str| text.parse::<NaiveDate>().unwrap();
            assert_eq!(
                back(WorkingDays::default(), day(today), working_days),
                day(expected),
                "{working_days} before {today}"
            );
        }
    }
}
