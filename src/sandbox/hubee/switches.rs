//! How strict or whimsical the simulator is, where HubEE's own behaviour is undocumented, changing or irregular.
//! Must not know what the settings are used for beyond what each one says.

use serde::{Deserialize, Serialize};

/// Settings of the simulator; the default is HubEE as it was last observed, at its least convenient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Switches {
    /// What a token of scope `DATAPASS` may do.
    pub datapass: DatapassRights,
    /// Some dates are read as `…T16:01:27+0000`, without colon nor milliseconds, rather than `….000+00:00`.
    pub mixed_dates: bool,
    /// Answers are compressed for whoever accepts gzip.
    pub gzip: bool,
    /// The mail is sent only if the organisation had no account before (the account is created all the same).
    pub mail_only_first_account: bool,
    /// Properties that only HubEE sets (`id`, `creationDateTime`, `subscriber.name`…) are refused in a body.
    pub read_only_rejected: bool,
    /// Lifetime of a token, in seconds.
    pub token_seconds: u32,
    /// Lists leave out what was created less than this many seconds ago.
    pub list_lag_seconds: u32,
    /// The démarche is open: to a closed one nobody subscribes.
    pub process_active: bool,
    /// A suspended subscription refuses télédossiers at once rather than from the next day.
    pub suspends_at_once: bool,
}

/// Routes open to the scope `DATAPASS`. Creating a subscription always is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DatapassRights {
    pub get_organisation: bool,
    pub post_organisation: bool,
    pub list_organisations: bool,
    pub get_subscription: bool,
    pub list_subscriptions: bool,
    pub put_subscription: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            datapass: DatapassRights::default(),
            mixed_dates: true,
            gzip: true,
            mail_only_first_account: false,
            read_only_rejected: true,
            token_seconds: 3600,
            list_lag_seconds: 0,
            process_active: true,
            suspends_at_once: false,
        }
    }
}

impl Default for DatapassRights {
    /// As documented: organisations can be found by key and created, subscriptions only created.
    fn default() -> Self {
        Self {
            get_organisation: true,
            post_organisation: true,
            list_organisations: false,
            get_subscription: false,
            list_subscriptions: false,
            put_subscription: false,
        }
    }
}

impl DatapassRights {
    /// Everything `ADMIN` may do with the routes listed here.
    pub fn all() -> Self {
        Self {
            get_organisation: true,
            post_organisation: true,
            list_organisations: true,
            get_subscription: true,
            list_subscriptions: true,
            put_subscription: true,
        }
    }
}
