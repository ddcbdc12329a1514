//! Structured logs on stderr: JSON in production, readable elsewhere. What is logged names requests and jobs by their
//! number, never people.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::Environment;

/// Lettre writes whole conversations with the mail server, people and passwords included, as details.
const QUIET: &str = "lettre=info";

/// Starts the logs at `level` (`info`, `habilis=debug`…); an unreadable level falls back to `info`.
pub fn start(environment: Environment, level: &str) {
    let filter = EnvFilter::try_new(format!("{level},{QUIET}")).unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Only fails when logs are already started, as in a test.
    let _ = match environment {
        Environment::Production => logs.json().flatten_event(true).try_init(),
        Environment::Development => {
            logs.compact().with_target(false).with_ansi(std::io::stderr().is_terminal()).try_init()
        }
    };
}
