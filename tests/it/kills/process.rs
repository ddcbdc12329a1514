//! A process of the house, killed when dropped, and waiting with a deadline.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use crate::support::house::House;

pub struct Process {
    child: Child,
}

impl Process {
    /// `habilis serve`, or another command, with the house's settings as its whole environment.
    pub fn start(house: &House, command: &str) -> Self {
        Self::start_with(
            house,
            command,
            &[("HABILIS_LISTEN", "127.0.0.1:0"), ("HABILIS_LEASE_SECONDS", "1"), ("HABILIS_LOG", "error")],
        )
    }

    /// The same, with some settings of its own.
    pub fn start_with(house: &House, command: &str, own: &[(&str, &str)]) -> Self {
        let mut starting = Command::new(env!("CARGO_BIN_EXE_habilis"));
        starting.arg(command).env_clear().envs(&house.settings);
        starting.env("HABILIS_LOG", "off").envs(own.iter().copied());
        let child = starting.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap();
        Self { child }
    }

    /// SIGKILL: no code of the process runs any more.
    pub fn kill(mut self) {
        self.kill_now();
    }

    /// The same, of one that will be replaced.
    pub fn kill_now(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// How it ended, which must come within `limit`.
    pub async fn ended(&mut self, limit: Duration) -> ExitStatus {
        let mut status = None;
        within(limit, "the process ends", async || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        })
        .await;
        status.unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail when it has already ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Looks often until it is so, or fails.
pub async fn within(limit: Duration, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let looking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(limit, looking).await.is_ok(), "not in {limit:?}: {what}");
}

/// Open and confirmed, by whatever process runs.
pub async fn opened(house: &House, number: i64, told: &str) {
    within(Duration::from_secs(20), told, async || {
        let open = house.provisioning(number).await.is_some_and(|row| row.opened_at.is_some());
        open && !crate::service::scene::mails(house, crate::service::scene::CONFIRMATION).is_empty()
    })
    .await;
    house.service.publication.refresh(&house.db).await.unwrap();
}

/// A call is held.
pub async fn held(house: &House, told: &str) {
    let waiting = tokio::time::timeout(Duration::from_secs(20), house.hubee().paused());
    assert!(waiting.await.is_ok(), "no call was held: {told}");
}
