//! Who in the house is reminded of what, and when: the morning's digest, the alerts about what nobody took, and the
//! wish not to receive them. Knows neither how a mail reads nor how it leaves: the corridor hands them over.

pub mod alert;
pub mod digest;
pub mod moments;
mod topic;
pub mod unsubscribe;

pub use alert::Alert;
pub use digest::Digest;
pub use topic::Topic;
