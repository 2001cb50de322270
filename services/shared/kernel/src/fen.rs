//! Money as whole fen (分); no floats, no silent overflow.

use std::fmt;

use crate::Violation;

/// An amount of money in fen, 1/100 yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct Fen(i64);

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount a single record may carry, 10¹² fen (dossier V-43).
    pub const MAX_RECORD: Self = Self(1_000_000_000_000);

    /// Wraps a number of fen, of any sign.
    #[must_use]
    pub const fn new(fen: i64) -> Self {
        Self(fen)
    }

    /// An amount that somebody gives, asks or pays: above zero and at most [`Fen::MAX_RECORD`].
    ///
    /// # Errors
    /// A [`Violation`] on `field` when it is zero, negative or absurd (V-43).
    pub fn positive(field: &str, fen: i64) -> Result<Self, Violation> {
        if fen <= 0 {
            return Err(Violation::new(
                field,
                "AMOUNT_NOT_POSITIVE",
                "the amount must be above zero".into(),
                "金额必须大于 0",
            ));
        }
        if fen > Self::MAX_RECORD.0 {
            return Err(Violation::new(
                field,
                "AMOUNT_TOO_LARGE",
                "the amount is above 10^12 fen".into(),
                "金额超出单笔上限",
            ));
        }
        Ok(Self(fen))
    }

    /// The number of fen.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The sum, or `None` when it does not fit.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The difference, or `None` when it does not fit.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(difference) => Some(Self(difference)),
            None => None,
        }
    }
}

impl fmt::Display for Fen {
    /// Yuan with two decimals and thousands separators: `1,350,000.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yuan = self.0.unsigned_abs().div_euclid(100).to_string();
        let rest = self.0.unsigned_abs().rem_euclid(100);
        let mut grouped = String::with_capacity(yuan.len() + 6);
        for (at, digit) in yuan.chars().enumerate() {
            if at > 0 && (yuan.len() - at).rem_euclid(3) == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{grouped}.{rest:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v41_a_million_single_fen_are_exactly_ten_thousand_yuan() {
        let total = (0..1_000_000)
            .try_fold(Fen::ZERO, |sum, _| sum.checked_add(Fen::new(1)))
            .unwrap();
        assert_eq!(total.to_string(), "10,000.00");
    }

    #[test]
    fn v43_zero_negative_and_absurd_amounts_are_refused() {
        assert!(Fen::positive("amount_fen", 1).is_ok());
        assert!(Fen::positive("amount_fen", 1_000_000_000_000).is_ok());
        for bad in [0, -1, i64::MIN, 1_000_000_000_001, i64::MAX] {
            assert!(Fen::positive("amount_fen", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn amounts_print_as_yuan() {
        assert_eq!(Fen::new(135_000_000).to_string(), "1,350,000.00");
        assert_eq!(Fen::new(-5).to_string(), "-0.05");
    }
}
