//! The real program, killed without notice at each call to HubEE, told to stop, or run in two processes: the story
//! always ends as if nothing had happened. Listens on ports that the system chooses; leaves no process behind.

mod process;
mod sharing;
mod sigkill;
mod sigterm;
