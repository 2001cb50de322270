//! Funds: what was received, what is promised, what is left. A fund never promises more than it holds (D10).

use jianyi_kernel::{
    Division, DomainError, Fen, FuzzyDate, Id, IdKind, Provenance, Timestamp, Violation,
};
use time::Date;

/// Marks ids of funds.
#[derive(Debug)]
pub(crate) enum Funds {}
impl IdKind for Funds {
    const COLLECTION: &'static str = "funds";
}
pub(crate) type FundId = Id<Funds>;

/// A fund. `balance` is receipts less payments, `reserved` the part of it that is promised.
#[derive(Debug, Clone)]
pub(crate) struct Fund {
    pub(crate) id: FundId,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) division: Division,
    pub(crate) title: String,
    pub(crate) restricted: bool,
    pub(crate) purposes: Vec<String>,
    pub(crate) usable_from: Option<Date>,
    pub(crate) usable_until: Option<Date>,
    pub(crate) opened_on: FuzzyDate,
    pub(crate) balance: Fen,
    pub(crate) reserved: Fen,
    pub(crate) sources: Vec<String>,
    pub(crate) locations: Vec<String>,
}

/// Why a fund refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("{asked} fen asked, {available} fen available")]
    Exhausted { asked: i64, available: i64 },
    #[error("the fund may not be spent then")]
    PeriodMismatch,
    #[error("the fund's balance does not fit")]
    Overflow,
}

impl DomainError for Error {
    const DOMAIN: &'static str = "donation.jianyi";

    fn reason(&self) -> &'static str {
        match self {
            Self::Exhausted { .. } => "FUND_EXHAUSTED",
            Self::PeriodMismatch => "FUND_PERIOD_MISMATCH",
            Self::Overflow => "FUND_OVERFLOW",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Exhausted { asked, available } => format!(
                "基金可用余额 {} 元,不足 {} 元,请减少金额或换用其他基金",
                Fen::new(*available),
                Fen::new(*asked)
            ),
            Self::PeriodMismatch => {
                "该日期不在基金约定的使用期限内,请核对日期或换用其他基金".into()
            }
            Self::Overflow => "基金余额超出系统上限,请核对金额".into(),
        }
    }

    fn meta(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Exhausted { asked, available } => {
                vec![
                    ("asked_fen", asked.to_string()),
                    ("available_fen", available.to_string()),
                ]
            }
            Self::PeriodMismatch | Self::Overflow => Vec::new(),
        }
    }
}

/// Only a restricted fund has purposes or a time; its time does not end before it begins.
///
/// # Errors
/// A [`Violation`] on the field that is wrong.
pub(crate) fn restrict(
    restricted: bool,
    purposes: &[String],
    from: Option<Date>,
    until: Option<Date>,
) -> Result<(), Violation> {
    if !restricted && (!purposes.is_empty() || from.is_some() || until.is_some()) {
        return Err(Violation::new(
            "fund.restricted",
            "FUND_NOT_RESTRICTED",
            "an unrestricted fund has neither purposes nor a time".into(),
            "非限定性基金不能设置用途或使用期限",
        ));
    }
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        return Err(Violation::new(
            "fund.usable_until",
            "PERIOD_REVERSED",
            "the fund's time ends before it begins".into(),
            "使用期限的结束日期早于开始日期",
        ));
    }
    Ok(())
}

impl Fund {
    /// Where it is stated.
    pub(crate) fn provenance(&self) -> Provenance {
        Provenance {
            sources: self.sources.clone(),
            locations: self.locations.clone(),
        }
    }

    /// What may still be promised.
    pub(crate) fn available(&self) -> Fen {
        self.balance.checked_sub(self.reserved).unwrap_or(Fen::ZERO)
    }

    /// Money arrives.
    ///
    /// # Errors
    /// [`Error::Overflow`] when the balance does not fit.
    pub(crate) fn receive(self, amount: Fen) -> Result<Self, Error> {
        let balance = self.balance.checked_add(amount).ok_or(Error::Overflow)?;
        Ok(Self { balance, ..self })
    }

    /// Money that arrived by mistake leaves again; what is promised stays covered.
    ///
    /// # Errors
    /// [`Error::Exhausted`] when less than that is available.
    pub(crate) fn give_back(self, amount: Fen) -> Result<Self, Error> {
        self.cover(amount)?;
        let balance = self.balance.checked_sub(amount).ok_or(Error::Overflow)?;
        Ok(Self { balance, ..self })
    }

    /// Promises money, for use on one of some days when they are known.
    ///
    /// # Errors
    /// [`Error::Exhausted`], [`Error::PeriodMismatch`].
    pub(crate) fn reserve(self, amount: Fen, days: Option<(Date, Date)>) -> Result<Self, Error> {
        if let Some((from, to)) = days
            && (self.usable_until.is_some_and(|until| until < from)
                || self.usable_from.is_some_and(|usable| to < usable))
        {
            return Err(Error::PeriodMismatch);
        }
        self.cover(amount)?;
        let reserved = self.reserved.checked_add(amount).ok_or(Error::Overflow)?;
        Ok(Self { reserved, ..self })
    }

    /// Takes a promise back.
    ///
    /// # Errors
    /// [`Error::Overflow`] when so much was not promised.
    pub(crate) fn release(self, amount: Fen) -> Result<Self, Error> {
        let reserved = self
            .reserved
            .checked_sub(amount)
            .filter(|left| *left >= Fen::ZERO)
            .ok_or(Error::Overflow)?;
        Ok(Self { reserved, ..self })
    }

    /// Pays what was promised.
    ///
    /// # Errors
    /// [`Error::PeriodMismatch`] when the fund may not be spent on that day.
    pub(crate) fn pay(self, amount: Fen, on: Date) -> Result<Self, Error> {
        if self.usable_from.is_some_and(|from| on < from)
            || self.usable_until.is_some_and(|until| until < on)
        {
            return Err(Error::PeriodMismatch);
        }
        let fund = self.release(amount)?;
        let balance = fund.balance.checked_sub(amount).ok_or(Error::Overflow)?;
        Ok(Self { balance, ..fund })
    }

    /// A payment is taken back: the money is there again, and promised again.
    ///
    /// # Errors
    /// [`Error::Overflow`] when the balance does not fit.
    pub(crate) fn unpay(self, amount: Fen) -> Result<Self, Error> {
        let fund = self.receive(amount)?;
        let reserved = fund.reserved.checked_add(amount).ok_or(Error::Overflow)?;
        Ok(Self { reserved, ..fund })
    }

    fn cover(&self, amount: Fen) -> Result<(), Error> {
        if amount > self.available() {
            return Err(Error::Exhausted {
                asked: amount.get(),
                available: self.available().get(),
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    fn fund(balance: i64) -> Fund {
        Fund {
            id: Id::from_uuid(uuid::Uuid::nil()),
            version: 1,
            created_at: Timestamp::from_unix(0, 0).unwrap(),
            division: Division::city(),
            title: "t".into(),
            restricted: true,
            purposes: Vec::new(),
            usable_from: Some(date!(2024 - 01 - 01)),
            usable_until: Some(date!(2024 - 12 - 31)),
            opened_on: FuzzyDate::unknown(),
            balance: Fen::new(balance),
            reserved: Fen::ZERO,
            sources: Vec::new(),
            locations: Vec::new(),
        }
    }

    #[test]
    fn v47_of_two_sixties_on_a_hundred_one_is_promised() {
        let fund = fund(10_000).reserve(Fen::new(6_000), None).unwrap();
        assert_eq!(fund.available(), Fen::new(4_000));
        assert_eq!(
            fund.clone().reserve(Fen::new(6_000), None).unwrap_err(),
            Error::Exhausted {
                asked: 6_000,
                available: 4_000
            }
        );
        assert!(fund.clone().give_back(Fen::new(4_001)).is_err());
        assert_eq!(
            fund.release(Fen::new(6_000)).unwrap().available(),
            Fen::new(10_000)
        );
    }

    #[test]
    fn d10_a_fund_is_spent_within_its_time() {
        let days = |from, to| Some((from, to));
        assert!(
            fund(1)
                .reserve(
                    Fen::new(1),
                    days(date!(2024 - 12 - 31), date!(2025 - 01 - 05))
                )
                .is_ok()
        );
        assert!(
            fund(1)
                .reserve(
                    Fen::new(1),
                    days(date!(2025 - 01 - 01), date!(2025 - 01 - 05))
                )
                .is_err()
        );
        let promised = fund(1).reserve(Fen::new(1), None).unwrap();
        assert!(
            promised
                .clone()
                .pay(Fen::new(1), date!(2025 - 01 - 01))
                .is_err()
        );
        assert_eq!(
            promised
                .pay(Fen::new(1), date!(2024 - 12 - 31))
                .unwrap()
                .balance,
            Fen::ZERO
        );
        assert!(fund(5).pay(Fen::new(1), date!(2024 - 12 - 31)).is_err());
    }

    proptest! {
        #[test]
        fn d10_whatever_happens_promises_are_covered(
            steps in prop::collection::vec((0_u8..6, 1_i64..1_000), 0..80)
        ) {
            let mut fund = fund(0);
            for (step, fen) in steps {
                let amount = Fen::new(fen);
                let on = date!(2024 - 06 - 01);
                let next = match step {
                    0 => fund.clone().receive(amount),
                    1 => fund.clone().give_back(amount),
                    2 => fund.clone().reserve(amount, None),
                    3 => fund.clone().release(amount),
                    4 => fund.clone().pay(amount, on),
                    _ => fund.clone().unpay(amount),
                };
                fund = next.unwrap_or(fund);
                prop_assert!(Fen::ZERO <= fund.reserved && fund.reserved <= fund.balance);
            }
        }
    }

    #[test]
    fn only_restricted_funds_have_restrictions() {
        assert!(restrict(false, &[], None, None).is_ok());
        assert!(restrict(false, &["care".into()], None, None).is_err());
        assert!(restrict(true, &["care".into()], None, None).is_ok());
        assert!(
            restrict(
                true,
                &[],
                Some(date!(2024 - 02 - 01)),
                Some(date!(2024 - 01 - 01))
            )
            .is_err()
        );
    }
}
