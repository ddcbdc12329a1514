//! Holds one chosen call, so that a test can kill the caller at an exact point. Knows nothing of HTTP.
//! A held call waits for the epoch to change: releasing or arming again changes it, so no call waits for ever.

use tokio::sync::watch;

/// Where a call is held: before it changes anything, or once it has and before the answer leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    BeforeEffect,
    AfterEffect,
}

/// A call's order to stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    point: Point,
    epoch: u64,
}

#[derive(Default)]
struct Progress {
    epoch: u64,
    /// Calls left to count, the last of which is held.
    armed: Option<(usize, Point)>,
    holding: bool,
}

#[derive(Default)]
pub(super) struct Gate {
    progress: watch::Sender<Progress>,
}

impl Gate {
    pub(super) fn arm(&self, n: usize, point: Point) {
        self.next_epoch(Some((n.max(1), point)));
    }

    pub(super) fn release(&self) {
        self.next_epoch(None);
    }

    fn next_epoch(&self, armed: Option<(usize, Point)>) {
        self.progress.send_modify(|progress| {
            *progress = Progress { epoch: progress.epoch.wrapping_add(1), armed, holding: false };
        });
    }

    /// Counts a call; tells it to stop if it is the chosen one.
    pub(super) fn count(&self) -> Option<Stop> {
        let mut stop = None;
        self.progress.send_if_modified(|progress| {
            match progress.armed.take() {
                Some((1, point)) => stop = Some(Stop { point, epoch: progress.epoch }),
                Some((left, point)) => progress.armed = Some((left - 1, point)),
                None => {}
            }
            false
        });
        stop
    }

    /// Waits there, if `stop` says to stop at `point`.
    pub(super) async fn pass(&self, stop: Option<Stop>, point: Point) {
        let Some(stop) = stop.filter(|stop| stop.point == point) else { return };
        self.progress.send_modify(|progress| progress.holding |= progress.epoch == stop.epoch);
        let mut progress = self.progress.subscribe();
        // The sender lives as long as the gate: waiting cannot fail while we borrow it.
        let _ = progress.wait_for(|progress| progress.epoch != stop.epoch).await;
    }

    pub(super) async fn paused(&self) {
        let mut progress = self.progress.subscribe();
        let _ = progress.wait_for(|progress| progress.holding).await;
    }
}
