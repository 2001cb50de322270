//! Somebody who must stay unknown belongs to another county; only the name changes, and nobody hears of it.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_proto::member::events::v1::SealedHeroMoved;

/// Handles the event.
pub(crate) fn handle<'a>(
    uow: &'a mut Uow,
    received: &'a Received<SealedHeroMoved>,
) -> HandlerFuture<'a> {
    let event = &received.event;
    Box::pin(super::moved(
        uow,
        (&event.hero, &event.former),
        event.fact.as_ref(),
        received.version,
    ))
}
