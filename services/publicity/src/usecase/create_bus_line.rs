//! Records a line that runs 见义勇为号 buses.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::{BusLine, Recorded};
use crate::{events, store};

/// Records it.
///
/// # Errors
/// [`Fault::Exists`] when it is on record.
pub(crate) async fn create_bus_line(
    app: &App,
    call: &Call,
    line: BusLine,
) -> Result<Committed<pb::BusLine>, Fault> {
    let mut uow = match app.db.begin::<pb::BusLine>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let line = Recorded::new(uow.new_id(), uow.now(), line);
    let number = uow.clock().new_uuid();
    store::bus_lines::insert(uow.conn(), number, &line).await?;
    uow.emit(events::bus_line_started(&line));
    uow.commit(line.into()).await
}
