//! Donation reserved the money.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_proto::donation::events::v1::ExpenseReserved;

use crate::domain::expense_request::Answer;

/// Handles the event.
pub(crate) fn handle<'a>(
    uow: &'a mut Uow,
    received: &'a Received<ExpenseReserved>,
) -> HandlerFuture<'a> {
    Box::pin(super::answer(
        uow,
        &received.event.request,
        Answer::Reserved,
        received.version,
    ))
}
