//! The judge: what must hold in what was observed, each breach named by a code. Pure.

use std::collections::BTreeMap;

use habilis::notifications::Kind;

use super::observed::{Observed, Service};

/// What may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// Not one organisation for an accepted collectivité.
    Organisation,
    Subscription,
    Account,
    /// HubEE did not write once to each account.
    Invitation,
    /// An accepted request neither published nor parked with a reason.
    Neither,
    /// A page open without an active subscription.
    Open,
    /// A gesture written not once in the history.
    History,
    Audit,
    /// A mail that was never received.
    Mail,
    /// A copy that no intent explains.
    Copy,
    /// An acknowledged delivery lost, doubled or not settled.
    Webhook,
    /// A job that waits or runs for ever.
    Job,
}

pub type Breach = (Code, String);

/// Every breach, none when all is well.
pub fn breaches(seen: &Observed) -> Vec<Breach> {
    let mut found = Vec::new();
    for (number, siret) in &seen.said.accepted {
        accepted(seen, *number, siret, &mut found);
    }
    pages(seen, &mut found);
    mails(seen, &mut found);
    deliveries(seen, &mut found);
    for (kind, state, count) in seen.jobs.iter().filter(|(_, state, _)| state != "parked") {
        found.push((Code::Job, format!("{count} {kind} {state}")));
    }
    if let Err(told) = &seen.audit {
        found.push((Code::Audit, told.clone()));
    }
    if seen.invitations != seen.accounts.len() {
        found.push((Code::Invitation, format!("{} for {} accounts", seen.invitations, seen.accounts.len())));
    }
    found
}

fn accepted(seen: &Observed, number: i64, siret: &str, found: &mut Vec<Breach>) {
    let is_published = seen.published.contains(siret);
    let mut count = |code: Code, count: usize| {
        // What a person must settle may not have come so far; never twice, whatever happens.
        if count > 1 || is_published && count == 0 {
            found.push((code, format!("{count} for D{number} ({siret})")));
        }
    };
    count(Code::Organisation, seen.organisations.iter().filter(|o| o.triple.company_register == siret).count());
    count(Code::Subscription, seen.subscriptions.iter().filter(|s| s.subscriber.company_register == siret).count());
    count(Code::Account, seen.accounts.iter().filter(|a| a.organisation.company_register == siret).count());
    let service = seen.services.get(&number);
    if !is_published && !service.is_some_and(is_parked) {
        found.push((Code::Neither, format!("D{number} ({siret}): {service:?}")));
    }
    for (kind, expected) in [("submitted", 1), ("accepted", 1), ("service_opened", i64::from(is_published))] {
        let count = seen.history.get(&(kind.to_owned(), number)).copied().unwrap_or_default();
        if count != expected {
            found.push((Code::History, format!("D{number} {kind}: {count} instead of {expected}")));
        }
    }
}

/// Left to a person, who is told why.
pub fn is_parked(service: &Service) -> bool {
    matches!(service.status.as_str(), "held" | "parked") && service.reason.is_some()
}

fn pages(seen: &Observed, found: &mut Vec<Breach>) {
    for siret in &seen.published {
        let active = |s: &&habilis::sandbox::hubee::Subscription| {
            s.subscriber.company_register == *siret && s.process_code == "FormulaireQF" && s.status == "Actif"
        };
        if seen.subscriptions.iter().filter(active).count() != 1 {
            found.push((Code::Open, format!("{siret} is open without an active subscription")));
        }
        if !seen.said.accepted.values().any(|accepted| accepted == siret) {
            found.push((Code::Open, format!("{siret} is open and nobody accepted it")));
        }
    }
}

fn mails(seen: &Observed, found: &mut Vec<Breach>) {
    let mut intended: BTreeMap<(i64, &str), i64> = BTreeMap::new();
    for (id, intent) in &seen.intents {
        *intended.entry((intent.number, intent.kind.as_str())).or_default() += 1;
        let copies = seen.received.get(id).copied().unwrap_or_default();
        if copies == 0 || !intent.sent {
            found.push((
                Code::Mail,
                format!("{} of D{}: {copies} received, sent: {}", intent.kind, intent.number, intent.sent),
            ));
        }
        if copies > intent.attempts {
            found.push((Code::Copy, format!("{id}: {copies} copies of {} tries", intent.attempts)));
        }
    }
    for id in seen.received.keys().filter(|id| !seen.intents.contains_key(*id)) {
        found.push((Code::Copy, format!("{id} was never meant")));
    }
    for (number, siret) in &seen.said.accepted {
        let confirmed = i64::from(seen.published.contains(siret));
        for (kind, expected) in [(Kind::DemandeRecue, 1), (Kind::EnService, confirmed)] {
            let count = intended.get(&(*number, kind.name())).copied().unwrap_or_default();
            if count != expected {
                found.push((Code::Mail, format!("D{number} {}: {count} instead of {expected}", kind.name())));
            }
        }
    }
}

fn deliveries(seen: &Observed, found: &mut Vec<Breach>) {
    let mut kept: BTreeMap<(&str, i64), Vec<&str>> = BTreeMap::new();
    for (event, number, status) in &seen.inbox {
        kept.entry((event, *number)).or_default().push(status);
    }
    for (event, number) in &seen.said.acknowledged {
        match kept.get(&(event.as_str(), *number)).map(Vec::as_slice) {
            Some(["applied" | "ignored"]) => {}
            other => found.push((Code::Webhook, format!("{event} of D{number} was acknowledged: {other:?}"))),
        }
    }
}
