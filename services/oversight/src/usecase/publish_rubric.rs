//! Publishes a rubric, when its known weights make 100 (V-117).

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, FuzzyDate, Id};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::rubric::Rubric;
use crate::events;
use crate::store::{self, Window};
use crate::usecase::{App, found};

/// Without a date it is published today.
pub(crate) async fn publish_rubric(
    app: &App,
    call: &Call,
    id: Id<Rubric>,
    published_on: Option<FuzzyDate>,
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
    let now = uow.now();
    let published_on = published_on.unwrap_or_else(|| FuzzyDate::day(now.business_date()));
    let rubric = Stored {
        version: rubric.version + 1,
        it: rubric.it.publish(published_on)?,
        ..rubric
    };
    store::rubrics::update(uow.conn(), &rubric, now).await?;
    uow.emit(events::rubric_published(&rubric));
    uow.commit(rubric.into()).await
}
