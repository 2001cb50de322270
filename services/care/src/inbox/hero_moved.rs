//! A hero belongs to another county: visits, grants and places at activities go by the new name.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_proto::member::events::v1::HeroMoved;

/// Handles the event.
pub(crate) fn handle<'a>(uow: &'a mut Uow, received: &'a Received<HeroMoved>) -> HandlerFuture<'a> {
    let event = &received.event;
    Box::pin(super::moved(
        uow,
        (&event.hero, &event.former),
        event.fact.as_ref(),
        received.version,
    ))
}
