//! Where the bytes of documents are kept, named by their SHA-256: a folder of this machine, or any S3-compatible store
//! that machines share. What comes back is checked against its name. Knows nothing of requests.

mod disk;
mod s3;

use sha2::{Digest, Sha256};

use crate::config::FilesConfig;

/// Why bytes were not kept, read or forgotten.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the document store can't be used: {0}")]
    Unavailable(String),
    /// What is there is not what was kept.
    #[error("the document store holds other bytes under this name")]
    Altered,
}

/// The store of documents.
#[derive(Clone)]
pub struct Files(Place);

#[derive(Clone)]
enum Place {
    Disk(disk::Disk),
    S3(Box<s3::S3>),
}

impl Files {
    /// Opens nothing yet: the folder is made when something is kept.
    ///
    /// # Errors
    /// When the S3 address is not one.
    pub fn new(config: &FilesConfig) -> anyhow::Result<Self> {
        Ok(Self(match config {
            FilesConfig::Folder(folder) => Place::Disk(disk::Disk::new(folder.clone())),
            FilesConfig::S3(config) => Place::S3(Box::new(s3::S3::new(config)?)),
        }))
    }

    /// Keeps bytes under their fingerprint; harmless when they are there.
    ///
    /// # Errors
    /// [`Fault::Unavailable`]: nothing is promised.
    pub async fn keep(&self, sha256: &str, bytes: Vec<u8>) -> Result<(), Fault> {
        match &self.0 {
            Place::Disk(disk) => disk.keep(sha256, bytes).await,
            Place::S3(s3) => s3.keep(sha256, bytes).await,
        }
    }

    /// The bytes of a fingerprint. `None` when they are not there.
    ///
    /// # Errors
    /// When the store can't be used, or gives other bytes.
    pub async fn read(&self, sha256: &str) -> Result<Option<Vec<u8>>, Fault> {
        let bytes = match &self.0 {
            Place::Disk(disk) => disk.read(sha256).await?,
            Place::S3(s3) => s3.read(sha256).await?,
        };
        match bytes {
            Some(bytes) if fingerprint(&bytes) != sha256 => Err(Fault::Altered),
            bytes => Ok(bytes),
        }
    }

    /// Whether the bytes of a fingerprint are there.
    ///
    /// # Errors
    /// When the store can't be used.
    pub async fn has(&self, sha256: &str) -> Result<bool, Fault> {
        match &self.0 {
            Place::Disk(disk) => disk.has(sha256).await,
            Place::S3(s3) => s3.has(sha256).await,
        }
    }

    /// Forgets bytes; harmless when they are not there.
    ///
    /// # Errors
    /// When the store can't be used.
    pub async fn forget(&self, sha256: &str) -> Result<(), Fault> {
        match &self.0 {
            Place::Disk(disk) => disk.forget(sha256).await,
            Place::S3(s3) => s3.forget(sha256).await,
        }
    }
}

/// SHA-256, in lower-case hexadecimal.
pub fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
