//! Everything that can go wrong, in the few kinds a caller can act on.
//!
//! `jianyi_rpc::status` turns a [`Fault`] into a gRPC status once, at the edge; nothing else does.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// What went wrong, sorted by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The request itself is wrong; all violations at once.
    #[error("invalid request: {}", .0.iter().map(|v| v.field.as_str()).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<Violation>),
    /// Nobody is logged in, or the token is no good. Carries a reason like `TOKEN_EXPIRED`.
    #[error("unauthenticated: {0}")]
    Unauthenticated(&'static str),
    /// The caller may not do this (or the thing might not exist).
    #[error("permission denied")]
    Denied,
    /// No such resource, by its name.
    #[error("{0} not found")]
    NotFound(String),
    /// The resource is there already, by its name.
    #[error("{0} already exists")]
    Exists(String),
    /// A rule of the domain says no.
    #[error("refused: {}", .0.reason)]
    Refused(Refusal),
    /// The etag is not the current one.
    #[error("{0} was changed by somebody else")]
    Stale(String),
    /// Too much at once; try again after this long.
    #[error("busy")]
    Busy(Duration),
    /// Something this call needs cannot be reached now; retrying may help.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// Our own failure. The source is logged once and never leaves the process.
    #[error("internal error")]
    Internal(#[source] Box<dyn StdError + Send + Sync>),
}

impl Fault {
    /// One violation.
    #[must_use]
    pub fn invalid(violation: Violation) -> Self {
        Self::Invalid(vec![violation])
    }

    /// Wraps a failure of ours.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// The fault with everything behind it, for a log or for the operator at the machine; never for a
    /// caller.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = self.source();
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        text
    }

    /// Whether trying the same thing again later may succeed.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Busy(_) | Self::Unavailable(_) | Self::Internal(_) | Self::Stale(_) => true,
            Self::Invalid(_)
            | Self::Unauthenticated(_)
            | Self::Denied
            | Self::NotFound(_)
            | Self::Exists(_)
            | Self::Refused(_) => false,
        }
    }
}

impl From<sqlx::Error> for Fault {
    /// Lost connections and exhausted pools are worth a retry; the rest is ours.
    fn from(error: sqlx::Error) -> Self {
        if matches!(
            error,
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed
        ) || error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .is_some_and(|code| {
                matches!(
                    code.as_ref(),
                    "57014" | "57P01" | "57P02" | "57P03" | "40001" | "40P01"
                )
            })
        {
            return Self::Unavailable("database".into());
        }
        // Row-level security: the row to be written lies outside what the caller reaches.
        if error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .is_some_and(|code| code == "42501")
        {
            return Self::Denied;
        }
        // Class 22: a value that no column can hold, such as a zero byte or a year beyond the calendar.
        // The database's message may repeat it; ours does not.
        if error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .is_some_and(|code| code.starts_with("22"))
        {
            return Violation::new(
                "request",
                "VALUE_UNSTORABLE",
                "a value has characters or a size that cannot be stored or searched for".into(),
                "内容含有无法保存或查询的字符,或数值超出范围",
            )
            .into();
        }
        Self::internal(error)
    }
}

impl From<Violation> for Fault {
    fn from(violation: Violation) -> Self {
        Self::invalid(violation)
    }
}

/// One thing wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field in the request, e.g. `person.citizen_id`.
    pub field: String,
    /// Stable `UPPER_SNAKE` code, e.g. `ID_CHECK_DIGIT`.
    pub reason: &'static str,
    /// English, for developers; never contains the offending personal value.
    pub message: String,
    /// One Chinese sentence, for the person at the desk.
    pub zh: &'static str,
}

impl Violation {
    /// Names a violation.
    #[must_use]
    pub fn new(field: &str, reason: &'static str, message: String, zh: &'static str) -> Self {
        Self {
            field: field.into(),
            reason,
            message,
            zh,
        }
    }

    /// The field is required and was empty.
    #[must_use]
    pub fn required(field: &str) -> Self {
        Self::new(
            field,
            "REQUIRED",
            format!("`{field}` is required"),
            "此项必填",
        )
    }

    /// The same violation, seen from an enclosing message: `id` becomes `person.id`.
    #[must_use]
    pub fn within(mut self, parent: &str) -> Self {
        self.field = format!("{parent}.{}", self.field);
        self
    }
}

/// Collects violations so that a caller hears all of them at once.
#[derive(Debug, Default)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// An empty collection.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Keeps the value, or records what was wrong with it.
    pub fn take<T>(&mut self, result: Result<T, Violation>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(violation) => {
                self.0.push(violation);
                None
            }
        }
    }

    /// Records a violation found elsewhere.
    pub fn push(&mut self, violation: Violation) {
        self.0.push(violation);
    }

    /// Non-empty trimmed text of at most `max` characters.
    pub fn text(&mut self, field: &str, value: &str, max: usize) -> Option<String> {
        let value = value.trim();
        if value.is_empty() {
            self.push(Violation::required(field));
            return None;
        }
        self.optional_text(field, value, max)
    }

    /// Trimmed text of at most `max` characters, possibly empty, without control characters.
    pub fn optional_text(&mut self, field: &str, value: &str, max: usize) -> Option<String> {
        let value = value.trim();
        if value.chars().count() > max {
            self.push(Violation::new(
                field,
                "TOO_LONG",
                format!("`{field}` is longer than {max} characters"),
                "内容过长",
            ));
            return None;
        }
        if value
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t' && c != '\r')
        {
            self.push(Violation::new(
                field,
                "CONTROL_CHARACTER",
                format!("`{field}` contains control characters"),
                "内容含有不可见的控制字符",
            ));
            return None;
        }
        Some(value.to_owned())
    }

    /// Ends the collection.
    ///
    /// # Errors
    /// [`Fault::Invalid`] with everything collected, when there is anything.
    pub fn finish(self) -> Result<(), Fault> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Fault::Invalid(self.0))
        }
    }

    /// Ends the collection and hands out the parsed value.
    ///
    /// # Errors
    /// [`Fault::Invalid`] with everything collected; an absent value without a violation is a bug
    /// of the caller and reported as internal.
    pub fn finish_with<T>(self, value: Option<T>) -> Result<T, Fault> {
        self.finish()?;
        value.ok_or_else(|| Fault::internal("a value is missing although nothing was violated"))
    }
}

/// A rule of the domain that said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The service whose rule it is, e.g. `donation.jianyi`.
    pub domain: &'static str,
    /// Stable `UPPER_SNAKE` code, e.g. `FUND_EXHAUSTED`.
    pub reason: &'static str,
    /// English, for developers.
    pub message: String,
    /// One Chinese sentence that says what to do.
    pub zh: String,
    /// Facts for programs, without personal data.
    pub meta: Vec<(&'static str, String)>,
}

/// What an aggregate's error enum tells the outside; `Fault::from` does the rest.
pub trait DomainError: fmt::Display {
    /// The service whose rule it is, e.g. `donation.jianyi`.
    const DOMAIN: &'static str;
    /// Stable `UPPER_SNAKE` code.
    fn reason(&self) -> &'static str;
    /// One Chinese sentence that says what to do.
    fn zh(&self) -> String;
    /// Facts for programs, without personal data.
    fn meta(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

impl<E: DomainError> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Refused(Refusal {
            domain: E::DOMAIN,
            reason: error.reason(),
            message: error.to_string(),
            zh: error.zh(),
            meta: error.meta(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_reads_the_cause_and_a_caller_does_not() {
        let fault = Fault::internal("this database belongs to 410611");
        assert_eq!(fault.to_string(), "internal error");
        assert_eq!(
            fault.chain(),
            "internal error: this database belongs to 410611"
        );
        assert_eq!(Fault::Denied.chain(), "permission denied");
    }

    /// What Postgres says with a code.
    #[derive(Debug, thiserror::Error)]
    #[error("Postgres says {0}")]
    struct Said(&'static str);

    impl sqlx::error::DatabaseError for Said {
        fn message(&self) -> &str {
            self.0
        }

        fn code(&self) -> Option<std::borrow::Cow<'_, str>> {
            Some(self.0.into())
        }

        fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
            self
        }

        fn kind(&self) -> sqlx::error::ErrorKind {
            sqlx::error::ErrorKind::Other
        }
    }

    #[test]
    fn a_statement_cut_off_by_its_timeout_may_be_tried_again() {
        let fault = |code| Fault::from(sqlx::Error::Database(Box::new(Said(code))));
        for code in ["57014", "57P01", "40001", "40P01"] {
            let fault = fault(code);
            assert!(matches!(fault, Fault::Unavailable(_)), "{code}: {fault:?}");
        }
        assert!(matches!(fault("42501"), Fault::Denied));
        assert!(matches!(fault("42P01"), Fault::Internal(_)));
    }
}
