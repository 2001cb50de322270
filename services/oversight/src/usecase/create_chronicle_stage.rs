//! Records a stage that a chronicle reached, in whatever order the record is made.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::chronicle::ChronicleStage;
use crate::events;
use crate::store::{self, Window};
use crate::usecase::{App, found};

pub(crate) async fn create_chronicle_stage(
    app: &App,
    call: &Call,
    new: ChronicleStage,
) -> Result<Committed<pb::ChronicleStage>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    // The chronicle is held, so that two stages cannot contradict each other unseen.
    store::chronicle_projects::lock(uow.conn(), new.chronicle).await?;
    found(
        new.chronicle,
        store::chronicle_projects::select(uow.conn(), &Window::one(new.chronicle)).await?,
    )?;
    let reached = store::chronicle_stages::of(uow.conn(), new.chronicle).await?;
    new.fits(&reached)?;
    let stage = Stored::new(uow.new_id(), uow.now(), new);
    store::chronicle_stages::insert(uow.conn(), &stage).await?;
    store::chronicle_projects::touch(uow.conn(), stage.it.chronicle, stage.created_at).await?;
    uow.emit(events::chronicle_stage_reached(&stage));
    uow.commit(stage.into()).await
}
