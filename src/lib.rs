//! Habilis, in reading order. Rooms decide; the corridor (`workflow`) acts; `docs/architecture.md` says why.

// ── foundations
pub mod assets;
pub mod clock;
pub mod domain;
// ── façade
pub mod sandbox;
