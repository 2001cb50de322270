//! Donation refused the money, with a reason code.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_proto::donation::events::v1::ExpenseRefused;

use crate::domain::expense_request::Answer;

/// Handles the event.
pub(crate) fn handle<'a>(
    uow: &'a mut Uow,
    received: &'a Received<ExpenseRefused>,
) -> HandlerFuture<'a> {
    let event = &received.event;
    Box::pin(super::answer(
        uow,
        &event.request,
        Answer::Refused(event.reason.clone()),
        received.version,
    ))
}
