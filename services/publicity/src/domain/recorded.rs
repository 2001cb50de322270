//! A fact as it is kept, with its id, and where a fact comes from: the same for every kind of record.

use jianyi_kernel::{Division, Id, IdKind, Provenance, Timestamp};

/// A fact with what the register adds to it.
#[derive(Debug, Clone)]
pub(crate) struct Recorded<T> {
    pub(crate) id: Id<T>,
    /// Rises with every change; consumers of events ignore what is older.
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) fact: T,
}

impl<T> Recorded<T> {
    /// Records a fact for the first time.
    pub(crate) const fn new(id: Id<T>, created_at: Timestamp, fact: T) -> Self {
        Self {
            id,
            version: 1,
            created_at,
            fact,
        }
    }

    /// The same record with a changed fact.
    pub(crate) fn changed(self, fact: T) -> Self {
        Self {
            version: self.version.saturating_add(1),
            fact,
            ..self
        }
    }
}

impl<T: IdKind> Recorded<T> {
    /// The resource name, for kinds that have no parent.
    pub(crate) fn name(&self) -> String {
        self.id.name()
    }
}

/// The division a fact belongs to, and who states it.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) division: Division,
    pub(crate) provenance: Provenance,
}
