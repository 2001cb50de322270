//! Refuses a request, for a reason that is told to the person.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Pii};
use jianyi_proto::member::v1 as pb;

use super::{App, Target, fence};
use crate::domain::subject_request::RequestKey;
use crate::store;

pub(crate) async fn run(
    app: &App,
    call: &Call,
    target: Target<RequestKey>,
    reason: Pii<String>,
) -> Result<Committed<pb::SubjectRequest>, Fault> {
    let mut uow = match app.db.begin::<pb::SubjectRequest>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    fence::behind(app, &mut uow, target.id).await?;
    let request = store::subject_requests::lock(uow.conn(), &cipher, target.id).await?;
    let request = target.check(app, request, |request| request.version)?;
    let request = request.refuse(reason, now.business_date())?;
    store::subject_requests::save(uow.conn(), &cipher, &request, now).await?;
    uow.commit(app.named(request).into()).await
}
