//! The whole publish side of identity: domain facts to events. Why somebody did it never passes here.

use jianyi_db::NewEvent;
use jianyi_kernel::{Fault, Timestamp};
use jianyi_proto::api::v1::Role;
use jianyi_proto::convert::timestamp;
use jianyi_proto::identity::events::v1 as pb;
use jianyi_proto::name;

use crate::domain::HeldGrant;

/// A role was taken in an emergency.
pub(crate) fn break_glass_opened(held: &HeldGrant) -> Result<NewEvent, Fault> {
    let grant = name::child(held.account, held.id);
    let role = Role::from_str_name(&held.grant.role)
        .ok_or_else(|| Fault::internal("a role that the contract does not know"))?;
    let event = pb::BreakGlassOpened {
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
pub(crate) fn break_glass_closed(held: &HeldGrant, by: &str, at: Timestamp) -> NewEvent {
    let grant = name::child(held.account, held.id);
    let event = pb::BreakGlassClosed {
        grant: grant.clone(),
        account: held.account.name(),
        close_time: Some(timestamp(at)),
        closed_by: by.into(),
    };
    NewEvent::of(&event, &grant, &held.grant.division, 2)
}
