//! The chains that tie the entries of the audit trails together.
//!
//! There are two: one of changes, one of decisions. Each entry has a [`Link`], a hash of the link before it, of its place and of what it
//! says. Whoever removes, alters or moves an entry breaks the chain at that place, unless he makes all later links anew; and then the chain
//! does not lead to a [`Checkpoint`] that somebody outside has kept.

mod checkpoint;
mod link;
mod verify;

pub use checkpoint::{BadCheckpoint, ChainEnd, Checkpoint};
pub use link::{BadLink, Chain, ChainEnds, Link, change, decision};
pub use verify::{Fault, Verification, Verifier};
