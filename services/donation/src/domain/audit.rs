//! Outside audits: one per fiscal year and division (D24).

use jianyi_kernel::{Division, FuzzyDate, Id, IdKind, Provenance, Timestamp};

/// Marks ids of audits.
#[derive(Debug)]
pub(crate) enum Audits {}
impl IdKind for Audits {
    const COLLECTION: &'static str = "audits";
}
pub(crate) type AuditId = Id<Audits>;

/// What the auditor said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum Opinion {
    /// 无保留意见
    Unqualified,
    /// 保留意见
    Qualified,
    /// 否定意见
    Adverse,
    /// 无法表示意见
    Disclaimer,
}

/// An audit. The firm and the opinion may be unknown: a source need not name them.
#[derive(Debug, Clone)]
pub(crate) struct Audit {
    pub(crate) id: AuditId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) division: Division,
    pub(crate) fiscal_year: i32,
    pub(crate) firm: String,
    pub(crate) performed_on: FuzzyDate,
    pub(crate) opinion: Option<Opinion>,
    pub(crate) report_reference: String,
    pub(crate) sources: Vec<String>,
    pub(crate) locations: Vec<String>,
}

impl Audit {
    /// Where it is stated.
    pub(crate) fn provenance(&self) -> Provenance {
        Provenance {
            sources: self.sources.clone(),
            locations: self.locations.clone(),
        }
    }
}
