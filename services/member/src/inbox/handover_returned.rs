//! The record came back: this county writes again, in a new epoch.

use jianyi_db::Uow;
use jianyi_kernel::Fault;
use jianyi_proto::member::events::v1::HandoverReturned;

use super::Told;
use crate::store;

pub(super) async fn take_in(uow: &mut Uow, told: Told<'_, HandoverReturned>) -> Result<(), Fault> {
    let (handover, _) = told.lock_own(uow).await?;
    let now = uow.now();
    let Some((handover, epoch)) = handover.returned(told.event.epoch, &told.event.reason) else {
        return Ok(());
    };
    store::people::resume(uow.conn(), handover.terms.person, epoch, now).await?;
    store::handovers::save(uow.conn(), &handover, now).await
}
