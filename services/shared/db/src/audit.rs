//! The audit log of one database: written with each unit of work, sealed into a tree afterwards, and
//! checked against itself and against the copies that others keep.

mod entries;
mod keys;
mod seal;
mod verify;
mod witnessed;

pub use entries::{AuditEntry, AuditFilter};
pub use verify::{AuditFinding, AuditProblem, AuditVerdict};
pub use witnessed::Witnessed;

pub(crate) use entries::{NewEntry, append, seal_purpose};
pub(crate) use keys::AuditKeys;
