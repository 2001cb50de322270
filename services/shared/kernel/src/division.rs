//! Administrative divisions (行政区划) as codes: city, county, township, village by 4/6/9/12 digits.
//!
//! Only the shape and the prefix rule live here. Which codes exist, and since when, is an
//! effective-dated table that the member service owns (dossier 4.1, M04).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Violation;

/// The city this system was first built for: 鹤壁市.
pub const HEBI: &str = "410600";

/// A division code: six digits for city and county, nine for a township, twelve for a village.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[sqlx(transparent)]
#[serde(try_from = "String", into = "String")]
pub struct Division(String);

/// The level a code speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DivisionLevel {
    /// 市, six digits ending in `00`.
    City,
    /// 县区, six digits.
    County,
    /// 乡镇(办), nine digits.
    Township,
    /// 村(社区), twelve digits.
    Village,
}

impl Division {
    /// The city itself.
    #[must_use]
    pub fn city() -> Self {
        Self(HEBI.into())
    }

    /// Checks the shape of a code.
    ///
    /// # Errors
    /// A [`Violation`] on `field` when it is not 6, 9 or 12 digits.
    pub fn parse(field: &str, code: &str) -> Result<Self, Violation> {
        let digits = code.bytes().all(|b| b.is_ascii_digit());
        if digits && matches!(code.len(), 6 | 9 | 12) {
            return Ok(Self(code.into()));
        }
        Err(Violation::new(
            field,
            "DIVISION_MALFORMED",
            "a division code has 6, 9 or 12 digits".into(),
            "行政区划代码应为 6、9 或 12 位数字",
        ))
    }

    /// The code as digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// City, county, township or village.
    #[must_use]
    pub fn level(&self) -> DivisionLevel {
        match self.0.len() {
            12 => DivisionLevel::Village,
            9 => DivisionLevel::Township,
            _ if self.0.ends_with("00") => DivisionLevel::City,
            _ => DivisionLevel::County,
        }
    }

    /// The six-digit county (or city) this code lies in.
    #[must_use]
    pub fn county(&self) -> Self {
        Self(self.0.get(..6).unwrap_or(&self.0).into())
    }

    /// Whether `other` is this division or lies within it, by the prefix rule.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        // A city's code ends in 00, which stands for "all counties"; the others are plain prefixes.
        let prefix = match self.level() {
            DivisionLevel::City => self.0.get(..4).unwrap_or(&self.0),
            DivisionLevel::County | DivisionLevel::Township | DivisionLevel::Village => &self.0,
        };
        other.0.starts_with(prefix)
    }
}

impl fmt::Debug for Division {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Division {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Division {
    type Error = String;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        Self::parse("division", &code).map_err(|violation| violation.message)
    }
}

impl From<Division> for String {
    fn from(division: Division) -> Self {
        division.0
    }
}

impl std::str::FromStr for Division {
    type Err = String;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        code.to_owned().try_into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn division(code: &str) -> Division {
        Division::parse("division", code).unwrap()
    }

    #[test]
    fn a_city_covers_its_counties_and_a_county_its_townships_only() {
        assert!(division("410600").covers(&division("410611")));
        assert!(division("410600").covers(&division("410621102")));
        assert!(division("410621").covers(&division("410621102")));
        assert!(!division("410621").covers(&division("410622")));
        assert!(!division("410621").covers(&division("410600")));
        assert!(!division("410600").covers(&division("410700")));
        assert!(!division("410621102").covers(&division("410621")));
    }

    #[test]
    fn codes_of_other_shapes_are_refused() {
        for bad in ["", "41060", "4106000", "41060x", "410600 ", "４１０６００"] {
            assert!(Division::parse("division", bad).is_err(), "{bad}");
        }
    }
}
