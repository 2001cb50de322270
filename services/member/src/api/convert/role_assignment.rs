//! Roles in and out.

use jianyi_kernel::{Fault, Violation, Violations};
use jianyi_proto::convert;
use jianyi_proto::member::v1 as pb;
use jianyi_proto::name;

use super::{day_text, instant, optional_day, reference};
use crate::codes;
use crate::domain::county::County;
use crate::domain::org_unit::Tier;
use crate::domain::role::{Duty, Kind, LiaisonDomain, Profile, Role};
use crate::usecase::Named;

/// Reads a role to be entered, with everything that is wrong with it.
pub(crate) fn profile(county: &County, wire: Option<pb::RoleAssignment>) -> Result<Profile, Fault> {
    let wire = wire.ok_or_else(|| Violation::required("role_assignment"))?;
    let mut violations = Violations::new();
    let v = &mut violations;
    let person = reference(v, county, "role_assignment.person", &wire.person);
    let org_unit = reference(v, county, "role_assignment.org_unit", &wire.org_unit);
    let duty = duty(v, &wire);
    let title = v.optional_text("role_assignment.title", &wire.title, 50);
    let from = optional_day(v, "role_assignment.from_day", &wire.from_day);
    let to = optional_day(v, "role_assignment.to_day", &wire.to_day);
    let provenance =
        v.take(convert::provenance(wire.provenance).map_err(|v| v.within("role_assignment")));
    let profile = (|| {
        Some(Profile {
            person: person?,
            duty: duty?,
            title: title?,
            org_unit: org_unit?,
            held_in: None,
            from,
            to,
            provenance: provenance?,
        })
    })();
    violations.finish_with(profile)
}

/// Kind, domain and tier, which belong together.
fn duty(violations: &mut Violations, wire: &pb::RoleAssignment) -> Option<Duty> {
    const DOMAIN: &str = "role_assignment.domain";
    const TIER: &str = "role_assignment.tier";
    let kind: Option<Kind> = codes::require(violations, "role_assignment.kind", wire.kind);
    let domain: Option<LiaisonDomain> = codes::read(violations, DOMAIN, wire.domain);
    let tier: Option<Tier> = codes::read(violations, TIER, wire.tier);
    let kind = kind?;
    if domain.is_some() && kind != Kind::LiaisonOfficer {
        violations.push(Violation::new(
            DOMAIN,
            "DOMAIN_UNEXPECTED",
            "only liaison officers have a domain".into(),
            "只有联络员需要填写领域,请留空",
        ));
    }
    if tier.is_some() && kind != Kind::Volunteer {
        violations.push(Violation::new(
            TIER,
            "TIER_UNEXPECTED",
            "only volunteers have a level".into(),
            "只有志愿者需要填写层级,请留空",
        ));
    }
    match kind {
        Kind::Staff => Some(Duty::Staff),
        Kind::Volunteer => Some(Duty::Volunteer(tier)),
        Kind::LiaisonOfficer if domain.is_none() && wire.domain == 0 => {
            violations.push(Violation::required(DOMAIN));
            None
        }
        Kind::LiaisonOfficer => domain.map(Duty::LiaisonOfficer),
    }
}

impl From<Named<'_, Role>> for pb::RoleAssignment {
    fn from(Named { app, it: role }: Named<'_, Role>) -> Self {
        let profile = role.profile;
        Self {
            name: app.name(role.id),
            person: app.name(profile.person),
            kind: codes::number(Some(profile.duty.kind())),
            domain: codes::number(profile.duty.domain()),
            tier: codes::number(profile.duty.tier()),
            title: profile.title,
            org_unit: profile.held_in.as_ref().map_or_else(
                || app.name(profile.org_unit),
                |county| name::county(county, profile.org_unit),
            ),
            from_day: day_text(profile.from),
            to_day: day_text(profile.to),
            provenance: Some(profile.provenance.into()),
            create_time: instant(role.created_at),
            etag: role.version.to_string(),
        }
    }
}
