//! Wire to domain and back, one file per resource: the only place that parses.

pub(crate) mod consent;
pub(crate) mod count_statement;
pub(crate) mod division;
mod handover;
pub(crate) mod hero;
pub(crate) mod org_unit;
pub(crate) mod person;
pub(crate) mod role_assignment;
pub(crate) mod subject_request;

use jianyi_kernel::{
    Division, FuzzyDate, Id, IdKind, Pii, Timestamp, Violation, Violations, parse_day,
};
use jianyi_proto::name;
use jianyi_rpc::Page;
use time::Date;

use crate::domain::county::County;
use crate::store::Window;
use crate::usecase::App;

/// A day that must be there.
pub(crate) fn day(violations: &mut Violations, field: &str, text: &str) -> Option<Date> {
    if text.trim().is_empty() {
        violations.push(Violation::required(field));
        return None;
    }
    violations.take(parse_day(field, text))
}

/// A day that may be missing.
pub(crate) fn optional_day(violations: &mut Violations, field: &str, text: &str) -> Option<Date> {
    if text.trim().is_empty() {
        None
    } else {
        violations.take(parse_day(field, text))
    }
}

/// The day a read speaks of; today in Shanghai when not stated.
pub(crate) fn as_of(app: &App, text: &str) -> Result<Date, Violation> {
    if text.trim().is_empty() {
        Ok(app.db.clock().today())
    } else {
        parse_day("as_of", text)
    }
}

/// A fuzzy date that must say something.
pub(crate) fn known_date(
    violations: &mut Violations,
    field: &str,
    text: &str,
) -> Option<FuzzyDate> {
    let date = violations.take(FuzzyDate::parse(field, text))?;
    if date.span().is_none() {
        violations.push(Violation::required(field));
        return None;
    }
    Some(date)
}

/// Text that must be there and is personal.
pub(crate) fn personal_text(
    violations: &mut Violations,
    field: &str,
    text: &str,
    max: usize,
) -> Option<Pii<String>> {
    violations.text(field, text, max).map(Pii::new)
}

/// The name of something that must lie in this county.
pub(crate) fn reference<K: IdKind>(
    violations: &mut Violations,
    county: &County,
    field: &str,
    text: &str,
) -> Option<Id<K>> {
    if text.is_empty() {
        violations.push(Violation::required(field));
        return None;
    }
    let (division, id) = violations.take(name::parse_county::<K>(field, text))?;
    if division != *county.division() {
        violations.push(Violation::new(
            field,
            "REFERENCE_OTHER_COUNTY",
            format!("`{field}` must lie in counties/{}", county.division()),
            "只能引用本县区的资料",
        ));
        return None;
    }
    Some(id)
}

/// [`reference()`] that may be missing, for filters.
pub(crate) fn optional_reference<K: IdKind>(
    violations: &mut Violations,
    county: &County,
    field: &str,
    text: &str,
) -> Option<Id<K>> {
    if text.is_empty() {
        None
    } else {
        reference(violations, county, field, text)
    }
}

/// The division a record speaks of: the county itself unless stated, and never outside of it.
pub(crate) fn place(
    violations: &mut Violations,
    county: &County,
    field: &str,
    code: &str,
) -> Option<Division> {
    if code.trim().is_empty() {
        return Some(county.division().clone());
    }
    let division = violations.take(Division::parse(field, code.trim()))?;
    if !county.division().covers(&division) {
        violations.push(Violation::new(
            field,
            "DIVISION_OUTSIDE",
            format!("not within {}", county.division()),
            "区划不在本县区范围内,请核对",
        ));
        return None;
    }
    Some(division)
}

/// A page as the store wants it.
pub(crate) fn window(page: &Page) -> Window {
    Window {
        after_time: page.after_time(),
        after_id: page.after_id(),
        limit: page.limit(),
    }
}

/// An instant for the wire.
fn instant(at: Timestamp) -> Option<prost_types::Timestamp> {
    Some(jianyi_proto::convert::timestamp(at))
}

/// A day for the wire; empty when there is none.
fn day_text(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}
