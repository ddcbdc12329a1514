//! Documents in a folder: two levels of sub-folders, readable by the service alone, each file written beside its place
//! then moved there whole.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Fault;

/// A folder.
#[derive(Clone, Debug)]
pub struct Disk(PathBuf);

impl Disk {
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// `ab/cd/abcd…`: no folder grows past what file systems like.
    fn path(&self, sha256: &str) -> PathBuf {
        let part = |range: std::ops::Range<usize>| sha256.get(range).unwrap_or("00");
        self.0.join(part(0..2)).join(part(2..4)).join(sha256)
    }

    pub async fn keep(&self, sha256: &str, bytes: Vec<u8>) -> Result<(), Fault> {
        let path = self.path(sha256);
        blocking(move || write_whole(&path, &bytes)).await
    }

    pub async fn read(&self, sha256: &str) -> Result<Option<Vec<u8>>, Fault> {
        let path = self.path(sha256);
        blocking(move || absent(std::fs::read(path))).await
    }

    pub async fn has(&self, sha256: &str) -> Result<bool, Fault> {
        let path = self.path(sha256);
        blocking(move || path.try_exists()).await
    }

    pub async fn forget(&self, sha256: &str) -> Result<(), Fault> {
        let path = self.path(sha256);
        blocking(move || absent(std::fs::remove_file(path))).await.map(|_| ())
    }
}

async fn blocking<T: Send + 'static>(act: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, Fault> {
    let done = tokio::task::spawn_blocking(act).await;
    done.map_err(io::Error::other).flatten().map_err(|error| Fault::Unavailable(error.to_string()))
}

fn absent<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// All of it or nothing, even if the machine stops: a temporary file (readable by its owner alone), then a move.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::super::fingerprint;
    use super::*;

    #[tokio::test]
    async fn what_is_kept_is_read_alone_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::new(folder.path().join("documents"));
        let name = fingerprint(b"bonjour");
        assert!(!disk.has(&name).await.unwrap() && disk.read(&name).await.unwrap().is_none());
        disk.forget(&name).await.unwrap();
        for _ in 0..2 {
            disk.keep(&name, b"bonjour".to_vec()).await.unwrap();
        }
        assert_eq!(disk.read(&name).await.unwrap().as_deref(), Some(&b"bonjour"[..]));
        let path = disk.path(&name);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        }
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no temporary file stays");
        disk.forget(&name).await.unwrap();
        assert!(!disk.has(&name).await.unwrap());
    }
}
