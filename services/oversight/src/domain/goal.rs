//! Goals of the 4+3, each valid from a year on.

use jianyi_kernel::{IdKind, Provenance};

use crate::domain::codes::codes;

codes! {
    /// The two groups of the 4+3.
    GoalGroup {
        /// 四个全覆盖
        Coverage = "coverage",
        /// 三个提升
        Improvement = "improvement",
    }
}

/// A goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Goal {
    /// As adopted.
    pub(crate) title: String,
    /// Which group it belongs to.
    pub(crate) group: GoalGroup,
    /// Its number within the group.
    pub(crate) ordinal: i32,
    /// The first year it holds for.
    pub(crate) valid_from_year: i32,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

impl IdKind for Goal {
    const COLLECTION: &'static str = "goals";
}
