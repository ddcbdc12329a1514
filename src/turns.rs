//! Work that many ask for at the same moment and that one does for all: bringing what is held in memory up to what the
//! database says. Knows nothing of the work.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

/// One at a time.
#[derive(Debug, Default)]
pub struct Turns {
    begun: AtomicU64,
    /// The last turn that ended well. Held meanwhile.
    ended: Mutex<u64>,
}

impl Turns {
    /// Does the work, unless a turn that began after this was asked, while it waited, ended well: that one served it too, and
    /// the answer is `None`.
    ///
    /// # Errors
    /// What the work says; whoever waits then tries in turn.
    pub async fn take<T, E>(&self, work: impl Future<Output = Result<T, E>>) -> Result<Option<T>, E> {
        let asked_at = self.begun.load(Ordering::SeqCst);
        let mut ended = self.ended.lock().await;
        if *ended > asked_at {
            return Ok(None);
        }
        let this = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let done = work.await?;
        *ended = this;
        Ok(Some(done))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn who_asks_meanwhile_shares_the_next_turn() {
        let (turns, done, go) = (Turns::default(), AtomicUsize::new(0), Notify::new());
        let work = async || {
            go.notified().await;
            done.fetch_add(1, Ordering::SeqCst);
            Ok::<(), ()>(())
        };
        let open = async {
            go.notify_one();
            tokio::task::yield_now().await;
            go.notify_one();
        };
        let (first, second, third, fourth, ()) =
            tokio::join!(turns.take(work()), turns.take(work()), turns.take(work()), turns.take(work()), open);
        assert_eq!((first, second, third, fourth), (Ok(Some(())), Ok(Some(())), Ok(None), Ok(None)));
        assert_eq!(done.load(Ordering::SeqCst), 2, "the first began before the others asked");
    }

    #[tokio::test]
    async fn a_turn_that_failed_serves_nobody() {
        let turns = Turns::default();
        let (first, second) =
            tokio::join!(turns.take(async { Err::<(), _>("broken") }), turns.take(async { Ok::<_, &str>(()) }));
        assert_eq!((first, second), (Err("broken"), Ok(Some(()))));
    }
}
