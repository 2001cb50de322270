//! Stated totals in and out.

use jianyi_kernel::{Fault, FuzzyDate, Violation, Violations};
use jianyi_proto::api::v1 as pb;
use jianyi_proto::convert;

use super::place;
use crate::domain::count_statement::{CountStatement, Profile, Subject};
use crate::domain::county::County;
use crate::usecase::Named;

/// Reads a statement to be recorded, with everything that is wrong with it.
pub(crate) fn profile(county: &County, wire: Option<pb::CountStatement>) -> Result<Profile, Fault> {
    let wire = wire.ok_or_else(|| Violation::required("count_statement"))?;
    let mut violations = Violations::new();
    let v = &mut violations;
    let subject = v.take(Subject::parse("count_statement.subject", &wire.subject));
    let division = place(v, county, "count_statement.division", &wire.division);
    let count = v.take(convert::count("count_statement.count", wire.count));
    let unit = v.optional_text("count_statement.unit", &wire.unit, 20);
    let as_of = v.take(FuzzyDate::parse("count_statement.as_of", &wire.as_of));
    let provenance =
        v.take(convert::provenance(wire.provenance).map_err(|v| v.within("count_statement")));
    if provenance
        .as_ref()
        .is_some_and(|provenance| provenance.sources.is_empty())
    {
        v.push(Violation::required("count_statement.provenance.sources"));
    }
    let profile = (|| {
        Some(Profile {
            subject: subject?,
            division: division?,
            count: count?,
            unit: unit?,
            as_of: as_of?,
            provenance: provenance?,
        })
    })();
    violations.finish_with(profile)
}

impl From<Named<'_, CountStatement>> for pb::CountStatement {
    fn from(Named { app, it: statement }: Named<'_, CountStatement>) -> Self {
        let profile = statement.profile;
        Self {
            name: app.name(statement.id),
            subject: profile.subject.as_str().into(),
            division: profile.division.to_string(),
            count: Some(profile.count.into()),
            unit: profile.unit,
            as_of: profile.as_of.to_string(),
            provenance: Some(profile.provenance.into()),
        }
    }
}
