//! Totals that a source states without giving the records behind them.

use jianyi_kernel::{Count, Division, DomainError, FuzzyDate, IdKind, Provenance};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CountError {
    /// The same source is recorded with another number.
    #[error("the same source is recorded with {recorded}, not {stated}")]
    Conflict {
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
            Self::Conflict { recorded, stated } => {
                format!(
                    "同一来源已登记为{},与{}不一致,请核对原文后再处理",
                    recorded.zh(""),
                    stated.zh("")
                )
            }
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Conflict { recorded, stated } => vec![
                ("recorded", recorded.to_string()),
                ("stated", stated.to_string()),
            ],
        }
    }
}

impl CountStatement {
    /// Checks a statement against the one recorded from the same source (V-109): a differing number is
    /// a conflict for people to settle, never a silent update.
    ///
    /// # Errors
    /// [`CountError::Conflict`] when the numbers differ.
    pub(crate) fn agrees_with(&self, recorded: Count) -> Result<(), CountError> {
        if recorded == self.count {
            return Ok(());
        }
        Err(CountError::Conflict {
            recorded,
            stated: self.count,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v109_another_number_from_the_same_source_is_a_conflict_with_both_numbers() {
        let statement = CountStatement {
            subject: "volunteers".into(),
            division: Division::city(),
            count: Count::exact(3629),
            unit: "人".into(),
            as_of: FuzzyDate::parse("as_of", "2024").unwrap(),
            provenance: Provenance::default(),
        };
        assert!(statement.agrees_with(Count::exact(3629)).is_ok());
        let error = statement.agrees_with(Count::exact(3628)).unwrap_err();
        assert_eq!(
            error.meta(),
            [
                ("recorded", "3628".to_owned()),
                ("stated", "3629".to_owned())
            ]
        );
    }
}
