//! Documents in an S3-compatible store, by signed addresses (signature v4). The secret never leaves this process.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};

use super::Fault;
use crate::clients::http;
use crate::config::S3Config;
use crate::domain::document::LARGEST;

/// How long a signed address may be used: one exchange.
const VALID: Duration = Duration::from_secs(60);

/// A bucket and who may use it.
#[derive(Clone)]
pub struct S3 {
    bucket: Bucket,
    credentials: Credentials,
    client: Client,
}

impl S3 {
    pub fn new(config: &S3Config) -> anyhow::Result<Self> {
        let bucket = Bucket::new(config.url.clone(), UrlStyle::Path, config.bucket.clone(), config.region.clone());
        Ok(Self {
            bucket: bucket.context("HABILIS_S3_URL")?,
            credentials: Credentials::new(config.key_id.clone(), config.secret.expose()),
            client: http::client()?,
        })
    }

    pub async fn keep(&self, name: &str, bytes: Vec<u8>) -> Result<(), Fault> {
        let address = self.bucket.put_object(Some(&self.credentials), name).sign(VALID);
        match sent(self.client.put(address).body(bytes)).await? {
            response if response.status().is_success() => Ok(()),
            response => Err(refused(&response)),
        }
    }

    pub async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let address = self.bucket.get_object(Some(&self.credentials), name).sign(VALID);
        let response = sent(self.client.get(address)).await?;
        match response.status() {
            StatusCode::NOT_FOUND => Ok(None),
            StatusCode::OK => http::body_within(response, LARGEST).await.map(Some).map_err(Fault::Unavailable),
            _ => Err(refused(&response)),
        }
    }

    pub async fn has(&self, name: &str) -> Result<bool, Fault> {
        let address = self.bucket.head_object(Some(&self.credentials), name).sign(VALID);
        let response = sent(self.client.head(address)).await?;
        match response.status() {
            StatusCode::NOT_FOUND => Ok(false),
            StatusCode::OK => Ok(true),
            _ => Err(refused(&response)),
        }
    }

    pub async fn forget(&self, name: &str) -> Result<(), Fault> {
        let address = self.bucket.delete_object(Some(&self.credentials), name).sign(VALID);
        let response = sent(self.client.delete(address)).await?;
        if response.status().is_success() || response.status() == StatusCode::NOT_FOUND {
            return Ok(());
        }
        Err(refused(&response))
    }
}

async fn sent(request: RequestBuilder) -> Result<Response, Fault> {
    request.send().await.map_err(|error| Fault::Unavailable(http::plain(&error)))
}

/// Without its address, which is signed.
fn refused(response: &Response) -> Fault {
    Fault::Unavailable(format!("S3 answered {}", response.status().as_u16()))
}
