//! Another county offers a person: somebody here is to decide.

use jianyi_db::Uow;
use jianyi_kernel::{Fault, Timestamp, Violation, parse_day};
use jianyi_proto::member::events::v1::HandoverOffered;
use jianyi_proto::name;

use super::Told;
use crate::domain::handover::{Handover, Side, State, Terms};
use crate::domain::person::PersonKey;
use crate::store;

pub(super) async fn take_in(uow: &mut Uow, told: Told<'_, HandoverOffered>) -> Result<(), Fault> {
    let event = told.event;
    let (_, person) = name::parse_county::<PersonKey>("person", &event.person)?;
    let on = event.fact.as_ref().map_or("", |fact| fact.on.as_str());
    let expires_at = event
        .expire_time
        .and_then(|at| Timestamp::from_unix(at.seconds, at.nanos))
        .ok_or_else(|| Violation::required("expire_time"))?;
    let terms = Terms {
        person,
        county: told.from,
        effective_on: parse_day("fact.on", on)?,
        epoch: event.epoch,
        expires_at,
        sealed: event.sealed,
    };
    let offer = Handover::heard(told.id, Side::Receiving, State::Offered, terms, uow.now());
    // Known already: heard twice, or the withdrawal overtook it.
    store::handovers::insert(uow.conn(), &offer).await?;
    Ok(())
}
