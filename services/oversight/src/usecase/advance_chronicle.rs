//! Moves a chronicle forward to a stage.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::chronicle::ChronicleStage;
use crate::events;
use crate::store::{self, Window};
use crate::usecase::{App, found};
use crate::wire;

pub(crate) async fn advance_chronicle(
    app: &App,
    call: &Call,
    new: ChronicleStage,
) -> Result<Committed<pb::ChronicleProject>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let chronicle = new.chronicle;
    store::chronicle_projects::lock(uow.conn(), chronicle).await?;
    found(
        chronicle,
        store::chronicle_projects::select(uow.conn(), &Window::one(chronicle)).await?,
    )?;
    new.advances(&store::chronicle_stages::of(uow.conn(), chronicle).await?)?;
    let stage = Stored::new(uow.new_id(), uow.now(), new);
    store::chronicle_stages::insert(uow.conn(), &stage).await?;
    store::chronicle_projects::touch(uow.conn(), chronicle, stage.created_at).await?;
    uow.emit(events::chronicle_stage_reached(&stage));
    let project = found(
        chronicle,
        store::chronicle_projects::select(uow.conn(), &Window::one(chronicle)).await?,
    )?;
    let stages =
        store::chronicle_stages::select(uow.conn(), &Window::children_of(chronicle)).await?;
    uow.commit(wire::project(project, stages)).await
}
