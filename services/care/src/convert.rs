//! Between the wire and the domain: the only place where requests are parsed and replies written.

pub(crate) mod activity;
pub(crate) mod count_statement;
pub(crate) mod expense_request;
pub(crate) mod festival_round;
pub(crate) mod grant;
pub(crate) mod participant;
pub(crate) mod policy;
pub(crate) mod programme;
pub(crate) mod visit;

use jianyi_kernel::{Count, Division, FuzzyDate, Provenance, Violation, Violations, parse_day};
use jianyi_proto::api::v1 as api;
use jianyi_proto::{convert, name};
use time::Date;

use crate::domain::id::HeroKind;

/// An enum of the domain and its message on the wire, where 0 means "not stated".
pub(crate) trait OnTheWire: Sized {
    /// The enum on the wire.
    type Wire;
    /// `None` when not stated.
    fn from_wire(wire: Self::Wire) -> Option<Self>;
    /// For a reply.
    fn to_wire(self) -> Self::Wire;
}

macro_rules! on_the_wire {
    ($domain:ty, $wire:ty, $($variant:ident),*) => {
        impl $crate::convert::OnTheWire for $domain {
            type Wire = $wire;
            fn from_wire(wire: $wire) -> Option<Self> {
                match wire {
                    <$wire>::Unspecified => None,
                    $(<$wire>::$variant => Some(Self::$variant),)*
                }
            }
            fn to_wire(self) -> $wire {
                match self {
                    $(Self::$variant => <$wire>::$variant,)*
                }
            }
        }
    };
}
pub(crate) use on_the_wire;

/// An enum that must be stated.
pub(crate) fn stated<T: OnTheWire>(v: &mut Violations, field: &str, wire: T::Wire) -> Option<T> {
    v.take(T::from_wire(wire).ok_or_else(|| Violation::required(field)))
}

/// The resource that a create request must carry.
pub(crate) fn required<T>(field: &str, wire: Option<T>) -> Result<T, Violation> {
    wire.ok_or_else(|| Violation::required(field))
}

/// A division; the city when empty.
pub(crate) fn division(v: &mut Violations, field: &str, code: &str) -> Option<Division> {
    if code.is_empty() {
        Some(Division::city())
    } else {
        v.take(Division::parse(field, code))
    }
}

/// A fuzzy date.
pub(crate) fn fuzzy(v: &mut Violations, field: &str, text: &str) -> Option<FuzzyDate> {
    v.take(FuzzyDate::parse(field, text))
}

/// A day, or none when empty; the outer `None` is a violation.
pub(crate) fn optional_day(v: &mut Violations, field: &str, text: &str) -> Option<Option<Date>> {
    if text.is_empty() {
        Some(None)
    } else {
        v.take(parse_day(field, text)).map(Some)
    }
}

/// A count; unknown when absent.
pub(crate) fn count(v: &mut Violations, field: &str, wire: Option<api::Count>) -> Option<Count> {
    v.take(convert::count(field, wire))
}

/// Sources and places.
pub(crate) fn provenance(
    v: &mut Violations,
    field: &str,
    wire: Option<api::Provenance>,
) -> Option<Provenance> {
    v.take(convert::provenance(wire).map_err(|violation| match field {
        "" => violation,
        parent => violation.within(parent),
    }))
}

/// Sources and places for a reply.
pub(crate) fn provenance_reply(sources: &[String], locations: &[String]) -> api::Provenance {
    api::Provenance {
        sources: sources.to_vec(),
        locations: locations.to_vec(),
    }
}

/// The canonical resource name of a hero.
pub(crate) fn hero(v: &mut Violations, field: &str, text: &str) -> Option<String> {
    if text.is_empty() {
        v.push(Violation::required(field));
        return None;
    }
    let (county, id) = v.take(name::parse_county::<HeroKind>(field, text))?;
    Some(name::county(&county, id))
}

/// A code such as `TRAVEL`.
pub(crate) fn code(v: &mut Violations, field: &str, text: &str) -> Option<String> {
    let upper = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    if text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(upper)
    {
        return Some(text.to_owned());
    }
    v.push(Violation::new(
        field,
        "CODE_MALFORMED",
        "a code is 1–64 upper-case letters, digits or underscores, a letter first".into(),
        "代码只能用大写字母、数字和下划线,以字母开头",
    ));
    None
}

/// A calendar year.
pub(crate) fn year(v: &mut Violations, field: &str, year: i32) -> Option<i32> {
    if (1900..=2200).contains(&year) {
        return Some(year);
    }
    v.push(Violation::new(
        field,
        "YEAR_OUT_OF_RANGE",
        "a year lies between 1900 and 2200".into(),
        "年份应在 1900 至 2200 之间",
    ));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_codes() {
        let ok = |text| code(&mut Violations::new(), "purpose", text).is_some();
        assert!(ok("TRAVEL") && ok("A1_B"));
        assert!(!ok("") && !ok("旅费") && !ok("1A") && !ok("travel"));
    }
}
