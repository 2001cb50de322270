//! Records a study session.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::study::StudySession;
use crate::events;
use crate::store;
use crate::usecase::App;

pub(crate) async fn create_study_session(
    app: &App,
    call: &Call,
    new: StudySession,
) -> Result<Committed<pb::StudySession>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let session = Stored::new(uow.new_id(), uow.now(), new);
    store::study_sessions::insert(uow.conn(), &session).await?;
    uow.emit(events::study_session_held(&session));
    uow.commit(session.into()).await
}
