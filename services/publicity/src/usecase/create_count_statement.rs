//! Records a total that a source states.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::api::v1 as api;

use super::App;
use crate::domain::{CountStatement, Recorded};
use crate::{events, store};

/// Records it.
///
/// # Errors
/// [`Fault::Exists`] when the same is on record, [`Fault::Refused`] `COUNT_CONFLICT` when another
/// number is.
pub(crate) async fn create_count_statement(
    app: &App,
    call: &Call,
    statement: CountStatement,
) -> Result<Committed<api::CountStatement>, Fault> {
    let mut uow = match app.db.begin::<api::CountStatement>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let statement = Recorded::new(uow.new_id(), uow.now(), statement);
    let kept = store::count_statements::insert(uow.conn(), &statement).await?;
    if kept != statement.id {
        let before = store::count_statements::get(uow.conn(), kept).await?;
        before.agrees_with(statement.fact.count)?;
        return Err(Fault::Exists(before.name()));
    }
    uow.emit(events::count_stated(&statement));
    uow.commit(statement.into()).await
}
