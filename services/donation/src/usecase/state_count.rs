//! Records a total that a source states.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::api::v1 as api;

use crate::domain::count_statement::CountStatement;
use crate::usecase::App;
use crate::{events, store};

/// Records it, unless the same sources stated this number, or another one, before.
pub(crate) async fn state(
    app: &App,
    call: &Call,
    new: CountStatement,
) -> Result<Committed<api::CountStatement>, Fault> {
    let mut uow = match app.db.begin::<api::CountStatement>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if !store::count_statements::insert(uow.conn(), &new).await? {
        let known = store::count_statements::find_natural(uow.conn(), &new).await?;
        known.recognise(&new)?;
        return Err(Fault::Exists(known.id.name()));
    }
    uow.emit(events::count_stated(&new));
    uow.commit(api::CountStatement::from(&new)).await
}
