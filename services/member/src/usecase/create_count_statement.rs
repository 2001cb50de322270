//! Records a total that a source states; another number from the same source waits for a human.

use jianyi_db::{Begun, Committed, Uow};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::api::v1 as pb;

use super::{App, vanished};
use crate::domain::count_statement::{CountStatement, CountStatementId, Profile};
use crate::{events, store};

pub(crate) async fn run(
    app: &App,
    call: &Call,
    profile: Profile,
) -> Result<Committed<pb::CountStatement>, Fault> {
    let mut uow = match app.db.begin::<pb::CountStatement>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if let Some(existing) = store::count_statements::find_natural(uow.conn(), &profile).await? {
        return Err(recorded(app, &mut uow, existing, &profile).await?);
    }
    let (statement, stated) = CountStatement::record(uow.new_id(), profile, uow.now());
    if !store::count_statements::insert(uow.conn(), &statement).await? {
        let existing =
            store::count_statements::find_natural(uow.conn(), &statement.profile).await?;
        let existing = existing.ok_or_else(vanished)?;
        return Err(recorded(app, &mut uow, existing, &statement.profile).await?);
    }
    uow.emit(events::count_stated(&app.county, &statement, &stated));
    uow.commit(app.named(statement).into()).await
}

/// What to answer when the key is on record: the statement exists, or the numbers differ.
async fn recorded(
    app: &App,
    uow: &mut Uow,
    id: CountStatementId,
    new: &Profile,
) -> Result<Fault, Fault> {
    let existing = store::count_statements::get(uow.conn(), id)
        .await?
        .ok_or_else(vanished)?;
    existing.agrees(new.count, app.name(id))?;
    Ok(Fault::Exists(app.name(id)))
}
