//! Instants in UTC with microseconds, and the business day they fall on in Shanghai.

use std::fmt;

use time::macros::offset;
use time::{Date, OffsetDateTime, UtcOffset};

use crate::Violation;

/// China Standard Time; no daylight saving since 1991, so a fixed offset is exact for business dates.
const SHANGHAI: UtcOffset = offset!(+8);

/// An instant, UTC, cut to microseconds at birth: Postgres keeps no more, and a value that changes
/// on its first round trip makes every comparison a trap.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct Timestamp(OffsetDateTime);

impl Timestamp {
    /// Takes any instant, converts to UTC and drops what is finer than a microsecond.
    #[must_use]
    pub fn from_offset(at: OffsetDateTime) -> Self {
        let utc = at.to_offset(UtcOffset::UTC);
        let micros = utc.microsecond();
        Self(utc.replace_microsecond(micros).unwrap_or(utc))
    }

    /// The instant as the `time` crate writes it.
    #[must_use]
    pub const fn as_offset(self) -> OffsetDateTime {
        self.0
    }

    /// The day on which this instant falls for the association (Asia/Shanghai), dossier V-50.
    #[must_use]
    pub fn business_date(self) -> Date {
        self.0.to_offset(SHANGHAI).date()
    }

    /// Seconds and nanoseconds since the epoch, as `google.protobuf.Timestamp` wants them.
    #[must_use]
    pub fn to_unix(self) -> (i64, i32) {
        let nanos = i32::try_from(self.0.nanosecond()).unwrap_or(0);
        (self.0.unix_timestamp(), nanos)
    }

    /// Builds from seconds and nanoseconds since the epoch; `None` outside the years 0000–9999.
    #[must_use]
    pub fn from_unix(seconds: i64, nanos: i32) -> Option<Self> {
        let base = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
        let nanos = u32::try_from(nanos).ok()?;
        base.replace_nanosecond(nanos).ok().map(Self::from_offset)
    }

    /// RFC 3339 text with a `Z`, as CloudEvents' `time` wants it.
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.0
            .format(&time::format_description::well_known::Rfc3339)
            .unwrap_or_default()
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// Reads a day written `YYYY-MM-DD` (GB/T 7408, ISO 8601).
///
/// # Errors
/// A [`Violation`] on `field` when the text is not such a day.
pub fn parse_day(field: &str, text: &str) -> Result<Date, Violation> {
    Date::parse(
        text.trim(),
        time::macros::format_description!("[year]-[month]-[day]"),
    )
    .map_err(|_| {
        Violation::new(
            field,
            "DATE_MALFORMED",
            // Without the text: the day may be somebody's birth date.
            "not a day of the form YYYY-MM-DD".into(),
            "日期应写作 2024-07-10 的形式",
        )
    })
}

/// Days from `from` to `to`, both counted: 06-18 … 06-24 is 7 (dossier V-79). Zero when reversed.
#[must_use]
pub fn inclusive_days(from: Date, to: Date) -> i64 {
    (to - from).whole_days().saturating_add(1).max(0)
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn v50_business_dates_change_at_sixteen_utc() {
        for (utc, day) in [
            (datetime!(2024-12-31 15:59:59 UTC), date!(2024 - 12 - 31)),
            (datetime!(2024-12-31 16:00:00 UTC), date!(2025 - 01 - 01)),
            (datetime!(2024-03-31 16:00:00 UTC), date!(2024 - 04 - 01)),
            (datetime!(2024-02-29 16:00:00 UTC), date!(2024 - 03 - 01)),
        ] {
            assert_eq!(Timestamp::from_offset(utc).business_date(), day);
        }
    }

    #[test]
    fn c07_days_are_counted_inclusively() {
        assert_eq!(
            inclusive_days(date!(2024 - 06 - 18), date!(2024 - 06 - 24)),
            7
        );
        assert_eq!(
            inclusive_days(date!(2024 - 07 - 10), date!(2024 - 07 - 13)),
            4
        );
        assert_eq!(
            inclusive_days(date!(2024 - 07 - 13), date!(2024 - 07 - 10)),
            0
        );
    }

    #[test]
    fn timestamps_survive_the_database_round_trip() {
        let fine = datetime!(2024-01-01 00:00:00.123456789 UTC);
        assert_eq!(
            Timestamp::from_offset(fine).as_offset(),
            datetime!(2024-01-01 00:00:00.123456 UTC)
        );
    }
}
