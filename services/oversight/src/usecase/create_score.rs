//! Records a county's result under a published rubric.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::score::Score;
use crate::events;
use crate::store::{self, Window};
use crate::usecase::{App, found};

pub(crate) async fn create_score(
    app: &App,
    call: &Call,
    new: Score,
) -> Result<Committed<pb::Score>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let rubric = found(
        new.rubric,
        store::rubrics::select(uow.conn(), &Window::one(new.rubric)).await?,
    )?;
    rubric.it.must_be_published()?;
    let score = Stored::new(uow.new_id(), uow.now(), new);
    store::scores::insert(uow.conn(), &score).await?;
    uow.emit(events::score_recorded(&score, &rubric.it));
    uow.commit(score.into()).await
}
