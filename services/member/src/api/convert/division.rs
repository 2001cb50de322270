//! Divisions on the wire, and names of the form `divisions/{code}`.

use jianyi_kernel::{Division, Violation};
use jianyi_proto::member::v1 as pb;

use super::{day_text, instant};
use crate::codes;
use crate::domain::division::Entry;

/// Reads `divisions/{code}`.
pub(crate) fn code(field: &str, name: &str) -> Result<Division, Violation> {
    name.strip_prefix("divisions/")
        .and_then(|code| Division::parse(field, code).ok())
        .ok_or_else(|| {
            Violation::new(
                field,
                "NAME_MALFORMED",
                "not a resource name of the form `divisions/{code}`".into(),
                "资源名称的格式不对",
            )
        })
}

impl From<Entry> for pb::Division {
    fn from(entry: Entry) -> Self {
        let name = |code: &Division| format!("divisions/{code}");
        Self {
            name: name(&entry.code),
            code: entry.code.to_string(),
            display_name: entry.display_name,
            kind: codes::number(Some(entry.kind)),
            level: codes::number(Some(entry.level)),
            parent: entry.parent.as_ref().map(name).unwrap_or_default(),
            valid_from: day_text(entry.valid_from),
            valid_to: day_text(entry.valid_to),
            successor: entry.successor.as_ref().map(name).unwrap_or_default(),
            create_time: instant(entry.created_at),
        }
    }
}
