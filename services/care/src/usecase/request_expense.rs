//! Asks donation for money for an activity. The answer comes as an event.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::care::v1 as pb;

use super::App;
use crate::convert::expense_request::NewExpenseRequest;
use crate::domain::expense_request::{ExpenseRequest, ExpenseState};
use crate::{events, store};

/// Records the request and asks.
pub(crate) async fn request_expense(
    app: &App,
    call: &Call,
    new: NewExpenseRequest,
) -> Result<Committed<pb::ExpenseRequest>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let activity = store::activities::lock(uow.conn(), new.activity)
        .await?
        .ok_or_else(|| Fault::NotFound(new.activity.name()))?;
    activity.must_take_place()?;
    let request = ExpenseRequest {
        id: new.id,
        version: 1,
        created_at: uow.now(),
        activity: new.activity,
        fund: new.fund,
        amount_fen: new.amount_fen,
        purpose: new.purpose,
        state: ExpenseState::Requested,
        refusal: None,
        answer_version: 0,
        division: activity.division,
        sources: new.provenance.sources,
        locations: new.provenance.locations,
    };
    store::expense_requests::insert(uow.conn(), &request).await?;
    uow.emit(events::expense_requested(&request));
    uow.commit(pb::ExpenseRequest::from(&request)).await
}
