//! A county's result under a rubric; it never changes once recorded (V-119).

use jianyi_kernel::{Division, FuzzyDate, Id, IdKind, Provenance};

use crate::domain::rubric::Rubric;

/// A result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Score {
    /// The rubric it was given under.
    pub(crate) rubric: Id<Rubric>,
    /// The county.
    pub(crate) division: Division,
    /// Hundredths of a point; `None` when the source does not give it.
    pub(crate) points_hundredths: Option<i64>,
    /// Codes of the evidence.
    pub(crate) evidence: Vec<String>,
    /// When it was given.
    pub(crate) scored_on: FuzzyDate,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

impl IdKind for Score {
    const COLLECTION: &'static str = "scores";
}
