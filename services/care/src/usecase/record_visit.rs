//! Records a condolence visit. Visits are counted by round, and are no event: whom they reached stays here.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::{care::v1 as pb, name};

use super::{App, taken};
use crate::domain::visit::{self, Visit};
use crate::store;

/// Records the visit, once.
pub(crate) async fn record_visit(
    app: &App,
    call: &Call,
    new: Visit,
) -> Result<Committed<pb::Visit>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let round = store::festival_rounds::find(uow.conn(), new.round)
        .await?
        .ok_or_else(|| Fault::NotFound(new.round.name()))?;
    let hero = store::heroes::lock(uow.conn(), &new.hero)
        .await?
        .ok_or(visit::Error::NotEligible)?;
    visit::admit(&round, &hero, new.with_media)?;
    if !store::visits::insert(uow.conn(), &new).await? {
        let found = store::visits::find_natural(uow.conn(), &new).await?;
        return Err(taken(found.map(|id| name::child(new.round, id))));
    }
    uow.commit(pb::Visit::from(&new)).await
}
