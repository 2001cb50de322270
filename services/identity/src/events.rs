//! The whole publish side of identity: domain facts to events. Why somebody did it never passes here.

use jianyi_db::NewEvent;
use jianyi_kernel::{Division, Fault, FuzzyDate, Provenance, Timestamp};
use jianyi_proto::api::v1::{Fact, Role};
use jianyi_proto::convert::{self, timestamp};
use jianyi_proto::identity::events::v1 as pb;
use jianyi_proto::name;

use crate::domain::HeldGrant;

/// The day in Shanghai; the source is this service itself.
fn fact(division: &Division, at: Timestamp) -> Result<Fact, Fault> {
    let on = FuzzyDate::parse("fact.on", &at.business_date().to_string())?;
    let provenance = Provenance {
        sources: Vec::new(),
        locations: Vec::new(),
    };
    Ok(convert::fact(division, &on, &provenance))
}

/// A role was taken in an emergency.
pub(crate) fn break_glass_opened(held: &HeldGrant) -> Result<NewEvent, Fault> {
    let grant = name::child(held.account, held.id);
    let role = Role::from_str_name(&held.grant.role)
        .ok_or_else(|| Fault::internal("a role that the contract does not know"))?;
    let event = pb::BreakGlassOpened {
        fact: Some(fact(&held.grant.division, held.valid_from)?),
        grant: grant.clone(),
        account: held.account.name(),
        role: role.into(),
        division: held.grant.division.to_string(),
        open_time: Some(timestamp(held.valid_from)),
        until: held.valid_until.map(timestamp),
    };
    Ok(NewEvent::of(&event, &grant, &held.grant.division, 1))
}

/// It was given back.
pub(crate) fn break_glass_closed(
    held: &HeldGrant,
    by: &str,
    at: Timestamp,
) -> Result<NewEvent, Fault> {
    let grant = name::child(held.account, held.id);
    let event = pb::BreakGlassClosed {
        fact: Some(fact(&held.grant.division, at)?),
        grant: grant.clone(),
        account: held.account.name(),
        close_time: Some(timestamp(at)),
        closed_by: by.into(),
    };
    Ok(NewEvent::of(&event, &grant, &held.grant.division, 2))
}
