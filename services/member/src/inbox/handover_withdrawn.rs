//! The giving county ended its offer: nothing will come, and the key has served.

use jianyi_db::Uow;
use jianyi_kernel::Fault;
use jianyi_proto::member::events::v1::HandoverWithdrawn;

use super::Told;
use crate::domain::handover::{Handover, Side, State, Terms};
use crate::domain::person::PersonId;
use crate::store;

pub(super) async fn take_in(uow: &mut Uow, told: Told<'_, HandoverWithdrawn>) -> Result<(), Fault> {
    let now = uow.now();
    let Some((handover, _)) = told.lock(uow).await? else {
        // It overtook the offer, which must not stand when it comes. Nobody need see this.
        let terms = Terms {
            person: PersonId::from_uuid(told.id.as_uuid()),
            county: told.from,
            effective_on: now.business_date(),
            epoch: 1,
            expires_at: now,
            sealed: true,
        };
        let gone = Handover::heard(told.id, Side::Receiving, State::Withdrawn, terms, now);
        store::handovers::insert(uow.conn(), &gone).await?;
        return Ok(());
    };
    if let Some(gone) = handover.withdrawn() {
        store::handovers::save(uow.conn(), &gone, now).await?;
    }
    Ok(())
}
