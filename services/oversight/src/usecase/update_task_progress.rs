//! Takes news about a task in: O01, plan against done.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::task::{PlanTask, Progress};
use crate::store::{self, Window};
use crate::usecase::{App, found, fresh};

pub(crate) async fn update_task_progress(
    app: &App,
    call: &Call,
    id: Id<PlanTask>,
    news: Progress,
    etag: &str,
) -> Result<Committed<pb::PlanTask>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    store::plan_tasks::lock(uow.conn(), id).await?;
    let task = found(
        id,
        store::plan_tasks::select(uow.conn(), &Window::one(id)).await?,
    )?;
    fresh(&task, etag)?;
    let task = Stored {
        version: task.version + 1,
        it: task.it.progress(news)?,
        ..task
    };
    let now = uow.now();
    store::plan_tasks::update(uow.conn(), &task, now).await?;
    uow.commit(task.into()).await
}
