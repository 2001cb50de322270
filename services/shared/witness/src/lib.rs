//! A log whose history cannot be changed unnoticed: a Merkle tree over entries, and signed heads of it.
//!
//! Charter: the arithmetic of the log and nothing else. No database, no clock, no network, no business
//! noun. The tree is that of RFC 6962, so that its proofs are well understood.

mod entry;
mod frontier;
mod hash;
mod head;
mod proof;

pub use entry::Entry;
pub use frontier::Frontier;
pub use hash::{Hash, HashKind, LeafKey};
pub use head::{Head, HeadKey, SignedHead};
pub use proof::{prove_consistency, prove_inclusion, verify_consistency, verify_inclusion};
