//! Unified social credit codes (统一社会信用代码, GB 32100), with the organisation code's own check (GB 11714).

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::Violation;

const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [u32; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];
const ORG_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A valid code, upper case. Public data: organisations are not persons.
#[derive(Debug, Clone, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct Uscc(String);

impl Uscc {
    /// Normalises and checks a code (dossier 4.3, V-13).
    ///
    /// # Errors
    /// A [`Violation`] on `field` with reason `USCC_LENGTH`, `USCC_CHARACTER` or `USCC_CHECK`.
    pub fn parse(field: &str, text: &str) -> Result<Self, Violation> {
        let violation =
            |reason, message: &str, zh| Violation::new(field, reason, message.into(), zh);
        let code: String = text
            .nfkc()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if code.chars().count() != 18 {
            return Err(violation(
                "USCC_LENGTH",
                "the code has 18 characters",
                "统一社会信用代码应为 18 位",
            ));
        }
        let values: Option<Vec<u32>> = code
            .chars()
            .map(|c| ALPHABET.find(c).and_then(|at| u32::try_from(at).ok()))
            .collect();
        let values = values.ok_or_else(|| {
            violation(
                "USCC_CHARACTER",
                "the code has no I, O, S, V or Z",
                "统一社会信用代码不含 I、O、S、V、Z 等字符",
            )
        })?;
        let sum: u32 = values
            .iter()
            .zip(WEIGHTS)
            .map(|(value, weight)| value * weight)
            .sum();
        let check = (31 - sum.rem_euclid(31)).rem_euclid(31);
        if values.last() != Some(&check) || !organisation_code_holds(&code) {
            return Err(violation(
                "USCC_CHECK",
                "a check character is wrong",
                "统一社会信用代码校验位不对,请核对",
            ));
        }
        Ok(Self(code))
    }

    /// The eighteen characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters 9–17: eight and a check character modulo 11, letters worth 10 and up.
fn organisation_code_holds(code: &str) -> bool {
    let Some(organisation) = code.get(8..17) else {
        return false;
    };
    let value = |c: char| c.to_digit(36);
    let sum: Option<u32> = organisation
        .chars()
        .zip(ORG_WEIGHTS)
        .map(|(c, weight)| value(c).map(|v| v * weight))
        .sum();
    let Some(sum) = sum else { return false };
    let expected = match 11 - sum.rem_euclid(11) {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap_or('?'),
    };
    organisation.ends_with(expected)
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m06_the_vectors_of_the_standard_hold() {
        for valid in [
            "91350100M000100Y43",
            "9144030071526726XG",
            "914403001922038216",
            "91330100799655058B",
            "12100000400002259P",
            "51410600MJF1234533",
            "52410611MJF123453X",
            "53410000MJF123453X",
        ] {
            assert!(Uscc::parse("uscc", valid).is_ok(), "{valid}");
            assert!(
                Uscc::parse("uscc", &valid.to_lowercase()).is_ok(),
                "{valid}"
            );
        }
    }

    #[test]
    fn v13_forbidden_letters_and_wrong_checks_are_refused() {
        let reason = |text| Uscc::parse("uscc", text).unwrap_err().reason;
        assert_eq!(reason("91350100I000100Y43"), "USCC_CHARACTER");
        assert_eq!(reason("91350100M000100Y44"), "USCC_CHECK");
        assert_eq!(reason("91350100M000100Y4"), "USCC_LENGTH");
        assert_eq!(
            reason("鹤壁市见义勇为协会的信用代码十八位啊"),
            "USCC_CHARACTER"
        );
    }
}
