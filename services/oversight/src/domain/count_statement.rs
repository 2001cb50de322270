//! Totals that a source states without giving the records behind them.

use jianyi_kernel::{Count, Division, DomainError, FuzzyDate, IdKind, Provenance};

use super::Stored;

/// A stated total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CountStatement {
    /// What is counted, a code.
    pub(crate) subject: String,
    /// Whose total it is.
    pub(crate) division: Division,
    /// How many.
    pub(crate) count: Count,
    /// Unit as printed.
    pub(crate) unit: String,
    /// The date or period it speaks of.
    pub(crate) as_of: FuzzyDate,
    /// Where it is stated.
    pub(crate) provenance: Provenance,
}

impl IdKind for CountStatement {
    const COLLECTION: &'static str = "countStatements";
}

/// Why a statement is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CountError {
    /// The same source is recorded with another number.
    #[error("the same source is recorded with {recorded}, not {stated}")]
    Conflict {
        /// Name of the statement on record.
        statement: String,
        /// What is recorded.
        recorded: Count,
        /// What was to be recorded.
        stated: Count,
    },
}

impl DomainError for CountError {
    const DOMAIN: &'static str = crate::domain::DOMAIN;

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
            } => vec![
                ("statement", statement.clone()),
                ("recorded", recorded.to_string()),
                ("stated", stated.to_string()),
            ],
        }
    }
}

impl CountStatement {
    /// The sources in order and once each: naming them in another order is the same statement.
    pub(crate) fn sources_key(&self) -> Vec<String> {
        let mut key = self.provenance.sources.clone();
        key.sort_unstable();
        key.dedup();
        key
    }
}

impl Stored<CountStatement> {
    /// Compares the number on record with one that the same sources are said to state (V-109): a
    /// differing number is a conflict for people to settle, never a silent update.
    ///
    /// # Errors
    /// [`CountError::Conflict`] when the numbers differ.
    pub(crate) fn agrees_with(&self, stated: Count) -> Result<(), CountError> {
        if self.it.count == stated {
            return Ok(());
        }
        Err(CountError::Conflict {
            statement: self.id.name(),
            recorded: self.it.count,
            stated,
        })
    }
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::{Clock, Timestamp};

    use super::*;

    #[test]
    fn v109_another_number_from_the_same_source_is_a_conflict_with_both_numbers() {
        let clock = Clock::fixed(Timestamp::from_unix(0, 0).unwrap());
        let statement = CountStatement {
            subject: "volunteers".into(),
            division: Division::city(),
            count: Count::exact(3628),
            unit: "人".into(),
            as_of: FuzzyDate::parse("as_of", "2024").unwrap(),
            provenance: Provenance {
                sources: vec!["S12".into(), "S11".into(), "S12".into()],
                locations: vec![],
            },
        };
        assert_eq!(statement.sources_key(), ["S11", "S12"]);
        let statement = Stored::new(clock.new_id(), clock.now(), statement);
        assert!(statement.agrees_with(Count::exact(3628)).is_ok());
        let error = statement.agrees_with(Count::exact(3629)).unwrap_err();
        assert_eq!(
            error.meta(),
            [
                ("statement", statement.id.name()),
                ("recorded", "3628".to_owned()),
                ("stated", "3629".to_owned())
            ]
        );
    }
}
