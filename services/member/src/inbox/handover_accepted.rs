//! The other county accepts: in one transaction this one stops being the writer and the record goes out.

use jianyi_db::{Uow, parcel};
use jianyi_kernel::Fault;
use jianyi_proto::member::events::v1::HandoverAccepted;

use super::{Told, about};
use crate::domain::county::County;
use crate::domain::handover::{Acceptance, Handover};
use crate::{events, store};

/// More than the broker carries in one message, with room for what is around it. Rows are small: this is somebody
/// with thousands of papers, for whom another way is found.
const LARGEST: usize = 768 * 1024;

pub(super) async fn take_in(uow: &mut Uow, told: Told<'_, HandoverAccepted>) -> Result<(), Fault> {
    let (now, cipher, county) = (uow.now(), uow.cipher().clone(), &told.app.county);
    let (handover, custody) = told.lock_own(uow).await?;
    let gone = custody.is_none_or(|custody| {
        custody.erased || custody.handed_to.is_some() || custody.epoch != handover.terms.epoch
    });
    let offered = handover.clone();
    let handover = match handover.accepted(told.event.epoch, gone, now) {
        Acceptance::Ignored => return Ok(()),
        Acceptance::Over(over) => return end(uow, county, over).await,
        Acceptance::Released(handover) => handover,
    };
    let (terms, epoch) = (&handover.terms, handover.next_epoch());
    // Only now: of somebody who has left already there is nothing to take down.
    let record = store::records::take(uow.conn(), &cipher, terms.person).await?;
    if record.len() > LARGEST {
        return end(uow, county, offered.withdraw()?).await;
    }
    let about = about(handover.id, epoch, county.division(), &terms.county);
    let parcel = parcel::seal(&told.event.public_key, &about, &record)?;
    let to = (&terms.county, terms.effective_on);
    store::people::release(uow.conn(), terms.person, to, epoch, now).await?;
    store::handovers::save(uow.conn(), &handover, now).await?;
    uow.emit(events::handover_released(county, &handover, parcel));
    Ok(())
}

/// The offer stands no longer, and the other county is told.
async fn end(uow: &mut Uow, county: &County, over: Handover) -> Result<(), Fault> {
    let now = uow.now();
    store::handovers::save(uow.conn(), &over, now).await?;
    uow.emit(events::handover_withdrawn(county, &over));
    Ok(())
}
