//! The settings of outside registers: each has its address, and none is asked unless it is turned on.

use std::net::SocketAddr;
use std::time::Duration;

use url::Url;

use super::Problem;
use super::reader::Reader;

/// One register.
#[derive(Clone, Debug)]
pub struct SourceConfig {
    pub url: Url,
    /// How long an answer may take.
    pub patience: Duration,
}

/// The resolver that tells whether a domain receives mail.
#[derive(Clone, Debug)]
pub struct DnsConfig {
    pub resolver: SocketAddr,
    pub patience: Duration,
}

/// The registers beside Sirene; absent, they are not asked.
#[derive(Clone, Debug)]
pub struct SourcesConfig {
    pub recherche: Option<SourceConfig>,
    pub geo: Option<SourceConfig>,
    pub annuaire: Option<SourceConfig>,
    pub dns: Option<DnsConfig>,
    /// Whether HubEE is asked, before an acceptance, what it already has.
    pub hubee: bool,
    /// How long an answer may take, Sirene's included.
    pub patience: Duration,
}

const ON: &str = "HABILIS_SOURCES";
const NAMES: [&str; 5] = ["recherche", "geo", "annuaire", "dns", "hubee"];

impl Reader {
    /// Which registers are asked, and where.
    pub(super) fn sources(&mut self) -> Option<SourcesConfig> {
        let on: Vec<String> = self.value(ON).unwrap_or_default().split([',', ' ']).map(str::to_owned).collect();
        if on.iter().any(|name| !name.is_empty() && !NAMES.contains(&name.as_str())) {
            let sentence = "valeur incomprise : il faut une liste parmi recherche, geo, annuaire, dns, hubee";
            self.problems.push(Problem::new(ON, sentence));
        }
        let is_on = |name: &str| on.iter().any(|given| given == name);
        let patience = self.bounded("HABILIS_SOURCES_SECONDS", 1..=60)?;
        let patience = Duration::from_secs(u64::from(patience));
        let mut register = |name: &'static str, key: &'static str| {
            let url = self.url(key);
            url.filter(|_| is_on(name)).map(|url| SourceConfig { url, patience })
        };
        let recherche = register("recherche", "RECHERCHE_ENTREPRISES_URL");
        let geo = register("geo", "GEO_API_URL");
        let annuaire = register("annuaire", "ANNUAIRE_URL");
        let resolver = if is_on("dns") {
            self.parsed("DNS_RESOLVER", "une adresse IP et un port, comme 192.0.2.53:53")
        } else {
            None
        };
        let dns = resolver.map(|resolver| DnsConfig { resolver, patience });
        Some(SourcesConfig { recherche, geo, annuaire, dns, hubee: is_on("hubee"), patience })
    }

    /// A number within bounds.
    pub(super) fn bounded(&mut self, name: &'static str, bounds: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let expected = format!("un nombre entre {} et {}", bounds.start(), bounds.end());
        let number: u32 = self.parsed(name, &expected)?;
        if !bounds.contains(&number) {
            self.problems.push(Problem::new(name, format!("il faut {expected}")));
            return None;
        }
        Some(number)
    }
}
