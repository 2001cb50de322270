//! Records a total as a source states it, and refuses a second number from the same source.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::api::v1 as api;

use super::{App, taken};
use crate::convert::count_statement::reply;
use crate::domain::count_statement::CountStatement;
use crate::{events, store};

/// Records the statement, once.
pub(crate) async fn state_count(
    app: &App,
    call: &Call,
    new: CountStatement,
) -> Result<Committed<api::CountStatement>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if !store::count_statements::insert(uow.conn(), &new).await? {
        let Some(found) = store::count_statements::find_natural(uow.conn(), &new).await? else {
            return Err(taken(None));
        };
        found.must_agree(new.count)?;
        return Err(taken(Some(found.id.name())));
    }
    uow.emit(events::count_stated(&new));
    uow.commit(reply(&new)).await
}
