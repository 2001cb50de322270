//! Gives a unit another name from a day on, and keeps the former one.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;
use time::Date;

use super::{App, Target};
use crate::domain::org_unit::OrgUnitKey;
use crate::{events, store};

pub(crate) async fn run(
    app: &App,
    call: &Call,
    target: Target<OrgUnitKey>,
    display_name: String,
    effective_on: Date,
) -> Result<Committed<pb::OrgUnit>, Fault> {
    let mut uow = match app.db.begin::<pb::OrgUnit>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let unit = store::org_units::lock(uow.conn(), target.id).await?;
    let unit = target.check(app, unit, |unit| unit.version)?;
    let (kind, division) = (unit.profile.kind, unit.profile.division.clone());
    let bearer = store::org_units::find_natural(uow.conn(), kind, &division, &display_name).await?;
    if let Some(other) = bearer.filter(|bearer| *bearer != unit.id) {
        return Err(Fault::Exists(app.name(other)));
    }
    let newest = store::org_unit_names::newest_from(uow.conn(), unit.id).await?;

    let (unit, renamed) = unit.rename(display_name, effective_on, newest)?;
    let (name_id, now) = (uow.clock().new_uuid(), uow.now());
    let name = unit.profile.display_name.clone();
    store::org_units::save(uow.conn(), &unit, now).await?;
    store::org_unit_names::insert(uow.conn(), name_id, unit.id, &name, Some(renamed.from), now)
        .await?;
    uow.emit(events::org_unit_renamed(&app.county, &unit, &renamed));
    uow.commit(app.named(unit).into()).await
}
