//! Who says at which addresses a name answers. Injected, so that a test can be a resolver that lies.

use std::io;
use std::net::IpAddr;

use async_trait::async_trait;

/// Resolves names.
#[async_trait]
pub trait Names: Send + Sync {
    /// Every address of a name, in the order to try them.
    ///
    /// # Errors
    /// When the name does not exist or nobody can say.
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The machine's own resolver.
pub struct System;

#[async_trait]
impl Names for System {
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}
