//! Documents: one record however many bodies adopt it (V-121).

use jianyi_kernel::{FuzzyDate, IdKind, Provenance};

use crate::domain::codes::codes;

codes! {
    /// Kinds of document.
    DocumentKind {
        /// 工作要点
        WorkPoints = "work_points",
        /// 实施细则
        Rules = "rules",
        /// 财务工作报告
        FinancialReport = "financial_report",
        /// 工作报告
        WorkReport = "work_report",
        /// Any other.
        Other = "other",
    }
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document {
    /// As printed.
    pub(crate) title: String,
    /// Its kind.
    pub(crate) kind: DocumentKind,
    /// The year it speaks about.
    pub(crate) for_year: i32,
    /// When it was made.
    pub(crate) dated_on: FuzzyDate,
    /// Who says so.
    pub(crate) provenance: Provenance,
}

impl IdKind for Document {
    const COLLECTION: &'static str = "documents";
}
