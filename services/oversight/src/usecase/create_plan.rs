//! Records an annual plan.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::plan::Plan;
use crate::events;
use crate::store;
use crate::usecase::App;

pub(crate) async fn create_plan(
    app: &App,
    call: &Call,
    new: Plan,
) -> Result<Committed<pb::Plan>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let plan = Stored::new(uow.new_id(), uow.now(), new);
    store::plans::insert(uow.conn(), &plan).await?;
    uow.emit(events::plan_adopted(&plan));
    uow.commit(plan.into()).await
}
