//! Totals that a source states without the records behind them.

use jianyi_kernel::{
    Count, Division, DomainError, FuzzyDate, Id, IdKind, Provenance, Timestamp, Violation,
};

use super::DOMAIN;

/// Marks ids of statements.
#[derive(Debug)]
pub(crate) enum CountStatementKey {}

impl IdKind for CountStatementKey {
    const COLLECTION: &'static str = "countStatements";
}

pub(crate) type CountStatementId = Id<CountStatementKey>;

/// What is counted: a code of lower-case ASCII, since it travels in events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subject(String);

impl Subject {
    /// # Errors
    /// A [`Violation`] `SUBJECT_MALFORMED`.
    pub(crate) fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let text = text.trim();
        let code = text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        if code
            && (1..=64).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
        {
            return Ok(Self(text.into()));
        }
        Err(Violation::new(
            field,
            "SUBJECT_MALFORMED",
            "a subject is a code such as volunteers: lower-case letters, digits and _".into(),
            "统计对象应填小写字母代码,如 volunteers",
        ))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is stated.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub(crate) subject: Subject,
    pub(crate) division: Division,
    pub(crate) count: Count,
    pub(crate) unit: String,
    pub(crate) as_of: FuzzyDate,
    pub(crate) provenance: Provenance,
}

impl Profile {
    /// The sources as part of the natural key: in alphabetical order, each once. Codes have no commas.
    pub(crate) fn sources_key(&self) -> String {
        let mut sources = self.provenance.sources.clone();
        sources.sort();
        sources.dedup();
        sources.join(",")
    }
}

/// A statement on record; it never changes.
#[derive(Debug, Clone)]
pub(crate) struct CountStatement {
    pub(crate) id: CountStatementId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) profile: Profile,
}

/// A total was stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stated;

impl CountStatement {
    /// Records a statement.
    pub(crate) const fn record(
        id: CountStatementId,
        profile: Profile,
        now: Timestamp,
    ) -> (Self, Stated) {
        (
            Self {
                id,
                version: 1,
                created_at: now,
                profile,
            },
            Stated,
        )
    }

    /// Compares with another statement of the same source about the same thing.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the numbers differ: a human decides, nothing is overwritten (V-109).
    pub(crate) fn agrees(&self, count: Count, existing: String) -> Result<(), Error> {
        if self.profile.count == count {
            return Ok(());
        }
        Err(Error::Conflict {
            existing,
            recorded: self.profile.count,
            stated: count,
        })
    }
}

/// Why a statement is not recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("the same source is on record with `{recorded}`, not `{stated}`")]
    Conflict {
        existing: String,
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
            } => format!(
                "同一来源已登记为“{}”,与本次的“{}”不一致,请核对原文后再登记",
                recorded.zh(""),
                stated.zh("")
            ),
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Conflict {
                existing,
                recorded,
                stated,
            } => vec![
                ("statement", existing.clone()),
                ("recorded", recorded.to_string()),
                ("stated", stated.to_string()),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn v109_another_number_from_the_same_source_is_a_conflict_with_both() {
        let profile = Profile {
            subject: Subject::parse("subject", "volunteers").unwrap(),
            division: Division::city(),
            count: Count::exact(3628),
            unit: "人".into(),
            as_of: FuzzyDate::parse("as_of", "2024").unwrap(),
            provenance: Provenance {
                sources: vec!["S11".into(), "S02".into(), "S11".into()],
                locations: vec![],
            },
        };
        assert_eq!(profile.sources_key(), "S02,S11");
        let id = CountStatementId::from_uuid(Uuid::from_u128(1));
        let (statement, _) =
            CountStatement::record(id, profile, Timestamp::from_unix(0, 0).unwrap());
        assert!(statement.agrees(Count::exact(3628), "x".into()).is_ok());
        let error = statement
            .agrees(Count::exact(3629), "x".into())
            .unwrap_err();
        assert_eq!(error.reason(), "COUNT_CONFLICT");
        assert_eq!(
            error.meta(),
            [
                ("statement", "x".into()),
                ("recorded", "3628".into()),
                ("stated", "3629".into())
            ]
        );
    }

    #[test]
    fn subjects_are_codes() {
        for bad in [
            "",
            "Volunteers",
            "志愿者",
            "3_things",
            "a-b",
            &"a".repeat(65),
        ] {
            assert!(Subject::parse("subject", bad).is_err(), "{bad}");
        }
        assert_eq!(
            Subject::parse("subject", "rescue_organisations")
                .unwrap()
                .as_str(),
            "rescue_organisations"
        );
    }
}
