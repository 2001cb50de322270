//! Records an activity: planned, or closed at once when it is of the past.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::care::v1 as pb;

use super::{App, taken};
use crate::domain::activity::{Activity, Closing};
use crate::{events, store};

/// Records the activity, once.
pub(crate) async fn create_activity(
    app: &App,
    call: &Call,
    new: Activity,
    close: bool,
) -> Result<Committed<pb::Activity>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if let Some(programme) = new.programme
        && store::programmes::find(uow.conn(), programme)
            .await?
            .is_none()
    {
        return Err(Fault::NotFound(programme.name()));
    }
    let activity = if close {
        // Closed is how it enters the record, so this is its first version.
        Activity {
            version: 1,
            ..new.close(Closing::default(), uow.now().business_date())?
        }
    } else {
        new
    };
    if !store::activities::insert(uow.conn(), &activity).await? {
        let found = store::activities::find_natural(uow.conn(), &activity).await?;
        return Err(taken(found.map(Id::name)));
    }
    uow.emit(events::activity_moved(&activity));
    uow.commit(pb::Activity::from(&activity)).await
}
