//! Settings of the documents that come with requests: where their bytes are kept, how long, and where the invented sites
//! of the demonstration answer.

use std::net::SocketAddr;
use std::path::PathBuf;

use url::Url;

use super::reader::Reader;
use super::{Problem, Secret};

/// Where the bytes of documents are kept.
#[derive(Clone, Debug)]
pub enum FilesConfig {
    Folder(PathBuf),
    S3(S3Config),
}

/// A bucket of an S3-compatible store, addressed by path.
#[derive(Clone, Debug)]
pub struct S3Config {
    pub url: Url,
    pub bucket: String,
    pub region: String,
    pub key_id: String,
    pub secret: Secret,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct DocumentsConfig {
    pub files: FilesConfig,
    /// How long the documents of a request that is over are kept.
    pub months: u32,
    /// Where names ending in `.test` answer; never in production.
    pub test_sites: Option<SocketAddr>,
}

const S3: [&str; 5] =
    ["HABILIS_S3_URL", "HABILIS_S3_BUCKET", "HABILIS_S3_REGION", "HABILIS_S3_KEY_ID", "HABILIS_S3_SECRET"];

impl Reader {
    pub(super) fn documents(&mut self) -> Option<DocumentsConfig> {
        const MONTHS: &str = "HABILIS_DOCUMENTS_MONTHS";
        const SITES: &str = "HABILIS_FETCH_TEST_SITES";
        let folder = self.text("HABILIS_DOCUMENTS_FOLDER");
        let s3 = self.s3();
        let months: Option<u32> = self.parsed(MONTHS, "un nombre de mois entre 1 et 120");
        if months.is_some_and(|months| !(1..=120).contains(&months)) {
            self.problems.push(Problem::new(MONTHS, "il faut un nombre de mois entre 1 et 120"));
        }
        let test_sites = match self.value(SITES) {
            Some(_) => Some(self.parsed(SITES, "une adresse et un port")?),
            None => None,
        };
        let files = match s3 {
            Some(s3) => FilesConfig::S3(s3?),
            None => FilesConfig::Folder(folder?.into()),
        };
        Some(DocumentsConfig { files, months: months?, test_sites })
    }

    /// All five keys, or none: `None` is the folder.
    fn s3(&mut self) -> Option<Option<S3Config>> {
        if S3.iter().all(|name| self.value(name).is_none()) {
            return None;
        }
        let [url, bucket, region, key_id, secret] = S3;
        let url = self.url(url);
        let [bucket, region, key_id, secret] = [bucket, region, key_id, secret].map(|name| self.text(name));
        Some((|| {
            let secret = Secret::new(secret?);
            Some(S3Config { url: url?, bucket: bucket?, region: region?, key_id: key_id?, secret })
        })())
    }
}
