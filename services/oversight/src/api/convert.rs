//! What several resources need between wire and domain: codes, small numbers, pages.

use jianyi_db::Db;
use jianyi_kernel::{Division, Fault, FuzzyDate, Violation, Violations};
use jianyi_rpc::Page;

use crate::domain::codes::Code;
use crate::store::Window;

/// Reads an enumeration by its name on the wire; the unspecified value is a missing one.
///
/// # Errors
/// A [`Violation`] `REQUIRED` on `field` when it is not stated.
pub(crate) fn code_in<C: Code>(field: &str, prefix: &str, wire_name: &str) -> Result<C, Violation> {
    wire_name
        .strip_prefix(prefix)
        .and_then(|code| C::of(&code.to_lowercase()))
        .ok_or_else(|| Violation::required(field))
}

/// A number from 1 to 9999.
///
/// # Errors
/// A [`Violation`] on `field` when it is another.
pub(crate) fn ordinal(field: &str, number: i32) -> Result<i32, Violation> {
    if (1..=9999).contains(&number) {
        return Ok(number);
    }
    Err(Violation::new(
        field,
        "NUMBER_OUT_OF_RANGE",
        "a number from 1 to 9999".into(),
        "序号应为 1 至 9999 的整数",
    ))
}

/// A calendar year that this system may hear of.
///
/// # Errors
/// A [`Violation`] on `field` when it is another.
pub(crate) fn year(field: &str, number: i32) -> Result<i32, Violation> {
    if (1900..=2200).contains(&number) {
        return Ok(number);
    }
    Err(Violation::new(
        field,
        "YEAR_OUT_OF_RANGE",
        "a year from 1900 to 2200".into(),
        "年份应为 1900 至 2200",
    ))
}

/// A division; the city when empty.
///
/// # Errors
/// A [`Violation`] on `field` when it is no code.
pub(crate) fn division(field: &str, code: &str) -> Result<Division, Violation> {
    if code.is_empty() {
        Ok(Division::city())
    } else {
        Division::parse(field, code).map(|division| division.county())
    }
}

/// Codes and resource names: short, ASCII, without blanks.
pub(crate) fn codes(
    violations: &mut Violations,
    field: &str,
    codes: Vec<String>,
) -> Option<Vec<String>> {
    let fine = codes.len() <= 200
        && codes.iter().all(|code| {
            (1..=200).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_graphic())
        });
    if fine {
        return Some(codes);
    }
    violations.push(Violation::new(
        field,
        "CODE_MALFORMED",
        "at most 200 codes or resource names of at most 200 printable ASCII characters".into(),
        "编号或资源名称的格式不对",
    ));
    None
}

/// A date that may be left out.
///
/// # Errors
/// A [`Violation`] on `field` when it is malformed.
pub(crate) fn optional_date(field: &str, text: &str) -> Result<Option<FuzzyDate>, Violation> {
    if text.trim().is_empty() {
        Ok(None)
    } else {
        FuzzyDate::parse(field, text).map(Some)
    }
}

/// A page of a list, and the window of rows it needs.
///
/// # Errors
/// [`Fault::Invalid`] for a bad size or token.
pub(crate) fn page(
    db: &Db,
    size: i32,
    token: &str,
    filters: &str,
) -> Result<(Page, Window), Fault> {
    let page = Page::parse(size, token, filters, db.cipher().token_key())?;
    let window = Window {
        after_time: page.after_time(),
        after_id: page.after_id(),
        limit: page.limit(),
        ..Window::default()
    };
    Ok((page, window))
}
