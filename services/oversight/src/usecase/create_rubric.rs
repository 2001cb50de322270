//! Records a rubric: a draft, or one that is known to have been published.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::rubric::{Rubric, RubricState};
use crate::events;
use crate::store::{self, Window};
use crate::usecase::{App, found};

pub(crate) async fn create_rubric(
    app: &App,
    call: &Call,
    new: Rubric,
) -> Result<Committed<pb::Rubric>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if let Some(document) = new.based_on {
        found(
            document,
            store::documents::select(uow.conn(), &Window::one(document)).await?,
        )?;
    }
    // A rubric that comes with its date of publication is published by the same rule as any other.
    let published_on = new.published_on.clone();
    let dated = published_on.span().is_some() || !published_on.text().is_empty();
    let rubric = Stored::new(
        uow.new_id(),
        uow.now(),
        if dated {
            new.publish(published_on)?
        } else {
            new
        },
    );
    store::rubrics::insert(uow.conn(), &rubric).await?;
    match rubric.it.state {
        RubricState::Published => uow.emit(events::rubric_published(&rubric)),
        RubricState::Draft => {}
    }
    uow.commit(rubric.into()).await
}
