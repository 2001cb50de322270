//! A county's code as it stands in user names, subjects and domains.
//!
//! Checked once here, because a code with a dot or a star in it would open other counties' subjects.

use std::fmt;

use crate::error::{Error, Result};

/// Six digits, e.g. `410621`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountyCode(String);

impl CountyCode {
    /// # Errors
    /// [`Error::Unusable`] when it is not six digits.
    pub fn parse(code: &str) -> Result<Self> {
        if code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self(code.to_owned()));
        }
        Err(Error::Unusable {
            what: "a county's code",
            path: code.into(),
            why: "it has six digits".to_owned(),
        })
    }

    /// The name by which its leaf connection logs in at the city.
    #[must_use]
    pub fn leaf_user(&self) -> String {
        format!("leaf-{self}")
    }

    /// Its JetStream domain.
    #[must_use]
    pub fn domain(&self) -> String {
        format!("county-{self}")
    }
}

impl fmt::Display for CountyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::CountyCode;

    #[test]
    fn a_code_that_is_a_pattern_is_refused() {
        for wrong in [
            "", "41062", "4106211", "41062*", "41062>", "41.621", "４10621",
        ] {
            assert!(CountyCode::parse(wrong).is_err(), "{wrong}");
        }
        let code = CountyCode::parse("410621").expect("a code");
        assert_eq!(code.leaf_user(), "leaf-410621");
        assert_eq!(code.domain(), "county-410621");
    }
}
