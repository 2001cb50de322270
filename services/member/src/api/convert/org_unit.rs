//! Units in and out.

use jianyi_kernel::{Division, Fault, FuzzyDate, Uscc, Violation, Violations};
use jianyi_proto::member::v1 as pb;
use jianyi_proto::{convert, name};

use super::{instant, known_date, place};
use crate::codes;
use crate::domain::county::County;
use crate::domain::org_unit::{Above, OrgUnit, OrgUnitKey, Profile};
use crate::usecase::Named;

/// Longest name of a unit.
pub(crate) const NAME_LENGTH: usize = 100;

/// Reads a unit to be entered, with everything that is wrong with it.
pub(crate) fn profile(county: &County, wire: Option<pb::OrgUnit>) -> Result<Profile, Fault> {
    let wire = wire.ok_or_else(|| Violation::required("org_unit"))?;
    let mut violations = Violations::new();
    let v = &mut violations;
    let kind = codes::require(v, "org_unit.kind", wire.kind);
    let display_name = v.text("org_unit.display_name", &wire.display_name, NAME_LENGTH);
    let above = above(v, county, &wire.parent_unit);
    let division = place(v, county, "org_unit.division", &wire.division);
    let tier = codes::read(v, "org_unit.tier", wire.tier);
    if let (Some(kind), Some(tier)) = (kind, tier)
        && crate::domain::org_unit::Kind::tier(kind) != Some(tier)
    {
        v.push(Violation::new(
            "org_unit.tier",
            "TIER_MISMATCH",
            "this kind of unit is not of that volunteer level".into(),
            "层级与单位类型不符:义警队伍为第一层级,社会救援组织为第二层级,其他单位留空",
        ));
    }
    let uscc =
        (!wire.uscc.trim().is_empty()).then(|| v.take(Uscc::parse("org_unit.uscc", &wire.uscc)));
    let opened_on = v.take(FuzzyDate::parse("org_unit.opened_on", &wire.opened_on));
    let closed_on = (!wire.closed_on.trim().is_empty())
        .then(|| known_date(v, "org_unit.closed_on", &wire.closed_on));
    let provenance = v.take(convert::provenance(wire.provenance).map_err(|v| v.within("org_unit")));
    let profile = (|| {
        let kind = kind?;
        Some(Profile {
            kind,
            display_name: display_name?,
            above: above?,
            division: division?,
            tier: kind.tier(),
            pilot: wire.pilot,
            uscc: uscc.flatten(),
            opened_on: opened_on?,
            closed_on: closed_on.flatten(),
            provenance: provenance?,
        })
    })();
    violations.finish_with(profile)
}

/// The unit above: of this register, or the city's own.
fn above(violations: &mut Violations, county: &County, text: &str) -> Option<Above> {
    const FIELD: &str = "org_unit.parent_unit";
    if text.is_empty() {
        return Some(Above::Nothing);
    }
    let (division, id) = violations.take(name::parse_county::<OrgUnitKey>(FIELD, text))?;
    if division == *county.division() {
        return Some(Above::Here(id));
    }
    if division == Division::city() {
        return Some(Above::City(id));
    }
    violations.push(Violation::new(
        FIELD,
        "REFERENCE_OTHER_COUNTY",
        "the unit above is of another county".into(),
        "上级单位只能是本县区的单位或市协会",
    ));
    None
}

impl From<Named<'_, OrgUnit>> for pb::OrgUnit {
    fn from(Named { app, it: unit }: Named<'_, OrgUnit>) -> Self {
        let profile = unit.profile;
        Self {
            name: app.name(unit.id),
            kind: codes::number(Some(profile.kind)),
            display_name: profile.display_name,
            parent_unit: match profile.above {
                Above::Nothing => String::new(),
                Above::Here(above) => app.name(above),
                Above::City(above) => name::county(&Division::city(), above),
            },
            division: profile.division.to_string(),
            tier: codes::number(profile.tier),
            pilot: profile.pilot,
            uscc: profile
                .uscc
                .map(|uscc| uscc.to_string())
                .unwrap_or_default(),
            opened_on: profile.opened_on.to_string(),
            closed_on: profile
                .closed_on
                .map(|on| on.to_string())
                .unwrap_or_default(),
            provenance: Some(profile.provenance.into()),
            create_time: instant(unit.created_at),
            etag: unit.version.to_string(),
        }
    }
}
