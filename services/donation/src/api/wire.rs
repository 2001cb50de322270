//! What every resource's reader needs: small parsers that collect violations.

use jianyi_kernel::{Division, FuzzyDate, Id, IdKind, Violation, Violations, parse_day};
use jianyi_proto::api::v1::Provenance;
use jianyi_proto::{convert, name};
use time::{Date, Month};

/// The division a record belongs to; the city when nobody says.
pub(super) fn division(violations: &mut Violations, field: &str, text: &str) -> Option<Division> {
    if text.is_empty() {
        return Some(Division::city());
    }
    violations.take(Division::parse(field, text))
}

/// A year that the association may have records of.
pub(super) fn year(violations: &mut Violations, field: &str, year: i32) -> Option<i32> {
    if (1949..=2200).contains(&year) {
        return Some(year);
    }
    violations.push(Violation::new(
        field,
        "YEAR_OUT_OF_RANGE",
        "a year between 1949 and 2200 is needed".into(),
        "请填写四位年份",
    ));
    None
}

/// A fuzzy date; unknown when empty.
pub(super) fn fuzzy(violations: &mut Violations, field: &str, text: &str) -> Option<FuzzyDate> {
    violations.take(FuzzyDate::parse(field, text))
}

/// A day that must be there.
pub(super) fn day(violations: &mut Violations, field: &str, text: &str) -> Option<Date> {
    if text.is_empty() {
        violations.push(Violation::required(field));
        return None;
    }
    violations.take(parse_day(field, text))
}

/// A day that may be missing.
pub(super) fn optional_day(
    violations: &mut Violations,
    field: &str,
    text: &str,
) -> Option<Option<Date>> {
    if text.is_empty() {
        return Some(None);
    }
    violations.take(parse_day(field, text)).map(Some)
}

/// Sources and locations.
pub(super) fn provenance(
    violations: &mut Violations,
    parent: &str,
    wire: Option<Provenance>,
) -> Option<(Vec<String>, Vec<String>)> {
    let read = convert::provenance(wire).map_err(|violation| violation.within(parent));
    violations
        .take(read)
        .map(|provenance| (provenance.sources, provenance.locations))
}

/// Sources and locations, for the wire.
pub(super) fn stated(sources: &[String], locations: &[String]) -> Option<Provenance> {
    Some(Provenance {
        sources: sources.to_vec(),
        locations: locations.to_vec(),
    })
}

/// A code that may be missing: letters, digits and `. _ - / #`.
pub(super) fn optional_code(
    violations: &mut Violations,
    field: &str,
    text: &str,
) -> Option<String> {
    let text = text.trim();
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'/' | b'#');
    if text.len() <= 64 && text.bytes().all(plain) {
        return Some(text.into());
    }
    violations.push(Violation::new(
        field,
        "CODE_MALFORMED",
        "a code is up to 64 letters, digits or . _ - / #".into(),
        "代码只能用字母、数字和 . _ - / #,不超过 64 个字符",
    ));
    None
}

/// A code that must be there.
pub(super) fn code(violations: &mut Violations, field: &str, text: &str) -> Option<String> {
    if text.trim().is_empty() {
        violations.push(Violation::required(field));
        return None;
    }
    optional_code(violations, field, text)
}

/// The name of another resource that must be given.
pub(super) fn reference<K: IdKind>(
    violations: &mut Violations,
    field: &str,
    text: &str,
) -> Option<Id<K>> {
    if text.is_empty() {
        violations.push(Violation::required(field));
        return None;
    }
    violations.take(name::parse(field, text))
}

/// The name of another resource that may be missing.
pub(super) fn optional_reference<K: IdKind>(
    violations: &mut Violations,
    field: &str,
    text: &str,
) -> Option<Option<Id<K>>> {
    if text.is_empty() {
        return Some(None);
    }
    violations.take(name::parse(field, text)).map(Some)
}

/// A filter: nothing when empty.
pub(super) fn filter(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// A filter by year: nothing when 0.
pub(super) fn year_filter(year: i32) -> Option<i32> {
    (year != 0).then_some(year)
}

/// First and last day of a year.
pub(super) fn days_of(violations: &mut Violations, field: &str, wire: i32) -> Option<(Date, Date)> {
    let year = year(violations, field, wire)?;
    let from = Date::from_calendar_date(year, Month::January, 1).ok()?;
    let to = Date::from_calendar_date(year, Month::December, 31).ok()?;
    Some((from, to))
}

/// A day for the wire; empty when there is none.
pub(super) fn day_text(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}
