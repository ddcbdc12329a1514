//! All that DataPass remembers: requests, accounts, organisations, deliveries, counters. Each gesture changes a
//! request, writes its history and freezes a delivery, in that order. Does not send.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    delivery::{Attempt, Delivery, Signed},
    filing::{Applicant, Filing, cleaned, problems},
    payload::{self, Order},
    request::{Account, Event, Gesture, Organisation, Refusal, Request, RequestState},
};
use crate::sandbox::insee::{self, Establishment};

#[derive(Serialize, Deserialize)]
pub(super) struct Ledger {
    pub requests: BTreeMap<i64, Request>,
    pub deliveries: Vec<Delivery>,
    /// By SIRET: what INSEE says of the organisations that filed.
    pub establishments: BTreeMap<String, Establishment>,
    organisation_ids: BTreeMap<String, i64>,
    /// By e-mail address.
    accounts: BTreeMap<String, (i64, Uuid)>,
    next: Next,
}

/// The next id of each kind.
#[derive(Serialize, Deserialize)]
struct Next {
    request: i64,
    organisation: i64,
    account: i64,
    authorization: i64,
    event: i64,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            requests: BTreeMap::new(),
            deliveries: Vec::new(),
            establishments: BTreeMap::new(),
            organisation_ids: BTreeMap::new(),
            accounts: BTreeMap::new(),
            next: Next { request: 61_234, organisation: 5_120, account: 18_734, authorization: 48_811, event: 902_001 },
        }
    }
}

fn take(counter: &mut i64) -> i64 {
    let taken = *counter;
    *counter += 1;
    taken
}

impl Ledger {
    pub fn create(&mut self, filing: &Filing, at: DateTime<Utc>) -> i64 {
        let id = take(&mut self.next.request);
        let request = Request {
            id,
            public_id: Uuid::new_v4(),
            state: RequestState::Draft,
            organisation: self.organisation(&filing.establishment(), filing.insee),
            applicant: self.account(&filing.applicant),
            service_provider: filing.service_provider.clone(),
            answers: filing.answers(),
            document: filing.document,
            created_at: at,
            last_submitted_at: None,
            last_validated_at: None,
            reopening: false,
            reopened_at: None,
            authorizations: Vec::new(),
            events: Vec::new(),
            external_provider_id: None,
        };
        self.fire(request, "create", at);
        id
    }

    pub fn update(&mut self, id: i64, filing: &Filing, at: DateTime<Utc>) -> Result<Uuid, Refusal> {
        let mut request = self.request(id)?;
        if !request.is_editable() {
            return Err(request.refusal("ses réponses ne peuvent pas être modifiées"));
        }
        request.answers = filing.answers();
        request.document = filing.document;
        Ok(self.fire(request, "update", at))
    }

    pub fn act(&mut self, id: i64, gesture: Gesture, at: DateTime<Utc>) -> Result<Uuid, Refusal> {
        let mut request = self.request(id)?;
        if let Some(objection) = request.objection(gesture) {
            return Err(objection);
        }
        if gesture == Gesture::Submit {
            let problems = problems(&request.answers, request.document);
            if !problems.is_empty() {
                let sentences: Vec<String> = problems.into_iter().map(|(_, sentence)| sentence).collect();
                return Err(Refusal(sentences.join(" ")));
            }
        }
        request.play(gesture, at, self.next.authorization);
        if gesture == Gesture::Approve {
            self.next.authorization += 1;
        }
        let delivery = self.fire(request, gesture.event(), at);
        if let Some(request) = self.requests.get_mut(&id) {
            request.settle(gesture);
        }
        Ok(delivery)
    }

    pub fn revoke_one(&mut self, id: i64, authorization: i64, at: DateTime<Utc>) -> Result<Uuid, Refusal> {
        let mut request = self.request(id)?;
        request.revoke_one(authorization)?;
        Ok(self.fire(request, "revoke", at))
    }

    pub fn transfer(
        &mut self,
        id: i64,
        to: &Applicant,
        organisation: Option<&Establishment>,
        at: DateTime<Utc>,
    ) -> Result<Uuid, Refusal> {
        let mut request = self.request(id)?;
        if request.state == RequestState::Archived {
            return Err(request.refusal("elle ne peut pas être transférée"));
        }
        request.applicant = self.account(to);
        if let Some(organisation) = organisation {
            request.organisation = self.organisation(organisation, true);
        }
        Ok(self.fire(request, "transfer", at))
    }

    pub fn delivery(&self, id: Uuid) -> Option<&Delivery> {
        self.deliveries.iter().find(|one| one.id == id)
    }

    pub fn replay(&mut self, id: Uuid, reorder_keys: bool) -> Result<Delivery, Refusal> {
        let unknown = || Refusal("Cette livraison n’existe pas.".to_owned());
        let original = self.delivery(id).cloned().ok_or_else(unknown)?;
        let body = if reorder_keys {
            let value: Value = serde_json::from_str(&original.body).map_err(|error| Refusal(error.to_string()))?;
            payload::encode(&value, Order::Reversed)
        } else {
            original.body
        };
        let mut again = Delivery::new(&original.event, original.request_id, body, original.fired_at);
        again.replay_of = Some(id);
        self.deliveries.push(again.clone());
        Ok(again)
    }

    pub fn ping(&mut self, signed: Signed, at: DateTime<Utc>) -> Delivery {
        let mut ping = Delivery::new("ping", None, payload::encode(&payload::ping(at), Order::Stored), at);
        ping.signed = signed;
        self.deliveries.push(ping.clone());
        ping
    }

    pub fn attempted(&mut self, id: Uuid, attempt: Attempt, token: Option<String>) {
        let Some(delivery) = self.deliveries.iter_mut().find(|one| one.id == id) else { return };
        delivery.attempts.push(attempt);
        let request = delivery.request_id.and_then(|id| self.requests.get_mut(&id));
        if let (Some(request), Some(token)) = (request, token) {
            request.external_provider_id = Some(token);
        }
    }

    fn request(&self, id: i64) -> Result<Request, Refusal> {
        self.requests.get(&id).cloned().ok_or_else(|| Refusal(format!("La demande D{id} n’existe pas.")))
    }

    /// Writes the history, freezes the payload, keeps the request.
    fn fire(&mut self, mut request: Request, event: &str, at: DateTime<Utc>) -> Uuid {
        request.events.push(Event { id: take(&mut self.next.event), name: event.to_owned(), at });
        let body = payload::encode(&payload::webhook(event, &request, at), Order::Stored);
        let delivery = Delivery::new(event, Some(request.id), body, at);
        let id = delivery.id;
        self.deliveries.push(delivery);
        self.requests.insert(request.id, request);
        id
    }

    fn organisation(&mut self, establishment: &Establishment, known: bool) -> Organisation {
        let siret = establishment.siret.clone();
        let id = match self.organisation_ids.get(&siret) {
            Some(id) => *id,
            None => take(&mut self.next.organisation),
        };
        self.organisation_ids.insert(siret.clone(), id);
        self.establishments.insert(siret.clone(), establishment.clone());
        let (name, insee_payload) = if known {
            (establishment.name.clone(), insee::payload(establishment))
        } else {
            (format!("l'organisation {siret} (nom inconnu)"), json!({}))
        };
        Organisation { id, name, siret, insee_payload }
    }

    fn account(&mut self, person: &Applicant) -> Account {
        let email = person.email.trim().to_lowercase();
        let (id, uid) = match self.accounts.get(&email) {
            Some(known) => *known,
            None => (take(&mut self.next.account), Uuid::new_v4()),
        };
        self.accounts.insert(email.clone(), (id, uid));
        let clean = |text: &Option<String>| text.as_deref().and_then(cleaned);
        Account {
            id,
            uid,
            email,
            given_name: clean(&person.given),
            family_name: clean(&person.family),
            phone_number: clean(&person.phone),
            job_title: clean(&person.job),
        }
    }
}
