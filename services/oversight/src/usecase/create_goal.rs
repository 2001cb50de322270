//! Records a goal.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::goal::Goal;
use crate::events;
use crate::store;
use crate::usecase::App;

pub(crate) async fn create_goal(
    app: &App,
    call: &Call,
    new: Goal,
) -> Result<Committed<pb::Goal>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let goal = Stored::new(uow.new_id(), uow.now(), new);
    store::goals::insert(uow.conn(), &goal).await?;
    uow.emit(events::goal_set(&goal));
    uow.commit(goal.into()).await
}
