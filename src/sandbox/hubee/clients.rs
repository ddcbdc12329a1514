//! Who may ask for a token: for each client its secret, the scopes it may have, and the organisation it speaks for.
//! A collectivité whose abonnement is in API mode has a client of its own. Knows no route.

use uuid::Uuid;

use super::state::Store;
use super::token::Scope;
use super::triple::Triple;
use super::{CLIENT_ID, CLIENT_SECRET, OTHER_ID, OTHER_SECRET};

pub(super) struct Client {
    pub(super) secret: String,
    pub(super) scopes: &'static [Scope],
    pub(super) owner: Triple,
}

/// The client of this id, if HubEE knows it today.
pub(super) fn find(store: &Store, id: &str) -> Option<Client> {
    let client = |secret: &str, scopes, owner| Client { secret: secret.to_owned(), scopes, owner };
    match id {
        CLIENT_ID => Some(client(CLIENT_SECRET, &Scope::ALL, Triple::osl("21999999999999", "75107"))),
        OTHER_ID => Some(client(OTHER_SECRET, &[Scope::Osl], Triple::osl("21999999999981", "75108"))),
        _ => {
            let subscription =
                store.subscriptions.iter().find(|one| one.speaks_by_api() && subscriber(one.id) == id)?;
            Some(client(&secret(subscription.id), &[Scope::Si], subscription.subscriber.clone()))
        }
    }
}

/// Client id and secret of the subscription of this id, shown in the portal once its access mode is API.
pub(super) fn of_subscription(id: Uuid) -> (String, String) {
    (subscriber(id), secret(id))
}

fn subscriber(id: Uuid) -> String {
    format!("si-{id}")
}

fn secret(id: Uuid) -> String {
    format!("bac-a-sable-si-{}", id.simple())
}
