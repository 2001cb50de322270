//! The other county does not accept: everything stays as it was.

use jianyi_db::Uow;
use jianyi_kernel::Fault;
use jianyi_proto::member::events::v1::HandoverRefused;

use super::Told;
use crate::store;

pub(super) async fn take_in(uow: &mut Uow, told: Told<'_, HandoverRefused>) -> Result<(), Fault> {
    let (handover, _) = told.lock_own(uow).await?;
    let now = uow.now();
    match handover.refused() {
        Some(refused) => store::handovers::save(uow.conn(), &refused, now).await,
        None => Ok(()),
    }
}
