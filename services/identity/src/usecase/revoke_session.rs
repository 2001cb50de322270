//! Ends a session: one's own, or anybody's as the security administrator.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::identity::v1 as pb;

use super::tell_branches::tell_branches;
use super::{App, administers};
use crate::domain::{Ended, SessionKind};
use crate::store;

/// Ends a session.
pub(crate) async fn revoke_session(
    app: &App,
    call: &Call,
    id: Id<SessionKind>,
) -> Result<Committed<pb::Session>, Fault> {
    let mut uow = match app.db.begin::<pb::Session>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let session = store::sessions::lock(uow.conn(), id).await?;
    let own = session.account.name() == call.caller.subject;
    if !own && !administers(&call.caller, "ROLE_SECURITY_ADMINISTRATOR") {
        return Err(Fault::NotFound(id.name()));
    }
    let now = uow.now();
    let session = session.end(now)?;
    store::sessions::end(uow.conn(), id, Ended::Revoked, now).await?;
    if !own {
        // Whom the security administrator puts out here is put out at the branches, too.
        tell_branches(app, &mut uow, session.account).await?;
    }
    uow.commit(session.into()).await
}
