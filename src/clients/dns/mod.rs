//! DNS: whether the domain of an address receives mail. Asks one resolver, of the operator's choice, for MX records, then
//! for a host of that name (RFC 5321: it receives when no MX is told). Never speaks to the mail servers themselves.

use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};

use super::answer::{Answer, Unavailable};
use super::pace::Pace;
use crate::clock::Clock;
use crate::config::DnsConfig;
use crate::domain::sources::Mailboxes;

/// As many servers as are worth showing.
const MOST: usize = 5;

/// A client for one resolver.
pub struct Client {
    resolver: TokioResolver,
    pace: Pace,
    patience: Duration,
}

/// What a kind of record gave.
enum Looked {
    Found(Vec<RData>),
    /// The name exists, without such a record.
    Nothing,
    NoSuchName,
}

impl Client {
    /// # Errors
    /// When the resolver can't be set up.
    pub fn new(config: &DnsConfig, clock: Clock) -> anyhow::Result<Self> {
        let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
            connection.port = config.resolver.port();
            connection
        });
        let server = NameServerConfig::new(config.resolver.ip(), true, connections.to_vec());
        let servers = ResolverConfig::from_name_servers(vec![server]);
        let mut builder = TokioResolver::builder_with_config(servers, TokioRuntimeProvider::default());
        let options = builder.options_mut();
        options.timeout = config.patience;
        options.attempts = 1;
        options.use_hosts_file = ResolveHosts::Never;
        // Answers are kept in our own table, dated.
        options.cache_size = 0;
        Ok(Self { resolver: builder.build()?, pace: Pace::new(clock, 600, 20), patience: config.patience })
    }

    /// Where the mails of a domain go; [`Answer::Unknown`] when there is no such domain.
    pub async fn mailboxes(&self, domain: &str) -> Answer<Mailboxes> {
        self.look(domain).await.into()
    }

    async fn look(&self, domain: &str) -> Result<Option<Mailboxes>, Unavailable> {
        self.pace.take()?;
        // A name relative to nothing, else the resolver would try it below its own domain.
        let Ok(name) = Name::from_utf8(format!("{}.", domain.trim_end_matches('.'))) else { return Ok(None) };
        match self.records(&name, RecordType::MX).await? {
            Looked::NoSuchName => Ok(None),
            Looked::Found(records) => Ok(Some(servers(&records))),
            Looked::Nothing => Ok(Some(self.host(&name).await?)),
        }
    }

    async fn host(&self, name: &Name) -> Result<Mailboxes, Unavailable> {
        for kind in [RecordType::A, RecordType::AAAA] {
            if matches!(self.records(name, kind).await?, Looked::Found(_)) {
                return Ok(Mailboxes::Implicit);
            }
        }
        Ok(Mailboxes::Nowhere)
    }

    async fn records(&self, name: &Name, kind: RecordType) -> Result<Looked, Unavailable> {
        let asked = tokio::time::timeout(self.patience * 3, self.resolver.lookup(name.clone(), kind));
        match asked.await {
            Ok(Ok(lookup)) => {
                let found = lookup.answers().iter().filter(|record| record.record_type() == kind);
                let found: Vec<RData> = found.map(|record| record.data.clone()).collect();
                Ok(if found.is_empty() { Looked::Nothing } else { Looked::Found(found) })
            }
            Ok(Err(NetError::Dns(DnsError::NoRecordsFound(none)))) => match none.response_code {
                ResponseCode::NXDomain => Ok(Looked::NoSuchName),
                ResponseCode::NoError => Ok(Looked::Nothing),
                code => Err(Unavailable::because(format!("le serveur DNS répond {code}"))),
            },
            Ok(Err(NetError::Timeout)) | Err(_) => Err(Unavailable::because("pas de réponse à temps")),
            Ok(Err(_)) => Err(Unavailable::because("le serveur DNS ne répond pas comme attendu")),
        }
    }
}

/// Best first; a lone dot says that the domain receives no mail.
fn servers(records: &[RData]) -> Mailboxes {
    let mut hosts: Vec<(u16, String)> = records
        .iter()
        .filter_map(|data| match data {
            RData::MX(mx) => Some((mx.preference, mx.exchange.to_utf8().trim_end_matches('.').to_lowercase())),
            _ => None,
        })
        .collect();
    hosts.sort();
    hosts.retain(|(_, host)| !host.is_empty());
    if hosts.is_empty() {
        return Mailboxes::Refused;
    }
    Mailboxes::Servers { hosts: hosts.into_iter().map(|(_, host)| host).take(MOST).collect() }
}
