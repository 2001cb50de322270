//! Enters a unit into the tree, and closes it at once when the source says that it is gone.

use jianyi_db::{Begun, Committed, Uow};
use jianyi_kernel::{Call, Fault, Violation};
use jianyi_proto::member::v1 as pb;

use super::{App, vanished};
use crate::domain::org_unit::{Above, OrgUnit, OrgUnitId, Profile};
use crate::{events, store};

pub(crate) async fn run(
    app: &App,
    call: &Call,
    profile: Profile,
) -> Result<Committed<pb::OrgUnit>, Fault> {
    let mut uow = match app.db.begin::<pb::OrgUnit>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let today = uow.now().business_date();
    if store::divisions::get(uow.conn(), profile.division.as_str(), today)
        .await?
        .is_none()
    {
        return Err(unknown_division().into());
    }
    if let Some(existing) = find_same(&mut uow, &profile).await? {
        return Err(Fault::Exists(app.name(existing)));
    }
    let above = match profile.above {
        Above::Nothing | Above::City(_) => None,
        Above::Here(id) => {
            let above = store::org_units::lock(uow.conn(), id).await?;
            Some(above.ok_or_else(|| Fault::NotFound(app.name(id)))?)
        }
    };

    let closed_on = profile.closed_on.clone();
    let (mut unit, opened) = OrgUnit::open(uow.new_id(), profile, above.as_ref(), uow.now())?;
    uow.emit(events::org_unit_opened(&app.county, &unit, &opened));
    if let Some(on) = closed_on {
        let (closed_unit, closed) = unit.close(on, 0)?;
        unit = closed_unit;
        uow.emit(events::org_unit_closed(&app.county, &unit, &closed));
    }

    if !store::org_units::insert(uow.conn(), &unit).await? {
        let existing = find_same(&mut uow, &unit.profile)
            .await?
            .ok_or_else(vanished)?;
        return Err(Fault::Exists(app.name(existing)));
    }
    let (name_id, now) = (uow.clock().new_uuid(), uow.now());
    let display_name = unit.profile.display_name.clone();
    store::org_unit_names::insert(uow.conn(), name_id, unit.id, &display_name, None, now).await?;
    uow.commit(app.named(unit).into()).await
}

/// The unit on record that this one is: by name in its place, or by social credit code.
async fn find_same(uow: &mut Uow, profile: &Profile) -> Result<Option<OrgUnitId>, Fault> {
    let named = store::org_units::find_natural(
        uow.conn(),
        profile.kind,
        &profile.division,
        &profile.display_name,
    )
    .await?;
    match (&profile.uscc, named) {
        (Some(uscc), None) => store::org_units::find_uscc(uow.conn(), uscc).await,
        (_, named) => Ok(named),
    }
}

fn unknown_division() -> Violation {
    Violation::new(
        "org_unit.division",
        "DIVISION_UNKNOWN",
        "no such division is valid today; see ListDivisions".into(),
        "区划代码不在现行区划表中,请核对",
    )
}
