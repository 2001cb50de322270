//! Cancels a planned activity and frees its participants' days.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::care::v1 as pb;

use super::{App, must_match, taken};
use crate::domain::activity::Activity;
use crate::domain::id::ActivityId;
use crate::{events, store};

/// Cancels the activity.
pub(crate) async fn cancel_activity(
    app: &App,
    call: &Call,
    id: ActivityId,
    etag: &str,
) -> Result<Committed<pb::Activity>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let activity = store::activities::lock(uow.conn(), id)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))?;
    must_match(etag, activity.version, &id.name())?;
    let activity: Activity = activity.cancel()?;
    let now = uow.now();
    if !store::activities::save(uow.conn(), &activity, now).await? {
        return Err(taken(None));
    }
    store::person_days::free(uow.conn(), id).await?;
    uow.emit(events::activity_moved(&activity));
    uow.commit(pb::Activity::from(&activity)).await
}
