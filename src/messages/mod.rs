//! What is said about a request beside decisions: messages between instructeurs and the demandeur, and notes that stay
//! between colleagues. Holds who may write, how much, and what counts as read. Must not know pages nor mails: who is
//! told of a message is the corridor's business.

mod limit;
pub mod notes;
mod text;
mod thread;

pub use crate::store::messages::{Message, Side};
pub use text::{LONGEST, TextFault};
pub use thread::{Author, SHOWN, Sent, Thread, Unsent, Written, mark_read, may_write, send, thread, told};
