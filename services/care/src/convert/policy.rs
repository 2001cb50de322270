//! Policies on the wire.

use jianyi_kernel::{Clock, Fault, FuzzyDate, Violation, Violations};
use jianyi_proto::care::{events::v1 as events, v1 as pb};
use jianyi_proto::convert::timestamp;

use super::{
    OnTheWire as _, count, division, fuzzy, on_the_wire, provenance, provenance_reply, required,
    stated,
};
use crate::domain::policy::{BenefitKind, Policy};

on_the_wire!(BenefitKind, events::BenefitKind, ExamBonus, FreeBus);

/// Reads what a client wants recorded.
pub(crate) fn parse(wire: Option<pb::EntitlementPolicy>, clock: &Clock) -> Result<Policy, Fault> {
    let wire = required("entitlement_policy", wire)?;
    let mut v = Violations::new();
    let benefit = stated(&mut v, "entitlement_policy.benefit", wire.benefit());
    let authority = v.text("entitlement_policy.authority", &wire.authority, 200);
    let valid_from = fuzzy(&mut v, "entitlement_policy.valid_from", &wire.valid_from);
    let valid_to = fuzzy(&mut v, "entitlement_policy.valid_to", &wire.valid_to);
    let starts = valid_from.as_ref().and_then(FuzzyDate::span);
    let ends = valid_to.as_ref().and_then(FuzzyDate::span);
    if starts
        .zip(ends)
        .is_some_and(|((from, _), (_, to))| to < from)
    {
        v.push(Violation::new(
            "entitlement_policy.valid_to",
            "ENDS_BEFORE_START",
            "a policy ends after it starts".into(),
            "政策终止时间早于起始时间,请核对",
        ));
    }
    let points = count(&mut v, "entitlement_policy.points", wire.points);
    let division = division(&mut v, "entitlement_policy.division", &wire.division);
    let provenance = provenance(&mut v, "entitlement_policy", wire.provenance);
    let build = || {
        let provenance = provenance?;
        Some(Policy {
            id: clock.new_id(),
            created_at: clock.now(),
            benefit: benefit?,
            authority: authority?,
            valid_from: valid_from?,
            valid_to: valid_to?,
            points: points?,
            requires_title: wire.requires_title,
            division: division?,
            sources: provenance.sources,
            locations: provenance.locations,
        })
    };
    v.finish_with(build())
}

impl From<&Policy> for pb::EntitlementPolicy {
    fn from(policy: &Policy) -> Self {
        Self {
            name: policy.id.name(),
            benefit: policy.benefit.to_wire().into(),
            authority: policy.authority.clone(),
            valid_from: policy.valid_from.to_string(),
            valid_to: policy.valid_to.to_string(),
            points: Some(policy.points.into()),
            requires_title: policy.requires_title,
            division: policy.division.to_string(),
            provenance: Some(provenance_reply(&policy.sources, &policy.locations)),
            create_time: Some(timestamp(policy.created_at)),
        }
    }
}
