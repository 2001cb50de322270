//! Totals that a source states without the records behind them.

use jianyi_kernel::{Count, Division, DomainError, FuzzyDate, Id, IdKind, Provenance, Timestamp};

/// Marks ids of statements.
#[derive(Debug)]
pub(crate) enum CountStatements {}
impl IdKind for CountStatements {
    const COLLECTION: &'static str = "countStatements";
}
pub(crate) type CountStatementId = Id<CountStatements>;

/// A stated total.
#[derive(Debug, Clone)]
pub(crate) struct CountStatement {
    pub(crate) id: CountStatementId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) division: Division,
    pub(crate) subject: String,
    pub(crate) count: Count,
    pub(crate) unit: String,
    pub(crate) as_of: FuzzyDate,
    pub(crate) sources: Vec<String>,
    pub(crate) locations: Vec<String>,
}

/// The same sources were recorded with another number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("recorded as `{known}`, now `{stated}`")]
pub(crate) struct Conflict {
    known: Count,
    stated: Count,
    statement: String,
}

impl DomainError for Conflict {
    const DOMAIN: &'static str = "donation.jianyi";

    fn reason(&self) -> &'static str {
        "COUNT_CONFLICT"
    }

    fn zh(&self) -> String {
        format!(
            "同一来源的同一数字已登记为“{}”,与现在的“{}”不一致,请核对来源",
            self.known.zh(""),
            self.stated.zh("")
        )
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        vec![
            ("statement", self.statement.clone()),
            ("known", self.known.to_string()),
            ("stated", self.stated.to_string()),
        ]
    }
}

impl CountStatement {
    /// Where it is stated.
    pub(crate) fn provenance(&self) -> Provenance {
        Provenance {
            sources: self.sources.clone(),
            locations: self.locations.clone(),
        }
    }

    /// The sources in order and once each: another order is the same statement.
    pub(crate) fn sources_key(&self) -> Vec<String> {
        let mut key = self.sources.clone();
        key.sort_unstable();
        key.dedup();
        key
    }

    /// Whether another statement with the same key states the same number.
    ///
    /// # Errors
    /// [`Conflict`] when it does not; nothing is overwritten.
    pub(crate) fn recognise(&self, stated: &Self) -> Result<(), Conflict> {
        if self.count == stated.count {
            return Ok(());
        }
        Err(Conflict {
            known: self.count,
            stated: stated.count,
            statement: self.id.name(),
        })
    }
}
