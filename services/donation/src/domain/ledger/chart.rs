//! Charts of accounts by validity: the same code is another account in another chart (D11, V-71).

use std::collections::BTreeSet;

use time::Date;

use super::Error;

/// A version of the chart of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "text")]
pub(crate) enum ChartVersion {
    /// The 2004 system, fiscal years up to 2025.
    A,
    /// The 2024 system, fiscal years from 2026.
    B,
}

impl ChartVersion {
    /// As it is written.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }
}

/// An account: a code within a chart. Only a chart hands one out, so it exists there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Account {
    chart: ChartVersion,
    code: String,
}

impl Account {
    /// The chart it belongs to.
    pub(crate) const fn chart(&self) -> ChartVersion {
        self.chart
    }

    /// Its code within the chart.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// An account that was read back from the books, where only a chart could have put it.
    pub(crate) const fn booked(chart: ChartVersion, code: String) -> Self {
        Self { chart, code }
    }
}

/// The chart that is valid in a span of days, with the codes it has.
#[derive(Debug, Clone)]
pub(crate) struct Chart {
    version: ChartVersion,
    from: Date,
    until: Option<Date>,
    codes: BTreeSet<String>,
}

impl Chart {
    /// A chart as the table of charts has it.
    pub(crate) const fn new(
        version: ChartVersion,
        from: Date,
        until: Option<Date>,
        codes: BTreeSet<String>,
    ) -> Self {
        Self {
            version,
            from,
            until,
            codes,
        }
    }

    /// Its version.
    pub(crate) const fn version(&self) -> ChartVersion {
        self.version
    }

    /// Whether it is valid on the day.
    pub(crate) fn covers(&self, on: Date) -> bool {
        self.from <= on && self.until.is_none_or(|until| on <= until)
    }

    /// The account with this code.
    ///
    /// # Errors
    /// [`Error::NotInChart`] when the chart has none.
    pub(crate) fn account(&self, code: &str) -> Result<Account, Error> {
        if self.codes.contains(code) {
            Ok(Account {
                chart: self.version,
                code: code.into(),
            })
        } else {
            Err(Error::NotInChart {
                code: code.into(),
                chart: self.version.as_str(),
            })
        }
    }
}
