//! Totals as sources state them; the same source cannot state two.

use jianyi_kernel::{Count, Division, DomainError, FuzzyDate, Timestamp};

use super::DOMAIN;
use super::id::CountStatementId;

/// A stated total.
#[derive(Debug, Clone)]
pub(crate) struct CountStatement {
    /// Its id.
    pub(crate) id: CountStatementId,
    /// When it was recorded.
    pub(crate) created_at: Timestamp,
    /// What is counted, a code.
    pub(crate) subject: String,
    /// Of which division.
    pub(crate) division: Division,
    /// How many.
    pub(crate) count: Count,
    /// Unit as printed.
    pub(crate) unit: String,
    /// As of when.
    pub(crate) as_of: FuzzyDate,
    /// Source rows.
    pub(crate) sources: Vec<String>,
    /// Places in them.
    pub(crate) locations: Vec<String>,
}

impl CountStatement {
    /// The sources, whatever the order they were named in.
    pub(crate) fn sources_key(&self) -> String {
        let mut sources = self.sources.clone();
        sources.sort();
        sources.dedup();
        sources.join(" ")
    }

    /// Refuses another number for what is stated already.
    pub(crate) fn must_agree(&self, other: Count) -> Result<(), Error> {
        if self.count == other {
            return Ok(());
        }
        Err(Error::Conflict {
            statement: self.id.name(),
            recorded: self.count,
            stated: other,
        })
    }
}

/// A rule about stated totals that said no.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Two numbers for one thing.
    #[error("the same source is recorded as stating another number")]
    Conflict {
        /// Name of the statement on record.
        statement: String,
        /// What is recorded.
        recorded: Count,
        /// What was said now.
        stated: Count,
    },
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "COUNT_CONFLICT",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Conflict {
                recorded, stated, ..
            } => {
                format!(
                    "同一来源已登记为“{}”,与本次的“{}”不一致,请核对原文后再登记",
                    recorded.zh(""),
                    stated.zh("")
                )
            }
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Conflict {
                statement,
                recorded,
                stated,
            } => {
                vec![
                    ("statement", statement.clone()),
                    ("recorded", recorded.to_string()),
                    ("stated", stated.to_string()),
                ]
            }
        }
    }
}
