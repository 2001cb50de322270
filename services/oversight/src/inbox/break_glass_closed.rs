//! A role taken in an emergency was given back before its time.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_kernel::Fault;
use jianyi_proto::identity::events::v1::BreakGlassClosed;

use super::instant;
use crate::store::break_glass;

/// Handles the event.
pub(crate) fn handle<'a>(
    uow: &'a mut Uow,
    received: &'a Received<BreakGlassClosed>,
) -> HandlerFuture<'a> {
    let event = &received.event;
    Box::pin(async move {
        let closed_at = instant(event.close_time)?;
        let known =
            break_glass::close(uow.conn(), &event.grant, closed_at, &event.closed_by).await?;
        if known {
            Ok(())
        } else {
            // Its opening is on its way.
            Err(Fault::Unavailable("the opening of this emergency".into()))
        }
    })
}
