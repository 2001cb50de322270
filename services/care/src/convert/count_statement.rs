//! Stated totals on the wire.

use jianyi_kernel::{Clock, Fault, Violation, Violations};
use jianyi_proto::api::v1 as api;

use super::{count, division, fuzzy, provenance, provenance_reply, required};
use crate::domain::count_statement::CountStatement;

/// Reads what a client wants recorded.
pub(crate) fn parse(
    wire: Option<api::CountStatement>,
    clock: &Clock,
) -> Result<CountStatement, Fault> {
    let wire = required("count_statement", wire)?;
    let mut v = Violations::new();
    let subject = subject(&mut v, &wire.subject);
    let division = division(&mut v, "count_statement.division", &wire.division);
    let count = count(&mut v, "count_statement.count", wire.count);
    let unit = v.optional_text("count_statement.unit", &wire.unit, 20);
    let as_of = fuzzy(&mut v, "count_statement.as_of", &wire.as_of);
    let provenance = provenance(&mut v, "count_statement", wire.provenance);
    if provenance.as_ref().is_some_and(|p| p.sources.is_empty()) {
        v.push(Violation::required("count_statement.provenance.sources"));
    }
    let build = || {
        let provenance = provenance?;
        Some(CountStatement {
            id: clock.new_id(),
            created_at: clock.now(),
            subject: subject?,
            division: division?,
            count: count?,
            unit: unit?,
            as_of: as_of?,
            sources: provenance.sources,
            locations: provenance.locations,
        })
    };
    v.finish_with(build())
}

fn subject(v: &mut Violations, text: &str) -> Option<String> {
    let lower = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(lower)
    {
        return Some(text.to_owned());
    }
    v.push(Violation::new(
        "count_statement.subject",
        "SUBJECT_MALFORMED",
        "a subject is 1–64 lower-case letters, digits or underscores, a letter first".into(),
        "统计对象应填小写字母代码,如 festival_rounds",
    ));
    None
}

/// A reply.
pub(crate) fn reply(statement: &CountStatement) -> api::CountStatement {
    api::CountStatement {
        name: statement.id.name(),
        subject: statement.subject.clone(),
        division: statement.division.to_string(),
        count: Some(statement.count.into()),
        unit: statement.unit.clone(),
        as_of: statement.as_of.to_string(),
        provenance: Some(provenance_reply(&statement.sources, &statement.locations)),
    }
}
