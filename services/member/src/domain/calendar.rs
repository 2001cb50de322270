//! Which days are working days: Mondays to Fridays, except where the State Council's office announced otherwise.
//!
//! A year that is not announced yet has its weekends only.

use std::collections::BTreeMap;

use time::{Date, Weekday};

/// The announced exceptions among the days that a rule asks about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calendar(BTreeMap<Date, bool>);

impl Calendar {
    /// Of announced days, and whether each is a working day.
    pub(crate) fn new(announced: impl IntoIterator<Item = (Date, bool)>) -> Self {
        Self(announced.into_iter().collect())
    }

    fn is_working(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.0.get(&day).copied().unwrap_or(!weekend)
    }

    /// The working day that so many working days after a day end on; the day itself does not count.
    pub(crate) fn working_days_after(&self, day: Date, count: i32) -> Date {
        let (mut day, mut left) = (day, count);
        while left > 0 {
            let Some(next) = day.next_day() else {
                return day;
            };
            day = next;
            if self.is_working(day) {
                left -= 1;
            }
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::Duration;
    use time::macros::date;

    use super::*;

    fn autumn_2024() -> Calendar {
        let off = (1..=7).map(|day| (date!(2024 - 09 - 30) + Duration::days(day), false));
        let work = [(date!(2024 - 09 - 29), true), (date!(2024 - 10 - 12), true)];
        Calendar::new(off.chain(work))
    }

    #[test]
    fn g10_without_announcements_weekends_rest() {
        let calendar = Calendar::default();
        // Tuesday 2024-12-31; fifteen working days later is Tuesday three weeks on.
        let due = calendar.working_days_after(date!(2024 - 12 - 31), 15);
        assert_eq!(due, date!(2025 - 01 - 21));
        let due = calendar.working_days_after(date!(2024 - 12 - 27), 1);
        assert_eq!(due, date!(2024 - 12 - 30));
    }

    #[test]
    fn g10_holidays_do_not_count_and_make_up_days_do() {
        let calendar = autumn_2024();
        let due = |from, days| calendar.working_days_after(from, days);
        // The Sunday before the holiday and the Saturday after it are worked.
        assert_eq!(due(date!(2024 - 09 - 27), 1), date!(2024 - 09 - 29));
        assert_eq!(due(date!(2024 - 09 - 27), 2), date!(2024 - 09 - 30));
        assert_eq!(due(date!(2024 - 09 - 27), 3), date!(2024 - 10 - 08));
        assert_eq!(due(date!(2024 - 09 - 30), 5), date!(2024 - 10 - 12));
        assert_eq!(due(date!(2024 - 09 - 30), 6), date!(2024 - 10 - 14));
        // From within the holiday.
        assert_eq!(due(date!(2024 - 10 - 03), 1), date!(2024 - 10 - 08));
    }

    proptest! {
        #[test]
        fn g10_a_term_ends_on_a_working_day_and_holds_as_many(from in 0_i64..60, count in 1_i32..60) {
            let calendar = autumn_2024();
            let from = date!(2024 - 09 - 01) + Duration::days(from);
            let due = calendar.working_days_after(from, count);
            prop_assert!(calendar.is_working(due));
            let days = (1..=(due - from).whole_days()).map(|n| from + Duration::days(n));
            let worked = days.filter(|&day| calendar.is_working(day)).count();
            prop_assert_eq!(worked, usize::try_from(count).unwrap());
        }
    }
}
