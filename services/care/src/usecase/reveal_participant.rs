//! Shows a participant unmasked.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::{care::v1 as pb, name};

use crate::convert::participant::reply;
use crate::domain::id::{ActivityId, ParticipantId};
use crate::store;
use crate::usecase::App;

/// Reads it and records, in one transaction, who asked and what for.
pub(crate) async fn reveal_participant(
    app: &App,
    call: &Call,
    activity: ActivityId,
    id: ParticipantId,
) -> Result<Committed<pb::ActivityParticipant>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let found = store::participants::find(uow.conn(), activity, id)
        .await?
        .ok_or_else(|| Fault::NotFound(name::child(activity, id)))?;
    let shown = reply(&found, uow.cipher())?;
    uow.commit(shown).await
}
