//! Citizen identity numbers (公民身份号码, GB 11643): normalised, checked, never printed.

use std::fmt;

use time::{Date, Month};
use unicode_normalization::UnicodeNormalization;

use crate::{Pii, Violation};

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &[u8; 11] = b"10X98765432";

/// Sex as coded by GB/T 2261.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
}

/// Something odd that does not make the number invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CitizenIdWarning {
    /// Older than 120 years: historic heroes exist, so it is a question and not a refusal (V-03).
    Age,
    /// First-generation 15 digits: kept as legacy, never used as a unique key (V-04).
    Legacy,
}

/// A valid number, upper case, half width. The first six digits are *not* checked against a table:
/// old and abolished codes are on living people's cards (V-06).
#[derive(Clone, PartialEq, Eq)]
pub struct CitizenId(Pii<String>);

impl CitizenId {
    /// Normalises and checks a number (dossier 4.2, V-01…V-04). `today` decides what is future.
    ///
    /// # Errors
    /// A [`Violation`] on `field` with reason `ID_LENGTH`, `ID_CHARACTER`, `ID_DATE`, `ID_FUTURE` or
    /// `ID_CHECK`; its message never contains the number.
    pub fn parse(field: &str, text: &str, today: Date) -> Result<Self, Violation> {
        let violation =
            |reason, message: &str, zh| Violation::new(field, reason, message.into(), zh);
        // NFKC turns full-width digits into ASCII ones.
        let number: String = text
            .nfkc()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let bytes = number.as_bytes();
        let body = match bytes.len() {
            18 => bytes.get(..17),
            15 => Some(bytes),
            _ => None,
        }
        .ok_or_else(|| {
            violation(
                "ID_LENGTH",
                "an identity number has 18 (or 15) characters",
                "身份证号应为 18 位",
            )
        })?;
        if !body.iter().all(u8::is_ascii_digit) {
            return Err(violation(
                "ID_CHARACTER",
                "an identity number has digits only, and X as its last",
                "身份证号含有非数字字符",
            ));
        }
        let id = Self(Pii::new(number.clone()));
        let born = id.birth_date().ok_or_else(|| {
            violation(
                "ID_DATE",
                "the birth date in the number does not exist",
                "身份证号中的出生日期不存在",
            )
        })?;
        if born > today {
            return Err(violation(
                "ID_FUTURE",
                "the birth date in the number is in the future",
                "身份证号中的出生日期晚于今天",
            ));
        }
        if bytes.len() == 18 {
            let sum: u32 = body
                .iter()
                .zip(WEIGHTS)
                .map(|(b, w)| u32::from(b - b'0') * w)
                .sum();
            let expected = usize::try_from(sum.rem_euclid(11))
                .ok()
                .and_then(|at| CHECK.get(at));
            if bytes.last() != expected {
                return Err(violation(
                    "ID_CHECK",
                    "the check digit is wrong",
                    "身份证号校验位不对,请核对",
                ));
            }
        }
        Ok(id)
    }

    /// The eighteen (or fifteen) characters.
    #[must_use]
    pub fn expose(&self, purpose: &'static str) -> &str {
        self.0.expose(purpose)
    }

    /// The day of birth in the number.
    #[must_use]
    pub fn birth_date(&self) -> Option<Date> {
        let number = self.0.expose("derive birth date");
        let (century, digits) = match number.len() {
            18 => ("", number.get(6..14)?),
            _ => ("19", number.get(6..12)?),
        };
        let day = format!("{century}{digits}");
        let year = day.get(..4)?.parse().ok()?;
        let month = Month::try_from(day.get(4..6)?.parse::<u8>().ok()?).ok()?;
        Date::from_calendar_date(year, month, day.get(6..8)?.parse().ok()?).ok()
    }

    /// Odd sequence numbers are male.
    #[must_use]
    pub fn sex(&self) -> Sex {
        let number = self.0.expose("derive sex").as_bytes();
        let at = if number.len() == 18 { 16 } else { 14 };
        match number.get(at) {
            Some(digit) if digit & 1 == 1 => Sex::Male,
            _ => Sex::Female,
        }
    }

    /// What a clerk should look at again.
    #[must_use]
    pub fn warnings(&self, today: Date) -> Vec<CitizenIdWarning> {
        let mut warnings = Vec::new();
        if self.0.expose("check length").len() == 15 {
            warnings.push(CitizenIdWarning::Legacy);
        }
        if self
            .birth_date()
            .is_some_and(|born| today.year() - born.year() > 120)
        {
            warnings.push(CitizenIdWarning::Age);
        }
        warnings
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("█")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    const TODAY: Date = date!(2026 - 11 - 23);

    fn reason(text: &str) -> &'static str {
        CitizenId::parse("citizen_id", text, TODAY)
            .unwrap_err()
            .reason
    }

    #[test]
    fn m06_the_vectors_of_the_standard_hold() {
        for valid in [
            "11010519491231002X",
            "440524188001010014",
            "410611198002290019",
            "410602198402290038",
            "41061119900101018X",
            "410603200108150014",
            "810000199408230021",
        ] {
            assert!(
                CitizenId::parse("citizen_id", valid, TODAY).is_ok(),
                "{valid}"
            );
        }
        assert_eq!(reason("410622199913010018"), "ID_DATE");
        assert_eq!(reason("410602198302290014"), "ID_DATE");
        assert_eq!(reason("110105194912310021"), "ID_CHECK");
        assert_eq!(reason("1101051949123100"), "ID_LENGTH");
        assert_eq!(reason("4106111990010101aX"), "ID_CHARACTER");
        assert_eq!(reason("410611299001010184"), "ID_FUTURE");
    }

    #[test]
    fn v01_v02_numbers_are_normalised() {
        for text in [
            "41061119900101018x",
            "４１０６１１１９９００１０１０１８Ｘ",
            " 410611 19900101 018X ",
        ] {
            let id = CitizenId::parse("citizen_id", text, TODAY).unwrap();
            assert_eq!(id.expose("test"), "41061119900101018X");
            assert_eq!(id.birth_date(), Some(date!(1990 - 01 - 01)));
            assert_eq!(id.sex(), Sex::Female);
            assert_eq!(format!("{id:?}"), "█");
        }
    }

    #[test]
    fn v03_v04_odd_but_real_numbers_only_warn() {
        let old = CitizenId::parse("citizen_id", "410603190001010015", TODAY).unwrap();
        assert_eq!(old.warnings(TODAY), vec![CitizenIdWarning::Age]);
        let legacy = CitizenId::parse("citizen_id", "410611800229001", TODAY).unwrap();
        assert_eq!(legacy.warnings(TODAY), vec![CitizenIdWarning::Legacy]);
    }

    proptest! {
        #[test]
        fn exactly_one_check_character_fits(seq in 0u32..1000, day in 1u8..=28) {
            let body = format!("410611199003{day:02}{seq:03}");
            let fitting = CHECK.iter().filter(|c| {
                CitizenId::parse("citizen_id", &format!("{body}{}", char::from(**c)), TODAY).is_ok()
            }).count();
            prop_assert_eq!(fitting, 1);
        }

        #[test]
        fn never_panics(text in "\\PC{0,24}") {
            let _ = CitizenId::parse("citizen_id", &text, TODAY);
        }
    }
}
