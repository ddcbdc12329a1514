//! The figures of a run, for people.

use std::collections::BTreeMap;
use std::time::Duration;

use habilis::sandbox::hubee::Traffic;

use super::observed::Observed;
use super::plan::Plan;
use super::verdict::{Code, breaches, is_parked};

pub struct Report {
    pub plan: Plan,
    pub kills: BTreeMap<&'static str, u32>,
    /// Mails begun and not known to be sent when processes were killed.
    pub in_flight: i64,
    /// Answers of the mail server lost on purpose.
    pub lost: i64,
    /// How many people were never answered.
    pub unheard: usize,
    pub storm: Duration,
    /// From the end of the storm until nothing was left to do; none when it never was.
    pub drain: Option<Duration>,
    pub traffic: Traffic,
    pub engine: &'static str,
    pub seen: Observed,
}

impl Report {
    /// Copies of mails beyond the first.
    fn duplicates(&self) -> i64 {
        self.seen.received.values().map(|copies| copies - 1).sum()
    }

    fn by_reason(&self) -> BTreeMap<String, usize> {
        let mut reasons = BTreeMap::new();
        for (number, siret) in &self.seen.said.accepted {
            if let Some(service) = self.seen.services.get(number).filter(|service| is_parked(service))
                && !self.seen.published.contains(siret)
            {
                *reasons.entry(service.reason.clone().unwrap_or_default()).or_default() += 1;
            }
        }
        reasons
    }

    fn lines(&self) -> Vec<String> {
        let (plan, seen, kills) = (&self.plan, &self.seen, self.kills.values().sum::<u32>());
        let per_kill = f64::from(i32::try_from(self.duplicates()).unwrap_or(i32::MAX)) / f64::from(kills.max(1));
        let faults: u64 = self.traffic.faults.values().sum();
        vec![
            format!("graine {}, moteur {}, pannes prévues {} ‰", plan.seed, self.engine, plan.faults),
            format!("tempête : {:.0} s, arrêts brutaux {kills} {:?}", self.storm.as_secs_f64(), self.kills),
            format!("appels à HubEE : {}, dont en panne {faults} {:?}", self.traffic.calls, self.traffic.faults),
            format!("webhooks accusés : {}, lignes gardées : {}", seen.said.acknowledged.len(), seen.inbox.len()),
            format!(
                "acceptées : {}, publiées : {}, révoquées : {}, refusées : {}, arrêtées avec motif : {:?}",
                seen.said.accepted.len(),
                seen.published.len(),
                seen.said.revoked.len(),
                seen.said.refused.len(),
                self.by_reason()
            ),
            format!(
                "chez HubEE : {} organisations, {} abonnements, {} comptes, {} invitations",
                seen.organisations.len(),
                seen.subscriptions.len(),
                seen.accounts.len(),
                seen.invitations
            ),
            format!(
                "courriels : {} distincts, {} doublons ({per_kill:.3} par arrêt ; {} en vol aux arrêts, {} réponses du \
                 serveur perdues), {} exemplaires au plus",
                seen.received.len(),
                self.duplicates(),
                self.in_flight,
                self.lost,
                seen.received.values().max().copied().unwrap_or_default()
            ),
            match self.drain {
                Some(drain) => format!("écoulement : {:.1} s", drain.as_secs_f64()),
                None => format!("écoulement : pas fini après {:?}", plan.drain),
            },
        ]
    }

    #[expect(clippy::print_stdout, reason = "the figures are what the run is for")]
    pub fn print_and_assert(self) {
        println!("── chaos\n   {}", self.lines().join("\n   "));
        let mut found = breaches(&self.seen);
        if self.unheard > 0 {
            found.push((Code::Unheard, format!("{} people still try", self.unheard)));
        }
        let told: Vec<String> = found.iter().take(30).map(|(code, told)| format!("{code:?}: {told}")).collect();
        assert!(found.is_empty(), "seed {}: {} breaches\n{}", self.plan.seed, found.len(), told.join("\n"));
        assert!(self.drain.is_some(), "seed {}: not drained", self.plan.seed);
        let faults: u64 = self.traffic.faults.values().sum();
        assert!(self.plan.faults == 0 || faults > 0, "no fault happened: the run proves nothing");
        // Only what was in flight at a kill, or whose answer was lost, leaves twice.
        let explained = self.in_flight + self.lost;
        assert!(self.duplicates() <= explained, "{} duplicates for {explained} explained", self.duplicates());
        if self.plan.faults == 0 {
            // The goal of 0.3 a kill is an average, which a few kills can't tell from chance: a mail sent without its intent
            // would be far beyond one a kill all the same.
            let kills = i64::from(self.kills.values().sum::<u32>());
            let most = if kills < 100 { kills } else { kills * 3 / 10 };
            assert!(self.duplicates() <= most, "{} duplicates of {kills} kills", self.duplicates());
        }
    }
}
