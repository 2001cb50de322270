//! Records a session of a campaign.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::{Recorded, SixEnterSession};
use crate::{events, store};

/// Records it, dated by itself or by its campaign.
///
/// # Errors
/// [`Fault::Exists`] when it is on record; [`Fault::NotFound`] for a campaign that is not.
pub(crate) async fn create_six_enter_session(
    app: &App,
    call: &Call,
    session: SixEnterSession,
) -> Result<Committed<pb::SixEnterSession>, Fault> {
    let mut uow = match app.db.begin::<pb::SixEnterSession>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let campaign = store::six_enter_campaigns::get(uow.conn(), session.campaign).await?;
    let session = Recorded::new(uow.new_id(), uow.now(), session);
    let held_within = session.fact.held_within(&campaign);
    store::six_enter_sessions::insert(uow.conn(), &session, held_within).await?;
    uow.emit(events::six_enter_session_held(&session, held_within));
    uow.commit(session.into()).await
}
