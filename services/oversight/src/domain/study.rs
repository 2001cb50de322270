//! 四学四强: the four pairs, and the sessions of collective study held under them.

use jianyi_kernel::{Count, Division, FuzzyDate, IdKind, Provenance};

use crate::domain::codes::codes;

codes! {
    /// The four pairs.
    StudyKind {
        /// 学理论、强修养
        Theory = "theory",
        /// 学政策、强素质
        Policy = "policy",
        /// 学业务、强本领
        Profession = "profession",
        /// 学党规、强作风
        Discipline = "discipline",
    }
}

/// A pair that was set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StudyPair {
    /// Which of the four.
    pub(crate) kind: StudyKind,
    /// Since when.
    pub(crate) since: FuzzyDate,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

impl IdKind for StudyPair {
    const COLLECTION: &'static str = "studyPairs";
}

/// A session that was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StudySession {
    /// Which of the four.
    pub(crate) kind: StudyKind,
    /// When.
    pub(crate) held_on: FuzzyDate,
    /// What was studied.
    pub(crate) title: String,
    /// Whose session it was.
    pub(crate) division: Division,
    /// How many attended.
    pub(crate) attendance: Count,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

impl IdKind for StudySession {
    const COLLECTION: &'static str = "studySessions";
}
