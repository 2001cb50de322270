//! The whole publish side of identity: domain facts to events. Why somebody did it never passes here.

use jianyi_db::NewEvent;
use jianyi_kernel::{Division, Fault, FuzzyDate, Id, Provenance, Timestamp};
use jianyi_proto::api::v1::{Fact, Role};
use jianyi_proto::convert::{self, timestamp};
use jianyi_proto::identity::events::v1 as pb;
use jianyi_proto::name;

use crate::domain::{AccountKind, HeldGrant};
use crate::store::signing_keys::Tellable;

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

/// A branch may go by this for an account. Said by the city, so that no county carries it up again.
pub(crate) fn branch_account_published(
    (county, account, version): (&Division, Id<AccountKind>, i64),
    valid_until: Timestamp,
    (parcel, signature): (Vec<u8>, Vec<u8>),
    at: Timestamp,
) -> Result<NewEvent, Fault> {
    let event = pb::BranchAccountPublished {
        fact: Some(fact(&Division::city(), at)?),
        account: account.name(),
        recipient: county.to_string(),
        valid_until: Some(timestamp(valid_until)),
        parcel,
        signature,
    };
    Ok(NewEvent::of(&event, &account.name(), &Division::city(), version).addressed_to(county))
}

/// An account is none of a branch's any more.
pub(crate) fn branch_account_retracted(
    (county, account, version): (&Division, Id<AccountKind>, i64),
    signature: Vec<u8>,
    at: Timestamp,
) -> Result<NewEvent, Fault> {
    let event = pb::BranchAccountRetracted {
        fact: Some(fact(&Division::city(), at)?),
        account: account.name(),
        recipient: county.to_string(),
        signature,
    };
    Ok(NewEvent::of(&event, &account.name(), &Division::city(), version).addressed_to(county))
}

/// A key that verifies the city's tokens, or that it signs no more.
pub(crate) fn signing_key_published(
    key: &Tellable,
    public_key: Vec<u8>,
    signature: Vec<u8>,
    at: Timestamp,
) -> Result<NewEvent, Fault> {
    let event = pb::SigningKeyPublished {
        fact: Some(fact(&Division::city(), at)?),
        signing_key: key.id.name(),
        public_key,
        retire_time: key.retired_at.map(timestamp),
        signature,
    };
    Ok(NewEvent::of(&event, &key.id.name(), &Division::city(), key.version).addressed_to_all())
}
