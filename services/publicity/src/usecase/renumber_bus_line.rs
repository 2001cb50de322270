//! Gives a bus line another number.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::BusLine;
use crate::domain::bus_line::LineNumber;
use crate::store;

/// Renumbers it. No event: for everybody else it is still the same line (V-116).
///
/// # Errors
/// [`Fault::NotFound`], [`Fault::Exists`] when another line bears the number, or [`Fault::Refused`].
pub(crate) async fn renumber_bus_line(
    app: &App,
    call: &Call,
    id: Id<BusLine>,
    number: LineNumber,
) -> Result<Committed<pb::BusLine>, Fault> {
    let mut uow = match app.db.begin::<pb::BusLine>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, entry) = (uow.now(), uow.clock().new_uuid());
    let line = store::bus_lines::lock(uow.conn(), id)
        .await?
        .renumber(number)?;
    store::bus_lines::insert_number(uow.conn(), entry, &line, now).await?;
    store::bus_lines::save(uow.conn(), &line, now).await?;
    uow.commit(line.into()).await
}
