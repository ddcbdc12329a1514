//! Structured logs on stderr: JSON in production, readable elsewhere. What is logged names requests and jobs by their
//! number, never people.

use tracing_subscriber::EnvFilter;

use crate::config::Environment;

/// Starts the logs at `level` (`info`, `habilis=debug`…); an unreadable level falls back to `info`.
pub fn start(environment: Environment, level: &str) {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Only fails when logs are already started, as in a test.
    let _ = match environment {
        Environment::Production => logs.json().flatten_event(true).try_init(),
        Environment::Development => logs.compact().with_target(false).try_init(),
    };
}
