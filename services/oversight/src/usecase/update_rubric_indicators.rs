//! Replaces the indicators of a draft; a published rubric refuses (O02).

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::rubric::{Indicator, Rubric};
use crate::store::{self, Window};
use crate::usecase::{App, found, fresh};

pub(crate) async fn update_rubric_indicators(
    app: &App,
    call: &Call,
    id: Id<Rubric>,
    indicators: Option<Vec<Indicator>>,
    etag: &str,
) -> Result<Committed<pb::Rubric>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    store::rubrics::lock(uow.conn(), id).await?;
    let rubric = found(
        id,
        store::rubrics::select(uow.conn(), &Window::one(id)).await?,
    )?;
    fresh(&rubric, etag)?;
    let rubric = Stored {
        version: rubric.version + 1,
        it: rubric.it.edit(indicators)?,
        ..rubric
    };
    let now = uow.now();
    store::rubrics::update(uow.conn(), &rubric, now).await?;
    uow.commit(rubric.into()).await
}
