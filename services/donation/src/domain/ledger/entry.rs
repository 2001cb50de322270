//! Journal entries: balanced by construction, dated within their chart, corrected only by reversal.

use jianyi_kernel::Fen;
use time::Date;
use uuid::Uuid;

use super::Error;
use super::chart::{Account, Chart, ChartVersion};

/// Which side of an account a line adds to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// 借
    Debit,
    /// 贷
    Credit,
}

/// One line. The amount is above zero; a line about nothing is not a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    account: Account,
    side: Side,
    amount: Fen,
    aux: Option<Uuid>,
}

impl Line {
    /// A line; `aux` is what it is about besides its account.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when the amount is not above zero or too large for one record.
    pub(crate) fn new(
        account: Account,
        side: Side,
        amount: Fen,
        aux: Option<Uuid>,
    ) -> Result<Self, Error> {
        if amount <= Fen::ZERO || amount > Fen::MAX_RECORD {
            return Err(Error::TooLarge);
        }
        Ok(Self {
            account,
            side,
            amount,
            aux,
        })
    }

    /// The account it is booked on.
    pub(crate) const fn account(&self) -> &Account {
        &self.account
    }

    /// What it is about besides its account.
    pub(crate) const fn aux(&self) -> Option<Uuid> {
        self.aux
    }

    /// Its amount when it is a debit, else nothing.
    pub(crate) const fn debit(&self) -> Fen {
        match self.side {
            Side::Debit => self.amount,
            Side::Credit => Fen::ZERO,
        }
    }

    /// Its amount when it is a credit, else nothing.
    pub(crate) const fn credit(&self) -> Fen {
        match self.side {
            Side::Debit => Fen::ZERO,
            Side::Credit => self.amount,
        }
    }

    fn swapped(&self) -> Self {
        let side = match self.side {
            Side::Debit => Side::Credit,
            Side::Credit => Side::Debit,
        };
        Self {
            side,
            ..self.clone()
        }
    }
}

/// A balanced entry. There is no other kind: the only ways to one are [`JournalEntry::balance`] and
/// reversing one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JournalEntry {
    booked_on: Date,
    chart: ChartVersion,
    lines: Vec<Line>,
}

impl JournalEntry {
    /// Proves that the lines make an entry: two or more, debits equal credits and are above zero, every
    /// account of the chart that is valid on the booking day.
    ///
    /// # Errors
    /// [`Error`] naming the first rule broken.
    pub(crate) fn balance(booked_on: Date, chart: &Chart, lines: Vec<Line>) -> Result<Self, Error> {
        if !chart.covers(booked_on) {
            return Err(Error::OtherChart(booked_on));
        }
        if let Some(line) = lines
            .iter()
            .find(|line| line.account.chart() != chart.version())
        {
            return Err(Error::NotInChart {
                code: line.account.code().into(),
                chart: chart.version().as_str(),
            });
        }
        if lines.len() < 2 {
            return Err(Error::TooFewLines);
        }
        let sum = |of: fn(&Line) -> Fen| {
            lines
                .iter()
                .try_fold(Fen::ZERO, |sum, line| sum.checked_add(of(line)))
                .ok_or(Error::TooLarge)
        };
        let (debit, credit) = (sum(Line::debit)?, sum(Line::credit)?);
        if debit != credit || debit <= Fen::ZERO {
            return Err(Error::Unbalanced {
                debit: debit.get(),
                credit: credit.get(),
            });
        }
        Ok(Self {
            booked_on,
            chart: chart.version(),
            lines,
        })
    }

    /// The entry that takes this one back, within the same year and not before it. An earlier year's books
    /// are closed: what is found there later is an adjustment of net assets, not a reversal.
    ///
    /// # Errors
    /// [`Error::OtherYear`], [`Error::BeforeEntry`], [`Error::OtherChart`].
    pub(crate) fn reverse(&self, booked_on: Date, chart: &Chart) -> Result<Self, Error> {
        if booked_on.year() != self.booked_on.year() {
            return Err(Error::OtherYear {
                entry: self.booked_on.year(),
                reversal: booked_on.year(),
            });
        }
        if booked_on < self.booked_on {
            return Err(Error::BeforeEntry(self.booked_on));
        }
        Self::balance(
            booked_on,
            chart,
            self.lines.iter().map(Line::swapped).collect(),
        )
    }

    /// The booking day.
    pub(crate) const fn booked_on(&self) -> Date {
        self.booked_on
    }

    /// The chart of the booking day.
    pub(crate) const fn chart(&self) -> ChartVersion {
        self.chart
    }

    /// The lines, in order.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The month in which its voucher is numbered, `YYYY-MM`.
    pub(crate) fn month(&self) -> String {
        format!(
            "{:04}-{:02}",
            self.booked_on.year(),
            u8::from(self.booked_on.month())
        )
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    pub(crate) fn chart_a() -> Chart {
        let codes = ["1002", "410101", "5101", "5201"].map(String::from);
        Chart::new(
            ChartVersion::A,
            date!(2005 - 01 - 01),
            Some(date!(2025 - 12 - 31)),
            codes.into(),
        )
    }

    fn chart_b() -> Chart {
        let codes = ["1002", "410101", "5101", "5201", "5301"].map(String::from);
        Chart::new(ChartVersion::B, date!(2026 - 01 - 01), None, codes.into())
    }

    fn line(chart: &Chart, code: &str, side: Side, fen: i64) -> Line {
        Line::new(chart.account(code).unwrap(), side, Fen::new(fen), None).unwrap()
    }

    #[test]
    fn an_entry_balances_or_does_not_exist() {
        let a = chart_a();
        let on = date!(2024 - 09 - 01);
        let debit = line(&a, "1002", Side::Debit, 100);
        let entry = |lines| JournalEntry::balance(on, &a, lines);
        assert!(entry(vec![debit.clone(), line(&a, "410101", Side::Credit, 100)]).is_ok());
        assert_eq!(
            entry(vec![debit.clone(), line(&a, "410101", Side::Credit, 99)]),
            Err(Error::Unbalanced {
                debit: 100,
                credit: 99
            })
        );
        assert_eq!(entry(vec![debit.clone()]), Err(Error::TooFewLines));
        assert_eq!(entry(Vec::new()), Err(Error::TooFewLines));
        assert_eq!(
            entry(vec![debit.clone(), debit]),
            Err(Error::Unbalanced {
                debit: 200,
                credit: 0
            })
        );
        for bad in [0, -1, i64::MAX] {
            assert!(
                Line::new(a.account("1002").unwrap(), Side::Debit, Fen::new(bad), None).is_err()
            );
        }
    }

    #[test]
    fn d11_a_code_belongs_to_the_chart_of_the_booking_day() {
        let (a, b) = (chart_a(), chart_b());
        let lines = |chart: &Chart| {
            vec![
                line(chart, "5201", Side::Debit, 1),
                line(chart, "1002", Side::Credit, 1),
            ]
        };
        let (last, first) = (date!(2025 - 12 - 31), date!(2026 - 01 - 01));
        assert!(JournalEntry::balance(last, &a, lines(&a)).is_ok());
        assert!(JournalEntry::balance(first, &b, lines(&b)).is_ok());
        assert_eq!(
            JournalEntry::balance(first, &a, lines(&a)),
            Err(Error::OtherChart(first))
        );
        assert_eq!(
            JournalEntry::balance(last, &b, lines(&b)),
            Err(Error::OtherChart(last))
        );
        assert!(matches!(
            JournalEntry::balance(first, &b, lines(&a)),
            Err(Error::NotInChart { .. })
        ));
        assert!(a.account("5301").is_err());
        assert!(b.account("5301").is_ok());
    }

    #[test]
    fn a_reversal_stays_in_the_year_and_after_its_entry() {
        let a = chart_a();
        let lines = vec![
            line(&a, "1002", Side::Debit, 7),
            line(&a, "410101", Side::Credit, 7),
        ];
        let entry = JournalEntry::balance(date!(2024 - 09 - 01), &a, lines).unwrap();
        let reversal = entry.reverse(date!(2024 - 12 - 31), &a).unwrap();
        assert_eq!(reversal.lines()[0].credit(), Fen::new(7));
        assert_eq!(reversal.lines()[1].debit(), Fen::new(7));
        assert!(matches!(
            entry.reverse(date!(2025 - 01 - 01), &a),
            Err(Error::OtherYear { .. })
        ));
        assert!(matches!(
            entry.reverse(date!(2024 - 08 - 31), &a),
            Err(Error::BeforeEntry(_))
        ));
    }
}
