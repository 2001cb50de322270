//! Opens a person's request about their own data, and says by when it is due.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::member::v1 as pb;

use super::{App, fence};
use crate::domain::subject_request::{Asked, Request};
use crate::store;

pub(crate) async fn run(
    app: &App,
    call: &Call,
    asked: Asked,
) -> Result<Committed<pb::SubjectRequest>, Fault> {
    let mut uow = match app.db.begin::<pb::SubjectRequest>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    fence::person(app, &mut uow, asked.person).await?;
    let days = store::subject_requests::working_days(uow.conn(), asked.received_on).await?;
    let calendar = store::announced_days::calendar_from(uow.conn(), asked.received_on).await?;
    let request = Request::open(uow.new_id(), asked, (days, &calendar), uow.now())?;
    store::subject_requests::insert(uow.conn(), &cipher, &request).await?;
    uow.commit(app.named(request).into()).await
}
