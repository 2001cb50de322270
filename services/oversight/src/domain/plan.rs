//! Annual plans.

use jianyi_kernel::{FuzzyDate, IdKind, Provenance};

/// The plan of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The planned year.
    pub(crate) year: i32,
    /// As adopted.
    pub(crate) title: String,
    /// When it was adopted.
    pub(crate) adopted_on: FuzzyDate,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

impl IdKind for Plan {
    const COLLECTION: &'static str = "plans";
}
