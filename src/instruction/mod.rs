//! Instruction: what an instructeur needs to answer a request. Automatic checks with their evidence, the tabs of the
//! queue, what a reopening changes, what a decision must carry. Pure: facts in, opinions out. Must not know who is
//! logged in by which means, nor write anything: `workflow` acts on what is said here.

pub mod checks;
pub mod decision;
pub mod deliberation;
pub mod diff;
pub mod queue;

pub use checks::{Check, Evidence, Facts, Known, Verdict};
pub use decision::Gesture;
