//! Inspections of venues and carriers: when the last one was, and from which day the next is due.

use jianyi_kernel::{DomainError, FuzzyDate};
use time::Date;
use uuid::Uuid;

use super::DOMAIN;

/// One inspection.
#[derive(Debug, Clone)]
pub(crate) struct Inspection {
    pub(crate) id: Uuid,
    pub(crate) on: Date,
    pub(crate) finding: String,
}

/// What is known about the inspections of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Inspections {
    pub(crate) last: Option<Date>,
    /// The day overdue days are counted from.
    pub(crate) due_from: Date,
}

/// Why an inspection is not recorded.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("the day of the inspection has not come")]
    InFuture,
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::InFuture => "INSPECTION_IN_FUTURE",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::InFuture => "巡检日期晚于今天,请核对后再登记".into(),
        }
    }
}

impl Inspections {
    /// Nobody inspected yet: due from the day it is in use, or from today when that is not known.
    pub(crate) fn none_since(in_use: &FuzzyDate, today: Date) -> Self {
        let due_from = in_use.span().map_or(today, |(from, _)| from);
        Self {
            last: None,
            due_from,
        }
    }

    /// Notes an inspection. One that is entered late does not hide a newer one.
    pub(crate) fn inspected(self, on: Date, today: Date) -> Result<Self, Error> {
        if on > today {
            return Err(Error::InFuture);
        }
        let last = self.last.map_or(on, |last| last.max(on));
        Ok(Self {
            last: Some(last),
            due_from: last,
        })
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    const TODAY: Date = date!(2023 - 10 - 01);

    #[test]
    fn p06_the_last_inspection_counts_whatever_the_order_of_entry() {
        let opened = FuzzyDate::parse("opened_on", "2023-05").unwrap();
        let none = Inspections::none_since(&opened, TODAY);
        assert_eq!(
            none,
            Inspections {
                last: None,
                due_from: date!(2023 - 05 - 01)
            }
        );
        let one = none.inspected(date!(2023 - 09 - 10), TODAY).unwrap();
        let late = one.inspected(date!(2023 - 07 - 01), TODAY).unwrap();
        assert_eq!(late.last, Some(date!(2023 - 09 - 10)));
        assert_eq!(late.due_from, date!(2023 - 09 - 10));
        assert_eq!(
            none.inspected(date!(2023 - 10 - 02), TODAY),
            Err(Error::InFuture)
        );
        assert_eq!(
            Inspections::none_since(&FuzzyDate::unknown(), TODAY).due_from,
            TODAY
        );
    }
}
