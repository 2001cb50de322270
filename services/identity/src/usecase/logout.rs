//! Ends the session of the call's own token.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::identity::v1 as pb;

use super::{App, session_of};
use crate::domain::Ended;
use crate::store;

/// Ends this session; without one there is nothing to end.
pub(crate) async fn logout(app: &App, call: &Call) -> Result<Committed<pb::LogoutResponse>, Fault> {
    let mut uow = match app.db.begin::<pb::LogoutResponse>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if let Some(session) = session_of(&call.caller) {
        let now = uow.now();
        store::sessions::end(uow.conn(), session, Ended::Logout, now).await?;
    }
    uow.commit(pb::LogoutResponse {}).await
}
