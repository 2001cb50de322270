//! What the handlers share: filters and pages of lists, small conversions outward.

use jianyi_kernel::{Fault, Pii, Provenance, Timestamp, Violation};
use jianyi_proto::api::v1 as api;
use jianyi_proto::convert;
use jianyi_rpc::Page;
use time::{Date, Month};

use super::App;
use crate::domain::Recorded;
use crate::word::Word;

/// First and last day of a year; 0 asks for no year.
pub(crate) fn year(number: i32) -> Result<Option<(Date, Date)>, Violation> {
    if number == 0 {
        return Ok(None);
    }
    let first = Date::from_calendar_date(number, Month::January, 1).ok();
    let last = Date::from_calendar_date(number, Month::December, 31).ok();
    first
        .zip(last)
        .filter(|_| (1900..=2200).contains(&number))
        .map(Some)
        .ok_or_else(|| {
            Violation::new(
                "year",
                "YEAR_MALFORMED",
                format!("{number} is not a year of this register"),
                "年份不对",
            )
        })
}

/// The kind a list is narrowed to; unspecified narrows nothing.
pub(crate) fn kind<T: Word>(number: i32) -> Result<Option<T>, Violation> {
    if number == 0 {
        return Ok(None);
    }
    T::from_wire(number).map(Some).ok_or_else(|| {
        Violation::new(
            "kind",
            "WORD_UNKNOWN",
            "`kind` is unknown".into(),
            "请选择一个类别",
        )
    })
}

/// The day before which an inspection must have been due for it to be overdue; 0 narrows nothing.
pub(crate) fn due_before(app: &App, overdue_days: i32) -> Result<Option<Date>, Violation> {
    match overdue_days {
        0 => Ok(None),
        1.. => Ok(app
            .db
            .clock()
            .today()
            .checked_sub(time::Duration::days(overdue_days.into()))),
        _ => Err(Violation::new(
            "inspection_overdue_days",
            "DAYS_NEGATIVE",
            "inspection_overdue_days is negative".into(),
            "逾期天数不能为负",
        )),
    }
}

/// The page a list request asks for.
pub(crate) fn page(app: &App, size: i32, token: &str, filters: &str) -> Result<Page, Fault> {
    Page::parse(size, token, filters, app.db.cipher().token_key())
}

/// Cuts a page and turns its rows into messages.
pub(crate) fn cut<T, M: From<Recorded<T>>>(
    page: &Page,
    rows: Vec<Recorded<T>>,
) -> (Vec<M>, String) {
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    (rows.into_iter().map(M::from).collect(), next_page_token)
}

pub(crate) fn time(at: Timestamp) -> Option<prost_types::Timestamp> {
    Some(convert::timestamp(at))
}

pub(crate) fn provenance(provenance: Provenance) -> Option<api::Provenance> {
    Some(provenance.into())
}

/// A name or a text for the wire; what others see of it is for its contract to say.
pub(crate) fn person(name: &Pii<String>) -> String {
    name.expose("answer").clone()
}
