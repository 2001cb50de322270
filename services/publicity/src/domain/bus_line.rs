//! Bus lines. A line is what runs, not its number: renumbered, it is still the same line (V-116).

use jianyi_kernel::{DomainError, FuzzyDate, IdKind};

use super::{DOMAIN, Origin, Recorded};

/// A number a line bore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineNumber {
    pub(crate) line_no: String,
    pub(crate) from_on: FuzzyDate,
}

/// A line that runs 见义勇为号 buses.
#[derive(Debug, Clone)]
pub(crate) struct BusLine {
    pub(crate) operator: String,
    /// The number it started with, and since when.
    pub(crate) first: LineNumber,
    /// Numbers it got later, oldest first.
    pub(crate) later: Vec<LineNumber>,
    pub(crate) to_on: FuzzyDate,
    pub(crate) vehicles: Vec<String>,
    pub(crate) origin: Origin,
}

impl IdKind for BusLine {
    const COLLECTION: &'static str = "busLines";
}

/// Why a line does not change.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("the line ended")]
    Ended,
    #[error("the line bears this number already")]
    NumberUnchanged,
    #[error("the new number must start later than the one before")]
    Backwards,
    #[error("the line cannot end before it starts")]
    EndedBeforeStart,
}

impl DomainError for Error {
    const DOMAIN: &'static str = DOMAIN;

    fn reason(&self) -> &'static str {
        match self {
            Self::Ended => "LINE_ENDED",
            Self::NumberUnchanged => "NUMBER_UNCHANGED",
            Self::Backwards => "RENUMBERED_BACKWARDS",
            Self::EndedBeforeStart => "ENDED_BEFORE_START",
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Ended => "该线路已停运,不能再变更",
            Self::NumberUnchanged => "线路号没有变化,请填写新的线路号",
            Self::Backwards => "新线路号的启用日期应晚于上一个线路号",
            Self::EndedBeforeStart => "停运日期早于开通日期,请核对",
        }
        .into()
    }
}

impl BusLine {
    /// Every number it bore, oldest first.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = &LineNumber> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// The number it bears now.
    pub(crate) fn current(&self) -> &LineNumber {
        self.later.last().unwrap_or(&self.first)
    }

    fn ended(&self) -> bool {
        self.to_on.span().is_some()
    }
}

impl Recorded<BusLine> {
    /// Gives the line another number from a date on.
    pub(crate) fn renumber(self, number: LineNumber) -> Result<Self, Error> {
        let current = self.fact.current();
        if self.fact.ended() {
            return Err(Error::Ended);
        }
        if number.line_no == current.line_no {
            return Err(Error::NumberUnchanged);
        }
        if let (Some((new, _)), Some((old, _))) = (number.from_on.span(), current.from_on.span())
            && new <= old
        {
            return Err(Error::Backwards);
        }
        let mut fact = self.fact.clone();
        fact.later.push(number);
        Ok(self.changed(fact))
    }

    /// The line runs such buses until a date.
    pub(crate) fn end(self, to_on: FuzzyDate) -> Result<Self, Error> {
        if self.fact.ended() {
            return Err(Error::Ended);
        }
        if let (Some((_, to)), Some((from, _))) = (to_on.span(), self.fact.first.from_on.span())
            && to < from
        {
            return Err(Error::EndedBeforeStart);
        }
        let fact = BusLine {
            to_on,
            ..self.fact.clone()
        };
        Ok(self.changed(fact))
    }
}

#[cfg(test)]
mod tests {
    use jianyi_kernel::{Clock, Division, Provenance, Timestamp};

    use super::*;

    fn number(line_no: &str, from: &str) -> LineNumber {
        LineNumber {
            line_no: line_no.into(),
            from_on: FuzzyDate::parse("from_on", from).unwrap(),
        }
    }

    fn line() -> Recorded<BusLine> {
        let clock = Clock::fixed(Timestamp::from_unix(0, 0).unwrap());
        Recorded::new(
            clock.new_id(),
            clock.now(),
            BusLine {
                operator: "公交".into(),
                first: number("11", "2023-10-27"),
                later: Vec::new(),
                to_on: FuzzyDate::unknown(),
                vehicles: Vec::new(),
                origin: Origin {
                    division: Division::city(),
                    provenance: Provenance::default(),
                },
            },
        )
    }

    #[test]
    fn v116_a_renumbered_line_keeps_its_id_and_its_history() {
        let before = line();
        let id = before.id;
        let after = before.renumber(number("21", "2024-03-01")).unwrap();
        assert_eq!(after.id, id);
        assert_eq!(after.fact.current().line_no, "21");
        let numbers: Vec<_> = after.fact.numbers().map(|n| n.line_no.as_str()).collect();
        assert_eq!(numbers, ["11", "21"]);
    }

    #[test]
    fn v116_refused_renumberings() {
        assert_eq!(
            line().renumber(number("11", "2024-03-01")).unwrap_err(),
            Error::NumberUnchanged
        );
        assert_eq!(
            line().renumber(number("21", "2023-10-27")).unwrap_err(),
            Error::Backwards
        );
        let ended = line()
            .end(FuzzyDate::parse("to_on", "2024-06").unwrap())
            .unwrap();
        assert_eq!(
            ended.clone().renumber(number("21", "2024-07")).unwrap_err(),
            Error::Ended
        );
        assert_eq!(
            ended
                .end(FuzzyDate::parse("to_on", "2024-07").unwrap())
                .unwrap_err(),
            Error::Ended
        );
        let early = FuzzyDate::parse("to_on", "2023-09").unwrap();
        assert_eq!(line().end(early).unwrap_err(), Error::EndedBeforeStart);
    }
}
