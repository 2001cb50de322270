//! Counts as sources state them: exactly 3628, at least 20 (`20余人`), about 50, or unknown.

use std::fmt;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef, Postgres};

use crate::Violation;

/// How a count is meant (dossier 1.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Modality {
    /// Nobody said. Prints as `—`, never as 0.
    #[default]
    Unknown,
    /// That many.
    Exact,
    /// That many or more: `20余人`.
    AtLeast,
    /// About that many.
    Approx,
}

impl Modality {
    /// The word used in reports and data: `exact`, `at_least`, `approx`, `unknown`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Exact => "exact",
            Self::AtLeast => "at_least",
            Self::Approx => "approx",
        }
    }
}

/// A count that knows how sure it is. Written `3628`, `>=20`, `~50`, or empty for unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    value: Option<i64>,
    modality: Modality,
}

impl Count {
    /// The count nobody stated.
    pub const UNKNOWN: Self = Self {
        value: None,
        modality: Modality::Unknown,
    };

    /// Exactly `value`.
    #[must_use]
    pub const fn exact(value: i64) -> Self {
        Self {
            value: Some(value),
            modality: Modality::Exact,
        }
    }

    /// A value with a modality; the value must be there exactly when the modality is not unknown.
    ///
    /// # Errors
    /// A [`Violation`] on `field` when it is not, or the value is negative.
    pub fn new(field: &str, value: Option<i64>, modality: Modality) -> Result<Self, Violation> {
        match (value, modality) {
            (None, Modality::Unknown) => Ok(Self::UNKNOWN),
            (Some(n), Modality::Exact | Modality::AtLeast | Modality::Approx) if n >= 0 => {
                Ok(Self { value, modality })
            }
            _ => Err(Violation::new(
                field,
                "COUNT_MALFORMED",
                "a count is a number of 0 or more with a modality, or neither".into(),
                "数量应为非负整数;不详时请留空",
            )),
        }
    }

    /// Reads `3628`, `>=20`, `≥20`, `~50`, `20余` or an empty text.
    ///
    /// # Errors
    /// A [`Violation`] on `field` when the text is none of these.
    pub fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let text = text.trim();
        let (digits, modality) = if text.is_empty() || text == "?" || text == "—" {
            return Ok(Self::UNKNOWN);
        } else if let Some(rest) = text.strip_prefix(">=").or_else(|| text.strip_prefix('≥')) {
            (rest, Modality::AtLeast)
        } else if let Some(rest) = text.strip_suffix('余') {
            (rest, Modality::AtLeast)
        } else if let Some(rest) = text.strip_prefix('~').or_else(|| text.strip_prefix('约')) {
            (rest, Modality::Approx)
        } else {
            (text, Modality::Exact)
        };
        let digits = digits.trim();
        let value = digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse().ok())
            .flatten();
        // No digits at all falls through to the refusal in `new`.
        Self::new(field, value, modality)
    }

    /// The number; `None` when unknown.
    #[must_use]
    pub const fn value(self) -> Option<i64> {
        self.value
    }

    /// How it is meant.
    #[must_use]
    pub const fn modality(self) -> Modality {
        self.modality
    }

    /// Chinese for a report: `3628人`, `20余人`, `约50人`, `—`.
    #[must_use]
    pub fn zh(self, unit: &str) -> String {
        match (self.value, self.modality) {
            (Some(n), Modality::Exact) => format!("{n}{unit}"),
            (Some(n), Modality::AtLeast) if unit == "人" => format!("{n}余{unit}"),
            (Some(n), Modality::AtLeast) => format!("不少于{n}{unit}"),
            (Some(n), Modality::Approx) => format!("约{n}{unit}"),
            (None, _) | (_, Modality::Unknown) => "—".into(),
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.value, self.modality) {
            (Some(n), Modality::Exact) => write!(f, "{n}"),
            (Some(n), Modality::AtLeast) => write!(f, ">={n}"),
            (Some(n), Modality::Approx) => write!(f, "~{n}"),
            (None, _) | (_, Modality::Unknown) => Ok(()),
        }
    }
}

impl sqlx::Type<Postgres> for Count {
    fn type_info() -> PgTypeInfo {
        <String as sqlx::Type<Postgres>>::type_info()
    }
}
impl<'q> sqlx::Encode<'q, Postgres> for Count {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <String as sqlx::Encode<'q, Postgres>>::encode_by_ref(&self.to_string(), buf)
    }
}
impl<'r> sqlx::Decode<'r, Postgres> for Count {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let text = <&str as sqlx::Decode<'r, Postgres>>::decode(value)?;
        Self::parse("column", text).map_err(|violation| violation.message.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> Count {
        Count::parse("count", text).unwrap()
    }

    #[test]
    fn p08_more_than_twenty_people_print_as_said() {
        assert_eq!(count("20余").zh("人"), "20余人");
        assert_eq!(count(">=20"), count("≥ 20"));
        assert_eq!(count(">=2").zh("次"), "不少于2次");
        assert_eq!(count("3628").zh("人"), "3628人");
        assert_eq!(count("").zh("人"), "—");
        assert_eq!(count("0").zh("人"), "0人");
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in [
            "-1",
            "+5",
            "1.5",
            ">=",
            "~",
            "twenty",
            "9999999999999999999999",
        ] {
            assert!(Count::parse("count", bad).is_err(), "{bad}");
        }
    }
}
