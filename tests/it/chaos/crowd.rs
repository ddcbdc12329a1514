//! Who acts meanwhile: communes that file, DataPass that delivers until it is heard, instructeurs who accept, refuse and
//! revoke, all of them patient with a service that vanishes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use habilis::sandbox::datapass::{Datapass, Filing};
use habilis::sandbox::hubee::{Hubee, Organisation, Subscription};
use rand::RngExt;
use rand::rngs::StdRng;
use reqwest::StatusCode;
use uuid::Uuid;

use crate::support::browser::Browser;
use crate::support::house::commune;

/// How long somebody waits before trying again.
const PATIENCE: Duration = Duration::from_millis(60);

/// What was said to have been done, by whoever heard it said.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Sayings>>);

#[derive(Clone, Debug, Default)]
pub struct Sayings {
    /// Deliveries acknowledged: event and request.
    pub acknowledged: Vec<(String, i64)>,
    /// Requests accepted, with the SIRET of each.
    pub accepted: BTreeMap<i64, String>,
    /// Those of them that were revoked at once.
    pub revoked: BTreeSet<i64>,
    pub refused: BTreeMap<i64, String>,
    /// SIRETs of which HubEE knew something that no machine may settle.
    pub with_past: BTreeSet<String>,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Accepted,
    /// While its mise en service is under way, or just after.
    Revoked,
    Refused,
}

impl Fate {
    /// Of the `n`-th commune; none of those with a past is stopped.
    pub fn of(n: usize) -> Self {
        match n % 10 {
            3 => Self::Refused,
            5 => Self::Revoked,
            _ => Self::Accepted,
        }
    }
}

impl Heard {
    pub fn so_far(&self) -> Sayings {
        self.0.lock().unwrap().clone()
    }

    pub fn acknowledged(&self, event: &str, number: i64) {
        self.0.lock().unwrap().acknowledged.push((event.to_owned(), number));
    }

    /// HubEE knew something of this one before us.
    pub fn with_past(&self, siret: &str) {
        self.0.lock().unwrap().with_past.insert(siret.to_owned());
    }

    fn decided(&self, number: i64, siret: &str, gesture: &Gesture) {
        let mut said = self.0.lock().unwrap();
        match gesture {
            Gesture::Accept => drop(said.accepted.insert(number, siret.to_owned())),
            Gesture::Refuse => drop(said.refused.insert(number, siret.to_owned())),
            Gesture::Revoke => drop(said.revoked.insert(number)),
        }
    }
}

/// What HubEE knew of a commune before us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Past {
    /// A subscription made by hand, in API mode, with another administrator.
    Subscribed,
    /// The same, suspended.
    Suspended,
    /// An organisation under the old code guichet.
    OldBranch,
}

/// The `n`-th commune: nobody's twin, and valid in every check.
pub fn filing(n: usize) -> Filing {
    let (departement, town) = (1 + n / 400 % 18, 1 + n % 400);
    let cog = format!("{departement:02}{town:03}");
    let siren = with_key(&format!("21{departement:02}0{town:03}"));
    let siret = with_key(&format!("{siren}0001"));
    let mut filing = commune(&format!("Sainte-Épreuve-{n}"), &siret, &cog, &cog);
    filing.applicant.email = format!("agent.{n}@mairie-epreuve-{n}.fr");
    filing
}

/// With Luhn's check digit at its end.
fn with_key(digits: &str) -> String {
    let doubled = |(rank, digit): (usize, u32)| if rank % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit };
    let sum: u32 = digits.chars().rev().filter_map(|c| c.to_digit(10)).enumerate().map(doubled).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// One commune in ten has a past in HubEE, which no machine may settle. Answers whether this one has.
pub fn give_a_past(hubee: &Hubee, n: usize, filing: &Filing) -> bool {
    let past = match n % 40 {
        7 | 27 => Past::Subscribed,
        17 => Past::Suspended,
        37 => Past::OldBranch,
        _ => return false,
    };
    let at = habilis::clock::Clock::System.now() - chrono::Duration::days(700);
    let branch = if past == Past::OldBranch { "00000" } else { &filing.cog };
    hubee.seed_organisation(Organisation::collectivite(&filing.siret, branch, &filing.organisation, at));
    let by_hand = Subscription::made_by_hand(&filing.siret, &filing.cog, &format!("ancien.{n}@mairie.fr"), at);
    match past {
        Past::Subscribed => hubee.seed_subscription(by_hand),
        Past::Suspended => hubee.seed_subscription(by_hand.suspended(at)),
        Past::OldBranch => {}
    }
    true
}

/// DataPass, at its most insistent.
#[derive(Clone)]
pub struct Courier {
    pub datapass: Datapass,
    pub webhook: String,
    pub client: reqwest::Client,
    pub heard: Heard,
}

impl Courier {
    /// Files a request, and delivers what it leads to, in order, some of it again by `chance`. Answers its number.
    pub async fn file(&self, filing: Filing, chance: &mut StdRng) -> i64 {
        let number = self.datapass.create(filing);
        self.datapass.submit(number).unwrap();
        let theirs: Vec<_> =
            self.datapass.deliveries().into_iter().filter(|delivery| delivery.request_id == Some(number)).collect();
        for delivery in theirs {
            self.insist(delivery.id, &delivery.event, number).await;
            if chance.random_ratio(1, 10) {
                // A developer replays it by hand: the same event in other bytes.
                let again = self.datapass.replay(delivery.id, true).unwrap();
                self.insist(again.id, &again.event, number).await;
            }
        }
        number
    }

    async fn insist(&self, delivery: Uuid, event: &str, number: i64) {
        let (body, signature) = self.datapass.payload(delivery).unwrap();
        while !post(&self.client, &self.webhook, &body, &signature).await {
            tokio::time::sleep(PATIENCE).await;
        }
        self.heard.acknowledged(event, number);
    }
}

/// Whether a delivery was acknowledged, as DataPass counts it.
pub async fn post(client: &reqwest::Client, url: &str, body: &[u8], signature: &str) -> bool {
    let request = client.post(url).header("content-type", "application/json").header("x-hub-signature-256", signature);
    let answer = request.body(body.to_vec()).timeout(Duration::from_secs(10)).send().await;
    answer.is_ok_and(|answer| matches!(answer.status().as_u16(), 200 | 201 | 204))
}

/// An instructeur: reads, decides, and looks again when the service vanished meanwhile.
pub struct Instructeur {
    pub browser: Browser,
    pub heard: Heard,
}

/// A decision, as its address names it.
enum Gesture {
    Accept,
    Refuse,
    Revoke,
}

impl Gesture {
    /// Its word in the address, what is written to the demandeur, and the line of history that shows it done.
    fn words(&self) -> [&'static str; 3] {
        match self {
            Self::Accept => ["accepter", "", "Demande acceptée"],
            Self::Refuse => ["refuser", "La délibération est d’une autre commune.", "Demande refusée"],
            Self::Revoke => ["revoquer", "La collectivité renonce à ce formulaire.", "Habilitation révoquée"],
        }
    }
}

impl Instructeur {
    /// Decides, as often as it takes.
    pub async fn settle(&mut self, number: i64, siret: &str, fate: Fate) {
        let gestures: &[Gesture] = match fate {
            Fate::Accepted => &[Gesture::Accept],
            Fate::Revoked => &[Gesture::Accept, Gesture::Revoke],
            Fate::Refused => &[Gesture::Refuse],
        };
        for gesture in gestures {
            while !self.tries(number, gesture).await.unwrap_or(false) {
                tokio::time::sleep(PATIENCE).await;
            }
            self.heard.decided(number, siret, gesture);
        }
    }

    /// Whether it is done, by this try or by one whose answer was lost.
    async fn tries(&mut self, number: i64, gesture: &Gesture) -> reqwest::Result<bool> {
        let [word, text, done] = gesture.words();
        let page = self.browser.try_get(&format!("/instruction/D{number}")).await?;
        if page.status != StatusCode::OK {
            return Ok(false);
        }
        if page.main().contains(done) {
            return Ok(true);
        }
        let Some(version) = page.value("input[name=version]") else { return Ok(false) };
        let form = [("version", version.as_str()), ("text", text), ("confirme", "oui")];
        let answer = self.browser.try_post(&format!("/instruction/D{number}/{word}"), &form).await?;
        Ok(answer.status == StatusCode::SEE_OTHER)
    }
}
