//! Copies a rubric as the draft of another year: the way to change a published one (O02).

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::rubric::Rubric;
use crate::store::{self, Window};
use crate::usecase::{App, found};

pub(crate) async fn copy_rubric(
    app: &App,
    call: &Call,
    id: Id<Rubric>,
    year: i32,
    title: Option<String>,
) -> Result<Committed<pb::Rubric>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let original = found(
        id,
        store::rubrics::select(uow.conn(), &Window::one(id)).await?,
    )?;
    let copy = Stored::new(uow.new_id(), uow.now(), original.it.copy_for(year, title));
    store::rubrics::insert(uow.conn(), &copy).await?;
    uow.commit(copy.into()).await
}
