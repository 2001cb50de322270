//! Records a governance body.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::oversight::v1 as pb;

use crate::domain::Stored;
use crate::domain::body::GovernanceBody;
use crate::events;
use crate::store;
use crate::usecase::App;

pub(crate) async fn create_governance_body(
    app: &App,
    call: &Call,
    new: GovernanceBody,
) -> Result<Committed<pb::GovernanceBody>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let body = Stored::new(uow.new_id(), uow.now(), new);
    store::governance_bodies::insert(uow.conn(), &body).await?;
    uow.emit(events::governance_body_formed(&body));
    uow.commit(body.into()).await
}
