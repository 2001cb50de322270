//! Records that a unit no longer exists.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, FuzzyDate};
use jianyi_proto::member::v1 as pb;

use super::{App, Target};
use crate::domain::org_unit::OrgUnitKey;
use crate::{events, store};

pub(crate) async fn run(
    app: &App,
    call: &Call,
    target: Target<OrgUnitKey>,
    closed_on: FuzzyDate,
) -> Result<Committed<pb::OrgUnit>, Fault> {
    let mut uow = match app.db.begin::<pb::OrgUnit>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    // New units below lock this row too, so the count holds until the commit.
    let unit = store::org_units::lock(uow.conn(), target.id).await?;
    let unit = target.check(app, unit, |unit| unit.version)?;
    let open_below = store::org_units::open_below(uow.conn(), unit.id).await?;

    let (unit, closed) = unit.close(closed_on, open_below)?;
    let now = uow.now();
    store::org_units::save(uow.conn(), &unit, now).await?;
    uow.emit(events::org_unit_closed(&app.county, &unit, &closed));
    uow.commit(app.named(unit).into()).await
}
