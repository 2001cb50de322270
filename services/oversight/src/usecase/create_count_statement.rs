//! Records a stated total; the same source with another number is a conflict (V-109).

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::api::v1 as pb;

use crate::domain::Stored;
use crate::domain::count_statement::CountStatement;
use crate::events;
use crate::store::{self, Window};
use crate::usecase::{App, found};

pub(crate) async fn create_count_statement(
    app: &App,
    call: &Call,
    new: CountStatement,
) -> Result<Committed<pb::CountStatement>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let statement = Stored::new(uow.new_id(), uow.now(), new);
    if !store::count_statements::insert(uow.conn(), &statement).await? {
        let id = store::count_statements::find_natural(uow.conn(), &statement.it).await?;
        let rows = store::count_statements::select(uow.conn(), &Window::one(id)).await?;
        let recorded = found(id, rows)?;
        recorded.agrees_with(statement.it.count)?;
        return Err(Fault::Exists(recorded.id.name()));
    }
    uow.emit(events::count_stated(&statement));
    uow.commit(statement.into()).await
}
