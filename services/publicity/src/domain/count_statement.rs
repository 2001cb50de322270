//! Totals that a source states without the records behind them. Another number for the same key is a
//! conflict for a person to settle, never a silent update (V-109).

use jianyi_kernel::{Count, DomainError, FuzzyDate, IdKind, Violation};

use super::{DOMAIN, Origin, Recorded};

/// What is counted: a code such as `media_items`, fit for events.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct Subject(String);

impl Subject {
    /// Reads a code of lower-case letters, digits and `_`.
    pub(crate) fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Violation::required(field));
        }
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if text.len() <= 64
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(fits)
        {
            return Ok(Self(text.into()));
        }
        Err(Violation::new(
            field,
            "SUBJECT_MALFORMED",
            "a subject is a code of lower-case letters, digits and _".into(),
            "统计对象应填小写字母代码,如 media_items",
        ))
    }

    /// The code.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A stated total.
#[derive(Debug, Clone)]
pub(crate) struct CountStatement {
    pub(crate) subject: Subject,
    pub(crate) count: Count,
    pub(crate) unit: String,
    pub(crate) as_of: FuzzyDate,
    pub(crate) origin: Origin,
}

impl IdKind for CountStatement {
    const COLLECTION: &'static str = "countStatements";
}

impl CountStatement {
    /// The sources in order: the same set is the same key.
    pub(crate) fn source_key(&self) -> Vec<String> {
        let mut sources = self.origin.provenance.sources.clone();
        sources.sort();
        sources.dedup();
        sources
    }
}

/// Why a statement is not recorded.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("{statement} is on record with `{recorded}`, not `{stated}`")]
    Conflict {
        statement: String,
        recorded: Count,
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
            } => vec![
                ("statement", statement.clone()),
                ("recorded", recorded.to_string()),
                ("stated", stated.to_string()),
            ],
        }
    }
}

impl Recorded<CountStatement> {
    /// Compares a new count for the same key with the one on record.
    pub(crate) fn agrees_with(&self, stated: Count) -> Result<(), Error> {
        if self.fact.count == stated {
            return Ok(());
        }
        Err(Error::Conflict {
            statement: self.name(),
            recorded: self.fact.count,
            stated,
        })
    }
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::{Clock, Division, Modality, Provenance, Timestamp};

    use super::*;

    #[test]
    fn v109_another_number_for_the_same_key_is_a_conflict() {
        let clock = Clock::fixed(Timestamp::from_unix(0, 0).unwrap());
        let sources = vec!["S2".into(), "S1".into(), "S2".into()];
        let stated = Recorded::new(
            clock.new_id(),
            clock.now(),
            CountStatement {
                subject: Subject::parse("subject", "media_items").unwrap(),
                count: Count::exact(40),
                unit: "篇(次)".into(),
                as_of: FuzzyDate::parse("as_of", "2023").unwrap(),
                origin: Origin {
                    division: Division::city(),
                    provenance: Provenance {
                        sources,
                        locations: vec![],
                    },
                },
            },
        );
        assert_eq!(stated.fact.source_key(), ["S1", "S2"]);
        assert_eq!(stated.agrees_with(Count::exact(40)), Ok(()));
        let at_least = Count::new("count", Some(40), Modality::AtLeast).unwrap();
        assert!(stated.agrees_with(at_least).is_err());
        let conflict = stated.agrees_with(Count::exact(41)).unwrap_err();
        assert_eq!(
            conflict.meta()[1..],
            [("recorded", "40".into()), ("stated", "41".into())]
        );
    }

    #[test]
    fn subjects_are_codes() {
        for bad in ["", "篇", "Media", "3_items", "a b", &"a".repeat(65)] {
            assert!(Subject::parse("subject", bad).is_err());
        }
    }
}
