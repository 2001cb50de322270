//! What a folder says about itself: its id, city, year and title.

use jianyi_kernel::{Division, DivisionLevel};

use super::cell::{Cell, Field};
use super::error::{Position, Problem};
use super::source::Folder;

/// What the folder says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) id: String,
    pub(super) city: String,
    pub(super) year: i32,
    pub(super) title: String,
}

/// Finds the one header; what is wrong with it goes to the problems.
pub(super) fn take(folder: &mut Folder) -> Header {
    let mut headers = std::mem::take(&mut folder.headers);
    let Some((at, fields)) = headers.pop() else {
        let file = folder
            .entries
            .first()
            .map_or_else(String::new, |entry| entry.at.file.clone());
        let at = Position {
            file,
            line: 1,
            record: 0,
            label: String::new(),
        };
        let what = "no file has a [record] table with id, city, year and title".into();
        folder.problems.push(Problem { at, what });
        return Header::default();
    };
    let mut problem = |at: &Position, what: String| {
        folder.problems.push(Problem {
            at: at.clone(),
            what,
        });
    };
    for (other, _) in &headers {
        problem(
            other,
            "a folder has one [record] table; this is another one".into(),
        );
    }
    let mut header = Header::default();
    for Field { key, line, value } in fields {
        let at = Position { line, ..at.clone() };
        match (key.as_str(), &value) {
            ("id", Cell::Text(id)) if !id.is_empty() => header.id.clone_from(id),
            ("title", Cell::Text(title)) => header.title.clone_from(title),
            ("city", Cell::Text(code)) if is_city(code) => header.city.clone_from(code),
            ("year", Cell::Whole(year)) if (1949..=2200).contains(year) => {
                header.year = i32::try_from(*year).unwrap_or_default();
            }
            ("id" | "title" | "city" | "year", _) => {
                problem(&at, format!("`{key}`: {} will not do", value.describe()));
            }
            _ => problem(
                &at,
                format!("`{key}` is not a key of [record]; it has: id, city, year, title"),
            ),
        }
    }
    if header.id.is_empty() || header.city.is_empty() || header.year == 0 || header.title.is_empty()
    {
        problem(
            &at,
            "[record] needs id, city (six digits ending in 00), year and title".into(),
        );
    }
    header
}

fn is_city(code: &str) -> bool {
    Division::parse("city", code).is_ok_and(|division| division.level() == DivisionLevel::City)
}
