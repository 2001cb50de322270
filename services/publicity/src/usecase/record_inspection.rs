//! Notes an inspection of a venue.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::Venue;
use crate::domain::inspection::Inspection;
use crate::store;

/// Notes it. No event: inspections are the department's own care.
///
/// # Errors
/// [`Fault::NotFound`], [`Fault::Exists`] for a second one on a day, or [`Fault::Refused`]
/// `INSPECTION_IN_FUTURE`.
pub(crate) async fn record_inspection(
    app: &App,
    call: &Call,
    id: Id<Venue>,
    inspection: Inspection,
) -> Result<Committed<pb::Venue>, Fault> {
    let mut uow = match app.db.begin::<pb::Venue>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let now = uow.now();
    let venue = store::venues::lock(uow.conn(), id)
        .await?
        .inspected(inspection.on, now.business_date())?;
    store::venues::save_inspection(uow.conn(), &venue, &inspection, now).await?;
    uow.commit(venue.into()).await
}
