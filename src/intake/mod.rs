//! The door for DataPass: verifies the signature on the raw bytes, keeps the delivery before acknowledging it, and later
//! translates it into our own actions. Never loses one, never counts one twice. Must not know what an action leads to.

mod envelope;
mod reconcile;
mod signature;
mod translate;
mod writer;

pub use envelope::{Envelope, Read, read};
pub use reconcile::{Missed, Verdict, compare, is_recovered, notes};
pub use signature::{is_signed, sign};
pub use translate::{Translation, translate};
pub use writer::{Kept, Writer};

/// The job that applies one kept delivery; its payload is `{"inbox": id}`.
pub const JOB: &str = "intake";
