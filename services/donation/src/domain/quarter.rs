//! Quarters of the calendar year, as the association's clock in Shanghai counts them (V-50).

use time::{Date, Month};

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Quarter {
    year: i32,
    number: u8,
}

impl Quarter {
    /// The four quarters of a year.
    pub(crate) fn of_year(year: i32) -> [Self; 4] {
        [1, 2, 3, 4].map(|number| Self { year, number })
    }

    /// The quarter in which a business day falls.
    pub(crate) const fn of_day(day: Date) -> Self {
        let number = match day.month() {
            Month::January | Month::February | Month::March => 1,
            Month::April | Month::May | Month::June => 2,
            Month::July | Month::August | Month::September => 3,
            Month::October | Month::November | Month::December => 4,
        };
        Self {
            year: day.year(),
            number,
        }
    }

    /// From the columns of a row; `None` when the number is none of 1 to 4.
    pub(crate) fn from_parts(year: i32, number: i32) -> Option<Self> {
        let number = u8::try_from(number)
            .ok()
            .filter(|number| (1..=4).contains(number))?;
        Some(Self { year, number })
    }

    /// Its year.
    pub(crate) const fn year(self) -> i32 {
        self.year
    }

    /// 1 to 4.
    pub(crate) fn number(self) -> i32 {
        self.number.into()
    }

    /// The notation of fuzzy dates, `2024-Q2`.
    pub(crate) fn canonical(self) -> String {
        format!("{:04}-Q{}", self.year, self.number)
    }

    /// The given day of the month after the quarter; `None` when the month has no such day.
    pub(crate) fn day_after(self, day: u8) -> Option<Date> {
        let (year, month) = match self.number {
            1 => (self.year, Month::April),
            2 => (self.year, Month::July),
            3 => (self.year, Month::October),
            _ => (self.year.checked_add(1)?, Month::January),
        };
        Date::from_calendar_date(year, month, day).ok()
    }
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::Timestamp;
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn v50_quarters_turn_at_midnight_in_shanghai() {
        for (utc, year, number) in [
            (datetime!(2024-12-31 15:59:59 UTC), 2024, 4),
            (datetime!(2024-12-31 16:00:00 UTC), 2025, 1),
            (datetime!(2024-03-31 15:59:59 UTC), 2024, 1),
            (datetime!(2024-03-31 16:00:00 UTC), 2024, 2),
        ] {
            let quarter = Quarter::of_day(Timestamp::from_offset(utc).business_date());
            assert_eq!((quarter.year(), quarter.number()), (year, number), "{utc}");
        }
    }

    #[test]
    fn d21_reports_are_due_in_the_month_after_the_quarter() {
        let due = Quarter::of_year(2024).map(|quarter| quarter.day_after(10).unwrap());
        assert_eq!(
            due,
            [
                date!(2024 - 04 - 10),
                date!(2024 - 07 - 10),
                date!(2024 - 10 - 10),
                date!(2025 - 01 - 10)
            ]
        );
        assert_eq!(Quarter::of_year(2024)[1].canonical(), "2024-Q2");
        assert_eq!(Quarter::from_parts(2024, 5), None);
    }
}
