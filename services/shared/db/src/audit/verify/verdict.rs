//! What a check of the log says: how much there is, and what is wrong with it.

use jianyi_kernel::Timestamp;

use crate::audit::entries::AuditEntry;

/// Findings that are told; an altered log has often thousands, and the first ones tell what happened.
const TOLD: usize = 20;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditProblem {
    /// An entry is not what was written.
    Altered,
    /// An entry that was sealed is not there any more.
    Missing,
    /// An entry that no writer wrote, or not at the time it states, or a copy of one that is there.
    Inserted,
    /// A genuine entry lost its place in the tree.
    Unsealed,
    /// A leaf is not that of its entry, which is genuine.
    LeafAltered,
    /// A position has no leaf.
    LeafMissing,
    /// A leaf that no head covers.
    LeafInserted,
    /// A head does not follow from the leaves or from the head before it.
    HeadWrong,
    /// A head's signature is not that of the log's key.
    HeadForged,
    /// The log does not have the head that somebody received from it.
    Contradicted,
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFinding {
    /// What.
    pub problem: AuditProblem,
    /// The entry, when it is known.
    pub seq: Option<i64>,
    /// When the entry says it was made; for what is gone, when the head over it was signed.
    pub at: Option<Timestamp>,
    /// What the entry says was called.
    pub method: String,
    /// Who the entry says called.
    pub caller: String,
    /// The leaf's position, or the size of the head.
    pub position: Option<i64>,
}

/// What came of a check.
#[derive(Debug, Clone, Default)]
pub struct AuditVerdict {
    /// Entries there are.
    pub entries: u64,
    /// Of these, entries that wait for the sealer.
    pub waiting: u64,
    /// Heads there are.
    pub heads: u64,
    /// The size of the newest head.
    pub tree_size: u64,
    /// How many things are wrong.
    pub problems: u64,
    /// The first of them.
    pub findings: Vec<AuditFinding>,
}

impl AuditVerdict {
    pub(super) fn find(&mut self, finding: AuditFinding) {
        self.problems = self.problems.saturating_add(1);
        if self.findings.len() < TOLD {
            self.findings.push(finding);
        }
    }
}

impl AuditFinding {
    pub(super) fn of(problem: AuditProblem, entry: &AuditEntry, position: Option<i64>) -> Self {
        Self {
            problem,
            seq: Some(entry.seq),
            at: Some(entry.at),
            method: entry.method.clone(),
            caller: entry.caller.clone(),
            position,
        }
    }

    pub(super) fn at_position(problem: AuditProblem, position: i64, at: Option<Timestamp>) -> Self {
        Self {
            problem,
            seq: None,
            at,
            method: String::new(),
            caller: String::new(),
            position: Some(position),
        }
    }
}
