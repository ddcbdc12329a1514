//! A simulator's state: shared by its clones, and written to a JSON file after each change when it has one, so that
//! a demonstration restarts where it stopped. The file is replaced whole (temporary file, then rename): a crash leaves
//! the previous one. Knows nothing of what it keeps.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Context as _;
use serde::{Serialize, de::DeserializeOwned};

pub(super) struct Kept<T> {
    inner: Arc<Mutex<Inner<T>>>,
    file: Option<Arc<PathBuf>>,
}

struct Inner<T> {
    state: T,
    /// How many batches are open: the file waits for the last one to close.
    batches: u32,
}

/// Changes whose file is written at the end.
pub(super) struct Batch<T: Default + Serialize + DeserializeOwned> {
    kept: Kept<T>,
}

impl<T: Default + Serialize + DeserializeOwned> Drop for Batch<T> {
    fn drop(&mut self) {
        self.kept.end_batch();
    }
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), file: self.file.clone() }
    }
}

impl<T: Default + Serialize + DeserializeOwned> Kept<T> {
    /// A state forgotten when the process ends.
    pub fn in_memory() -> Self {
        Self::holding(T::default(), None)
    }

    /// A state read from `file`, or a fresh one when the file does not exist yet. A file that cannot be read is an
    /// error: starting empty would overwrite it.
    pub fn in_file(file: PathBuf) -> anyhow::Result<Self> {
        let state = match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .with_context(|| format!("the sandbox's file {} cannot be understood", file.display()))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => T::default(),
            Err(error) => {
                return Err(error).with_context(|| format!("the sandbox's file {} cannot be read", file.display()));
            }
        };
        Ok(Self::holding(state, Some(Arc::new(file))))
    }

    fn holding(state: T, file: Option<Arc<PathBuf>>) -> Self {
        Self { inner: Arc::new(Mutex::new(Inner { state, batches: 0 })), file }
    }

    /// Reads the state. `look` must not come back to the same `Kept`.
    pub fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.lock().state)
    }

    /// Changes the state, then writes the file.
    pub fn change<R>(&self, act: impl FnOnce(&mut T) -> R) -> R {
        let mut inner = self.lock();
        let result = act(&mut inner.state);
        self.write(&inner);
        result
    }

    /// The file waits until what this gives is dropped, and is then written once for all the changes.
    pub fn batch(&self) -> Batch<T> {
        self.lock().batches += 1;
        Batch { kept: self.clone() }
    }

    fn end_batch(&self) {
        let mut inner = self.lock();
        inner.batches -= 1;
        self.write(&inner);
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The simulator goes on without its file: losing a demonstration's data is not worth stopping it.
    fn write(&self, inner: &Inner<T>) {
        let (Some(file), 0) = (&self.file, inner.batches) else { return };
        if let Err(error) = replace(file, &inner.state) {
            tracing::error!(%error, file = %file.display(), "the sandbox's state was not written");
        }
    }
}

fn replace<T: Serialize>(file: &Path, state: &T) -> anyhow::Result<()> {
    write_whole(file, &serde_json::to_vec(state)?)?;
    Ok(())
}

/// Replaces `file` by `bytes`, or leaves it as it was.
pub(super) fn write_whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut temporary = file.as_os_str().to_owned();
    temporary.push(".tmp");
    fs::write(&temporary, bytes)?;
    fs::rename(&temporary, file)
}
