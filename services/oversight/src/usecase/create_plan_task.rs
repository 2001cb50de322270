//! Records a task of a plan.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::task::PlanTask;
use crate::events;
use crate::store::{self, Window};
use crate::usecase::{App, found};

pub(crate) async fn create_plan_task(
    app: &App,
    call: &Call,
    new: PlanTask,
) -> Result<Committed<pb::PlanTask>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let plan = found(
        new.plan,
        store::plans::select(uow.conn(), &Window::one(new.plan)).await?,
    )?;
    let task = Stored::new(uow.new_id(), uow.now(), new);
    store::plan_tasks::insert(uow.conn(), &task).await?;
    uow.emit(events::plan_task_set(&task, &plan.it));
    uow.commit(task.into()).await
}
