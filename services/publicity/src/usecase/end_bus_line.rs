//! Notes that a bus line ended.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, FuzzyDate, Id};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::BusLine;
use crate::store;

/// Ends it.
///
/// # Errors
/// [`Fault::NotFound`], or [`Fault::Refused`].
pub(crate) async fn end_bus_line(
    app: &App,
    call: &Call,
    id: Id<BusLine>,
    to_on: FuzzyDate,
) -> Result<Committed<pb::BusLine>, Fault> {
    let mut uow = match app.db.begin::<pb::BusLine>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let now = uow.now();
    let line = store::bus_lines::lock(uow.conn(), id).await?.end(to_on)?;
    store::bus_lines::save(uow.conn(), &line, now).await?;
    uow.commit(line.into()).await
}
