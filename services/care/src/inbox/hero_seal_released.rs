//! A hero is no longer under confidentiality. Media that were withdrawn stay withdrawn.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_proto::member::events::v1::HeroSealReleased;

use crate::store;

/// Handles the event.
pub(crate) fn handle<'a>(
    uow: &'a mut Uow,
    received: &'a Received<HeroSealReleased>,
) -> HandlerFuture<'a> {
    Box::pin(async move {
        let hero = super::hero(uow, &received.event.hero).await?;
        let hero = hero.release(received.version);
        let now = uow.now();
        store::heroes::save(uow.conn(), &hero, now).await
    })
}
