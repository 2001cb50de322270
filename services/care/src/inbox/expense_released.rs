//! Reserved money went back to its fund unpaid: the activity has it no longer.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_proto::donation::events::v1::ExpenseReleased;

use crate::domain::expense_request::Answer;

/// Handles the event.
pub(crate) fn handle<'a>(
    uow: &'a mut Uow,
    received: &'a Received<ExpenseReleased>,
) -> HandlerFuture<'a> {
    Box::pin(super::answer(
        uow,
        &received.event.request,
        Answer::Released,
        received.version,
    ))
}
