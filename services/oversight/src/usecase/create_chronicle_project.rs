//! Records a chronicle; its stages are events, its beginning is one of them.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::chronicle::ChronicleProject;
use crate::store;
use crate::usecase::App;
use crate::wire;

pub(crate) async fn create_chronicle_project(
    app: &App,
    call: &Call,
    new: ChronicleProject,
) -> Result<Committed<pb::ChronicleProject>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let project = Stored::new(uow.new_id(), uow.now(), new);
    store::chronicle_projects::insert(uow.conn(), &project).await?;
    uow.commit(wire::project(project, Vec::new())).await
}
