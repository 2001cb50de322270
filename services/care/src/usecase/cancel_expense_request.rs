//! Withdraws a request for money that has no answer yet.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::care::v1 as pb;

use super::{App, must_match};
use crate::domain::expense_request::ExpenseRequest;
use crate::domain::id::ExpenseRequestId;
use crate::store;

/// Withdraws the request.
pub(crate) async fn cancel_expense_request(
    app: &App,
    call: &Call,
    id: ExpenseRequestId,
    etag: &str,
) -> Result<Committed<pb::ExpenseRequest>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let request = store::expense_requests::lock(uow.conn(), id)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))?;
    must_match(etag, request.version, &id.name())?;
    let request: ExpenseRequest = request.cancel()?;
    let now = uow.now();
    store::expense_requests::save(uow.conn(), &request, now).await?;
    uow.commit(pb::ExpenseRequest::from(&request)).await
}
