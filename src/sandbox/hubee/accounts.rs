//! Portal accounts and the mail that invites their holder: side effects of a subscription, never resources of the API.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::state::Store;
use super::triple::Triple;
use crate::domain::paris::paris;

/// Hours the link of the mail lives.
const LINK_HOURS: i64 = 48;

/// A local administrator's account on HubEE's portal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    /// Also the login: unique in the whole of HubEE.
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub function: Option<String>,
    pub phone_number: Option<String>,
    /// One account belongs to one organisation.
    pub organisation: Triple,
    /// What the portal calls its holder: « Administrateur local ».
    #[serde(default = "local_administrator")]
    pub actor_type: String,
    /// Whether it comes from a request in DataPass, as all that subscriptions bring about do.
    #[serde(default = "yes")]
    pub datapass: bool,
    pub roles: Vec<String>,
    pub invited_at: DateTime<Utc>,
    /// When the mail's link dies.
    pub invitation_expires_at: DateTime<Utc>,
    pub activated_at: Option<DateTime<Utc>>,
}

/// A mail HubEE would have sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub at: DateTime<Utc>,
    /// When the link in it dies, if there is one.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Creates the account of a subscription's `localAdministrator` and mails its holder. Only an administrator with an
/// e-mail, a first and a last name gets one, and only if HubEE does not know the e-mail, in this organisation or another.
pub(super) fn invite(store: &mut Store, administrator: &Value, organisation: &Triple, now: DateTime<Utc>) {
    let text =
        |name: &str| administrator.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let (Some(email), Some(first_name), Some(last_name)) = (text("email"), text("firstName"), text("lastName")) else {
        return;
    };
    if store.accounts.iter().any(|account| account.email.eq_ignore_ascii_case(email)) {
        return;
    }
    let is_first = !store.accounts.iter().any(|account| account.organisation == *organisation);
    let account = Account {
        email: email.to_owned(),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        function: text("function").map(str::to_owned),
        phone_number: text("phoneNumber").map(str::to_owned),
        organisation: organisation.clone(),
        actor_type: local_administrator(),
        datapass: yes(),
        // Not télédossiers: that role is to be added by hand.
        roles: vec!["Gestion des abonnements".to_owned(), "Gestion des utilisateurs".to_owned()],
        invited_at: now,
        invitation_expires_at: now + Duration::hours(LINK_HOURS),
        activated_at: None,
    };
    if is_first || !store.switches.mail_only_first_account {
        store.mails.push(invitation(&account));
    }
    store.accounts.push(account);
}

fn local_administrator() -> String {
    "Administrateur local".to_owned()
}

/// For accounts that an older file does not say it of.
fn yes() -> bool {
    true
}

fn invitation(account: &Account) -> Mail {
    let expires_at = account.invitation_expires_at;
    let text = format!(
        "Bonjour {first} {last},\n\n\
         Un compte d’administrateur local vient d’être créé pour vous sur le portail HubEE, avec l’identifiant {email}.\n\n\
         Pour l’utiliser, choisissez votre mot de passe :\n\
         https://portail.hubee.example/mot-de-passe/{link}\n\n\
         Ce lien est valable 48 heures, jusqu’au {until}. Passé ce délai, utilisez « Mot de passe oublié » sur la page \
         de connexion du portail.\n\n\
         L’équipe HubEE\n\n\
         Ce message est envoyé automatiquement, merci de ne pas y répondre.\n",
        first = account.first_name,
        last = account.last_name,
        email = account.email,
        link = Uuid::new_v4(),
        until = paris(expires_at).format("%d/%m/%Y à %H h %M"),
    );
    let subject = "HubEE : créez votre mot de passe".to_owned();
    Mail { to: account.email.clone(), subject, text, at: account.invited_at, expires_at: Some(expires_at) }
}
