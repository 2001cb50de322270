//! Enters a role, and ends it at once when the source says until when it was held.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;

use super::{App, fence, vanished};
use crate::domain::role::{Profile, Role};
use crate::{events, store};

pub(crate) async fn run(
    app: &App,
    call: &Call,
    profile: Profile,
) -> Result<Committed<pb::RoleAssignment>, Fault> {
    let mut uow = match app.db.begin::<pb::RoleAssignment>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    fence::person(app, &mut uow, profile.person).await?;
    if !store::people::hold(uow.conn(), profile.person).await? {
        return Err(Fault::NotFound(app.name(profile.person)));
    }
    let today = uow.now().business_date();
    let unit = store::org_units::get(uow.conn(), profile.org_unit, today).await?;
    let unit = unit.ok_or_else(|| Fault::NotFound(app.name(profile.org_unit)))?;
    if let Some(existing) = store::roles::find_natural(uow.conn(), &profile).await? {
        return Err(Fault::Exists(app.name(existing)));
    }

    let to = profile.to;
    let (mut role, started) = Role::start(uow.new_id(), profile, unit.profile.tier, uow.now())?;
    uow.emit(events::role_started(&app.county, &role, &started));
    if let Some(to) = to {
        let (ended_role, ended) = role.end(to)?;
        role = ended_role;
        uow.emit(events::role_ended(&app.county, &role, &ended));
    }
    if !store::roles::insert(uow.conn(), &role).await? {
        let existing = store::roles::find_natural(uow.conn(), &role.profile)
            .await?
            .ok_or_else(vanished)?;
        return Err(Fault::Exists(app.name(existing)));
    }
    uow.commit(app.named(role).into()).await
}
