//! Runs one program on one file, under limits: processor time, memory, bytes written, wall clock, nothing inherited. The
//! kernel keeps them (`prlimit`, of util-linux), so that a program gone mad is ended whatever it does.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

/// What one run may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Wall clock.
    pub time: Duration,
    /// Processor seconds.
    pub cpu: u32,
    /// Address space, in bytes.
    pub memory: u64,
    /// Largest file written, and most bytes read of what it says.
    pub written: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(20), cpu: 15, memory: 768 << 20, written: 32 << 20 }
    }
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// What it said, and whether it called that a success.
    Said { success: bool, out: Vec<u8>, err: String },
    /// Stopped by a limit.
    Stopped,
    /// The program is not installed.
    Absent,
}

/// Where programs are looked for; nothing else of our environment is handed on, secrets least of all.
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// Whether a program is installed.
pub fn is_installed(program: &str) -> bool {
    PATH.split(':').any(|folder| Path::new(folder).join(program).is_file())
}

/// Runs `program` in `folder`.
pub async fn run(limits: &Limits, folder: &Path, program: &str, arguments: &[OsString]) -> Ended {
    if !is_installed(program) || !is_installed("prlimit") {
        return Ended::Absent;
    }
    let mut command = limited(limits, program, arguments);
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let Ok(mut child) = command.spawn() else { return Ended::Absent };
    let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else { return Ended::Stopped };
    // One byte more than the cap tells a long answer from an endless one. What is not read is closed at once: a program
    // that speaks without end must not wait for us for ever.
    let (out, err) = (upto(out, limits.written + 1), upto(err, 16 << 10));
    let whole = async move {
        let (said, complained) = tokio::join!(out, err);
        (said, complained, child.wait().await)
    };
    let Ok((Ok(said), Ok(complained), Ok(status))) = tokio::time::timeout(limits.time, whole).await else {
        return Ended::Stopped;
    };
    // No exit code: ended by a signal, which is how limits end a program.
    if status.code().is_none() || said.len() as u64 > limits.written {
        return Ended::Stopped;
    }
    Ended::Said { success: status.success(), out: said, err: String::from_utf8_lossy(&complained).into_owned() }
}

async fn upto(from: impl AsyncRead + Unpin, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most).read_to_end(&mut bytes).await?;
    Ok(bytes)
}

fn limited(limits: &Limits, program: &str, arguments: &[OsString]) -> Command {
    let mut command = Command::new("prlimit");
    command.env_clear().env("PATH", PATH).env("LANG", "C.UTF-8").env("OMP_THREAD_LIMIT", "1");
    command
        .arg(format!("--cpu={}", limits.cpu))
        .arg(format!("--as={}", limits.memory))
        .arg(format!("--fsize={}", limits.written))
        .args(["--core=0", "--nofile=64", "--"])
        .arg(program)
        .args(arguments);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ran(limits: Limits, program: &str, arguments: &[&str]) -> Ended {
        let folder = tempfile::tempdir().unwrap();
        run(&limits, folder.path(), program, &arguments.iter().map(OsString::from).collect::<Vec<_>>()).await
    }

    #[tokio::test]
    async fn limits_hold() {
        let limits = Limits { time: Duration::from_secs(10), cpu: 1, memory: 256 << 20, written: 1 << 20 };
        let brief = Limits { time: Duration::from_millis(300), cpu: 10, ..limits };
        assert!(matches!(ran(limits, "no-such-program", &[]).await, Ended::Absent));
        assert!(matches!(ran(brief, "sleep", &["60"]).await, Ended::Stopped), "wall clock");
        assert!(matches!(ran(limits, "sh", &["-c", "while :; do :; done"]).await, Ended::Stopped), "processor");
        assert!(matches!(ran(limits, "cat", &["/dev/zero"]).await, Ended::Stopped), "what it says");
        let big = ran(limits, "sh", &["-c", "head -c 5000000 /dev/zero > file"]).await;
        assert!(!matches!(big, Ended::Said { success: true, .. }), "what it writes: {big:?}");
        let memory = ran(limits, "sh", &["-c", "head -c 900000000 /dev/zero | tail -c 800000000 > /dev/null"]).await;
        assert!(!matches!(memory, Ended::Said { success: true, .. }), "memory: {memory:?}");
        let Ended::Said { success, out, err } =
            ran(limits, "sh", &["-c", "env; yes erreur | head -c 900000 >&2"]).await
        else {
            panic!("a well-behaved program ends by itself")
        };
        let said = String::from_utf8(out).unwrap();
        assert!(said.contains("PATH=") && !said.contains("HOME=") && !said.contains("CARGO"), "{said}");
        assert!(err.len() <= 16 << 10 && (success || !err.is_empty()));
    }
}
