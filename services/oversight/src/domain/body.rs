//! Governance bodies, one per kind and term (届).

use jianyi_kernel::{FuzzyDate, IdKind, Provenance};

use crate::domain::codes::codes;

codes! {
    /// Kinds of body.
    BodyKind {
        /// 理事会
        Council = "council",
        /// 监事会
        Supervisors = "supervisors",
        /// 会员(代表)大会
        Assembly = "assembly",
    }
}

/// A body of one term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GovernanceBody {
    /// Its kind.
    pub(crate) kind: BodyKind,
    /// 届
    pub(crate) term: i32,
    /// When it came into office.
    pub(crate) formed_on: FuzzyDate,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

impl IdKind for GovernanceBody {
    const COLLECTION: &'static str = "bodies";
}
