//! Notes an inspection of carriers.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::Carrier;
use crate::domain::inspection::Inspection;
use crate::store;

/// Notes it. No event: inspections are the department's own care.
///
/// # Errors
/// [`Fault::NotFound`], [`Fault::Exists`] for a second one on a day, or [`Fault::Refused`]
/// `INSPECTION_IN_FUTURE`.
pub(crate) async fn record_carrier_inspection(
    app: &App,
    call: &Call,
    id: Id<Carrier>,
    inspection: Inspection,
) -> Result<Committed<pb::Carrier>, Fault> {
    let mut uow = match app.db.begin::<pb::Carrier>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let now = uow.now();
    let carrier = store::carriers::lock(uow.conn(), id)
        .await?
        .inspected(inspection.on, now.business_date())?;
    store::carriers::save_inspection(uow.conn(), &carrier, &inspection, now).await?;
    uow.commit(carrier.into()).await
}
