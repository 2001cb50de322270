//! Ends a role after its last day.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;
use time::Date;

use super::{App, Target, fence};
use crate::domain::role::RoleKey;
use crate::{events, store};

/// `to` is the day after the last one.
pub(crate) async fn run(
    app: &App,
    call: &Call,
    target: Target<RoleKey>,
    to: Date,
) -> Result<Committed<pb::RoleAssignment>, Fault> {
    let mut uow = match app.db.begin::<pb::RoleAssignment>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    fence::behind(app, &mut uow, target.id).await?;
    let role = store::roles::lock(uow.conn(), target.id).await?;
    let role = target.check(app, role, |role| role.version)?;
    let (role, ended) = role.end(to)?;
    let now = uow.now();
    store::roles::save(uow.conn(), &role, now).await?;
    uow.emit(events::role_ended(&app.county, &role, &ended));
    uow.commit(app.named(role).into()).await
}
