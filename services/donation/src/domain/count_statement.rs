//! Totals that a source states without the records behind them.

use jianyi_kernel::{
    Count, Division, DomainError, FuzzyDate, Id, IdKind, Provenance, Timestamp, Violation,
};

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

/// What is counted, as a code: it travels in events, where words may not.
///
/// # Errors
/// A [`Violation`] `SUBJECT_MALFORMED`, or `REQUIRED` when it is empty.
pub(crate) fn subject(field: &str, text: &str) -> Result<String, Violation> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Violation::required(field));
    }
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(plain)
    {
        return Ok(text.into());
    }
    Err(Violation::new(
        field,
        "SUBJECT_MALFORMED",
        "a subject is a code such as quarterly_reports: lower-case letters, digits and _".into(),
        "统计对象应填小写字母代码,如 quarterly_reports",
    ))
}

/// The same sources were recorded with another number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("recorded as `{recorded}`, now `{stated}`")]
pub(crate) struct Conflict {
    recorded: Count,
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
            "同一来源已登记为“{}”,与本次的“{}”不一致,请核对原文后再登记",
            self.recorded.zh(""),
            self.stated.zh("")
        )
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        vec![
            ("statement", self.statement.clone()),
            ("recorded", self.recorded.to_string()),
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
            recorded: self.count,
            stated: stated.count,
            statement: self.id.name(),
        })
    }
}
