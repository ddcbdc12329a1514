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
    /// An accepted request that is neither published nor one that a person must settle, parked with its reason.
    Neither,
    /// A revoked one whose abonnement is active, or whose end does not come.
    Stopped,
    /// HubEE was told of one that was refused.
    Refused,
    /// Somebody was still not answered long after the storm.
    Unheard,
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
    for (number, siret) in &seen.said.refused {
        refused(seen, *number, siret, &mut found);
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
    let is_revoked = seen.said.revoked.contains(&number);
    if is_revoked {
        stopped(seen, number, siret, found);
    }
    let service = seen.services.get(&number);
    // No failure of HubEE that ends leaves anything to a person: only what it knew before us does.
    let is_for_a_person = seen.said.with_past.contains(siret) && service.is_some_and(is_parked);
    if !is_published && !is_revoked && !is_for_a_person {
        found.push((Code::Neither, format!("D{number} ({siret}): {service:?}")));
    }
    let opened = if is_revoked { seen.count("service_opened", number).min(1) } else { i64::from(is_published) };
    let expected = [("submitted", 1), ("accepted", 1), ("revoked", i64::from(is_revoked)), ("service_opened", opened)];
    history(seen, number, &expected, found);
}

fn history(seen: &Observed, number: i64, expected: &[(&str, i64)], found: &mut Vec<Breach>) {
    for (kind, expected) in expected {
        let count = seen.count(kind, number);
        if count != *expected {
            found.push((Code::History, format!("D{number} {kind}: {count} instead of {expected}")));
        }
    }
}

/// Closed for families and ended in HubEE, whatever was under way when it was revoked.
fn stopped(seen: &Observed, number: i64, siret: &str, found: &mut Vec<Breach>) {
    let active = seen.subscriptions.iter().any(|s| s.subscriber.company_register == siret && s.status == "Actif");
    let end = seen.suspensions.get(&number).map(String::as_str);
    if active || !matches!(end, None | Some("suspended" | "verified" | "left" | "nothing")) {
        found.push((Code::Stopped, format!("D{number} ({siret}): active {active}, {end:?}")));
    }
}

fn refused(seen: &Observed, number: i64, siret: &str, found: &mut Vec<Breach>) {
    if seen.organisations.iter().any(|o| o.triple.company_register == siret) || seen.published.contains(siret) {
        found.push((Code::Refused, format!("D{number} ({siret}) went on")));
    }
    history(seen, number, &[("submitted", 1), ("refused", 1), ("accepted", 0)], found);
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
        let is_granted = |(number, accepted): (&i64, &String)| accepted == siret && !seen.said.revoked.contains(number);
        if !seen.said.accepted.iter().any(is_granted) {
            found.push((Code::Open, format!("{siret} is open, and nobody accepted it or it was revoked")));
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
    let mut told = |number: i64, kind: Kind, expected: i64| {
        let count = intended.get(&(number, kind.name())).copied().unwrap_or_default();
        if count != expected {
            found.push((Code::Mail, format!("D{number} {}: {count} instead of {expected}", kind.name())));
        }
    };
    for number in seen.said.accepted.keys() {
        told(*number, Kind::DemandeRecue, 1);
        told(*number, Kind::EnService, seen.count("service_opened", *number));
        told(*number, Kind::Revocation, i64::from(seen.said.revoked.contains(number)));
    }
    for number in seen.said.refused.keys() {
        told(*number, Kind::DemandeRecue, 1);
        told(*number, Kind::Refus, 1);
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
