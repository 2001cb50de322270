//! Dates as sources state them: a day, a month, a range, half a day, "early in the year", or nothing.
//!
//! Written like EDTF (ISO 8601-2), so that one string serves the wire, the database and a data file:
//! `2024` · `2024-Q2` · `2024-06` · `2024-06-H1` · `2024-06-18` · `2024-08-01AM` ·
//! `2024-05/2024-10` · `2024-06-18/2024-06-24` · `2024 (年初)` · `(近期)` · empty for unknown.

use std::fmt;

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef, Postgres};
use time::{Date, Month};

use crate::{Violation, inclusive_days};

/// How exactly a date is known (dossier 1.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// Not at all; there may be words.
    Unknown,
    /// 年
    Year,
    /// 季度
    Quarter,
    /// 月
    Month,
    /// 半月 (上半月 / 下半月)
    HalfMonth,
    /// 日
    Day,
    /// 半日 (上午 / 下午)
    HalfDay,
}

/// A date or range of dates with the precision the source gives, and its words where they add something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FuzzyDate {
    precision: Precision,
    canonical: String,
    span: Option<(Date, Date)>,
    text: String,
}

impl FuzzyDate {
    /// The date nobody stated.
    #[must_use]
    pub const fn unknown() -> Self {
        Self {
            precision: Precision::Unknown,
            canonical: String::new(),
            span: None,
            text: String::new(),
        }
    }

    /// Exactly one day.
    #[must_use]
    pub fn day(day: Date) -> Self {
        Self {
            precision: Precision::Day,
            canonical: day.to_string(),
            span: Some((day, day)),
            text: String::new(),
        }
    }

    /// Reads the notation of this module.
    ///
    /// # Errors
    /// A [`Violation`] on `field` when the text is not in it, or a range ends before it starts.
    pub fn parse(field: &str, input: &str) -> Result<Self, Violation> {
        parse(input).ok_or_else(|| {
            Violation::new(
                field,
                "DATE_MALFORMED",
                "write 2024, 2024-Q2, 2024-06, 2024-06-H1, 2024-06-18, 2024-08-01AM, a range with `/`, \
                 and words in brackets"
                    .into(),
                "日期应写作 2024、2024-06、2024-06-18、2024-08-01AM 或 2024-05/2024-10,补充说明放在括号内",
            )
        })
    }

    /// How exactly it is known; of a range, its coarser end.
    #[must_use]
    pub const fn precision(&self) -> Precision {
        self.precision
    }

    /// First and last day it may mean; `None` when unknown.
    #[must_use]
    pub const fn span(&self) -> Option<(Date, Date)> {
        self.span
    }

    /// The notation without words: what may travel in events.
    #[must_use]
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The source's own words, e.g. `年初`; often empty.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Inclusive number of days, known only when both ends are known to the day.
    #[must_use]
    pub fn days(&self) -> Option<i64> {
        let (from, to) = self.span?;
        (self.precision >= Precision::Day).then(|| inclusive_days(from, to))
    }

    /// Whether it may lie in the calendar year.
    #[must_use]
    pub fn touches_year(&self, year: i32) -> bool {
        self.span
            .is_some_and(|(from, to)| from.year() <= year && year <= to.year())
    }

    /// Chinese for a report: `2024年6月18日至24日`, `2024年6月`, `2024年8月1日上午`, or `—`.
    #[must_use]
    pub fn zh(&self) -> String {
        let Some((from, to)) = self.span else {
            return if self.text.is_empty() {
                "—".into()
            } else {
                self.text.clone()
            };
        };
        if !self.text.is_empty() && self.precision == Precision::Year {
            return format!("{}年{}", from.year(), self.text);
        }
        let (y, m, d) = (from.year(), u8::from(from.month()), from.day());
        let half = if self.canonical.ends_with("AM") {
            "上午"
        } else {
            "下午"
        };
        match self.precision {
            Precision::Unknown => "—".into(),
            Precision::Year if to.year() == y => format!("{y}年"),
            Precision::Year => format!("{y}年至{}年", to.year()),
            Precision::Quarter => format!("{y}年第{}季度", quarter(from.month())),
            Precision::Month if (to.year(), to.month()) == (y, from.month()) => {
                format!("{y}年{m}月")
            }
            Precision::Month if to.year() == y => format!("{y}年{m}月至{}月", u8::from(to.month())),
            Precision::Month => format!("{y}年{m}月至{}年{}月", to.year(), u8::from(to.month())),
            Precision::HalfMonth if d == 1 => format!("{y}年{m}月上半月"),
            Precision::HalfMonth => format!("{y}年{m}月下半月"),
            Precision::HalfDay => format!("{y}年{m}月{d}日{half}"),
            Precision::Day if from == to => format!("{y}年{m}月{d}日"),
            Precision::Day if (to.year(), to.month()) == (y, from.month()) => {
                format!("{y}年{m}月{d}日至{}日", to.day())
            }
            Precision::Day if to.year() == y => {
                format!("{y}年{m}月{d}日至{}月{}日", u8::from(to.month()), to.day())
            }
            Precision::Day => format!(
                "{y}年{m}月{d}日至{}年{}月{}日",
                to.year(),
                u8::from(to.month()),
                to.day()
            ),
        }
    }
}

const fn quarter(month: Month) -> u8 {
    match month {
        Month::January | Month::February | Month::March => 1,
        Month::April | Month::May | Month::June => 2,
        Month::July | Month::August | Month::September => 3,
        Month::October | Month::November | Month::December => 4,
    }
}

fn parse(input: &str) -> Option<FuzzyDate> {
    let input = input.trim();
    let (canonical, text) = match input.split_once('(') {
        Some((date, words)) => (date.trim(), words.strip_suffix(')')?.trim()),
        None => (input, ""),
    };
    if text.chars().count() > 40 || text.chars().any(char::is_control) {
        return None;
    }
    if canonical.is_empty() {
        return Some(FuzzyDate {
            text: text.into(),
            ..FuzzyDate::unknown()
        });
    }
    let (precision, span) = match canonical.split_once('/') {
        None => parse_point(canonical)?,
        Some((left, right)) => {
            let (p1, (from, _)) = parse_point(left)?;
            let (p2, (_, to)) = parse_point(right)?;
            (p1.min(p2), (from, to))
        }
    };
    (span.0 <= span.1).then(|| FuzzyDate {
        precision,
        canonical: canonical.into(),
        span: Some(span),
        text: text.into(),
    })
}

/// One end of a range, as the first and last day it may mean.
fn parse_point(text: &str) -> Option<(Precision, (Date, Date))> {
    if !text.is_ascii() {
        return None;
    }
    let year: i32 = number(text.get(..4)?)?.into();
    let rest = text.get(4..)?;
    if rest.is_empty() {
        let span = (
            first_of(year, Month::January)?,
            last_of(year, Month::December)?,
        );
        return Some((Precision::Year, span));
    }
    let rest = rest.strip_prefix('-')?;
    if let Some(q) = rest.strip_prefix('Q') {
        let first = match q {
            "1" => Month::January,
            "2" => Month::April,
            "3" => Month::July,
            "4" => Month::October,
            _ => return None,
        };
        let span = (first_of(year, first)?, last_of(year, first.nth_next(2))?);
        return Some((Precision::Quarter, span));
    }
    let month = Month::try_from(u8::try_from(number(rest.get(..2)?)?).ok()?).ok()?;
    let rest = rest.get(2..)?;
    match rest {
        "" => {
            return Some((
                Precision::Month,
                (first_of(year, month)?, last_of(year, month)?),
            ));
        }
        "-H1" => {
            let middle = Date::from_calendar_date(year, month, 15).ok()?;
            return Some((Precision::HalfMonth, (first_of(year, month)?, middle)));
        }
        "-H2" => {
            let middle = Date::from_calendar_date(year, month, 16).ok()?;
            return Some((Precision::HalfMonth, (middle, last_of(year, month)?)));
        }
        _ => {}
    }
    let rest = rest.strip_prefix('-')?;
    let day = u8::try_from(number(rest.get(..2)?)?).ok()?;
    let date = Date::from_calendar_date(year, month, day).ok()?;
    match rest.get(2..)? {
        "" => Some((Precision::Day, (date, date))),
        "AM" | "PM" => Some((Precision::HalfDay, (date, date))),
        _ => None,
    }
}

/// Digits only: `parse` alone would take a sign.
fn number(text: &str) -> Option<u16> {
    text.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

fn first_of(year: i32, month: Month) -> Option<Date> {
    Date::from_calendar_date(year, month, 1).ok()
}

fn last_of(year: i32, month: Month) -> Option<Date> {
    Date::from_calendar_date(year, month, month.length(year)).ok()
}

impl fmt::Display for FuzzyDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical)?;
        match (self.canonical.is_empty(), self.text.is_empty()) {
            (_, true) => Ok(()),
            (true, false) => write!(f, "({})", self.text),
            (false, false) => write!(f, " ({})", self.text),
        }
    }
}

impl sqlx::Type<Postgres> for FuzzyDate {
    fn type_info() -> PgTypeInfo {
        <String as sqlx::Type<Postgres>>::type_info()
    }
}
impl<'q> sqlx::Encode<'q, Postgres> for FuzzyDate {
    fn encode_by_ref(&self, buf: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <String as sqlx::Encode<'q, Postgres>>::encode_by_ref(&self.to_string(), buf)
    }
}
impl<'r> sqlx::Decode<'r, Postgres> for FuzzyDate {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let text = <&str as sqlx::Decode<'r, Postgres>>::decode(value)?;
        Self::parse("column", text).map_err(|violation| violation.message.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    fn fuzzy(text: &str) -> FuzzyDate {
        FuzzyDate::parse("on", text).unwrap()
    }

    #[test]
    fn every_precision_of_the_dossier_is_read_spanned_and_printed() {
        for (text, precision, from, to, zh) in [
            (
                "2024 (年初)",
                Precision::Year,
                date!(2024 - 01 - 01),
                date!(2024 - 12 - 31),
                "2024年年初",
            ),
            (
                "2024-Q2",
                Precision::Quarter,
                date!(2024 - 04 - 01),
                date!(2024 - 06 - 30),
                "2024年第2季度",
            ),
            (
                "2024-06",
                Precision::Month,
                date!(2024 - 06 - 01),
                date!(2024 - 06 - 30),
                "2024年6月",
            ),
            (
                "2024-02-H2",
                Precision::HalfMonth,
                date!(2024 - 02 - 16),
                date!(2024 - 02 - 29),
                "2024年2月下半月",
            ),
            (
                "2024-08-01AM",
                Precision::HalfDay,
                date!(2024 - 08 - 01),
                date!(2024 - 08 - 01),
                "2024年8月1日上午",
            ),
            (
                "2024-05/2024-10",
                Precision::Month,
                date!(2024 - 05 - 01),
                date!(2024 - 10 - 31),
                "2024年5月至10月",
            ),
            (
                "2024-06-18/2024-06-24",
                Precision::Day,
                date!(2024 - 06 - 18),
                date!(2024 - 06 - 24),
                "2024年6月18日至24日",
            ),
            (
                "2024-12-30/2025-01-02",
                Precision::Day,
                date!(2024 - 12 - 30),
                date!(2025 - 01 - 02),
                "2024年12月30日至2025年1月2日",
            ),
        ] {
            let on = fuzzy(text);
            assert_eq!(on.precision(), precision, "{text}");
            assert_eq!(on.span(), Some((from, to)), "{text}");
            assert_eq!(on.zh(), zh);
            assert_eq!(on.to_string(), text);
        }
        assert_eq!(fuzzy("(近期)").zh(), "近期");
        assert_eq!(fuzzy("").zh(), "—");
    }

    #[test]
    fn v79_days_are_known_only_when_both_ends_are() {
        assert_eq!(fuzzy("2024-06-18/2024-06-24").days(), Some(7));
        assert_eq!(fuzzy("2024-07-10/2024-07-13").days(), Some(4));
        assert_eq!(fuzzy("2024-06").days(), None);
        assert_eq!(fuzzy("2024-06/2024-07-13").days(), None);
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in [
            "2024-13",
            "2024-02-30",
            "2023-02-29",
            "24-01-01",
            "2024/2023",
            "2024-06-",
            "2024-06-18T10",
            "2024-Q5",
            "六月",
            "2024-+1",
            "2024 (年初",
            "2024-06-24/2024-06-18",
            "２０２４",
        ] {
            assert!(FuzzyDate::parse("on", bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_round_trips(text in "\\PC{0,24}") {
            if let Ok(on) = FuzzyDate::parse("on", &text) {
                prop_assert_eq!(fuzzy(&on.to_string()), on);
            }
        }
    }
}
