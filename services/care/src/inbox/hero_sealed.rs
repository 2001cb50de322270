//! A known hero was put under confidentiality: from now on nothing about them leaves this service.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_proto::member::events::v1::HeroSealed;

use crate::store;

/// Handles the event.
pub(crate) fn handle<'a>(
    uow: &'a mut Uow,
    received: &'a Received<HeroSealed>,
) -> HandlerFuture<'a> {
    Box::pin(async move {
        let hero = super::hero(uow, &received.event.hero)
            .await?
            .seal(received.version);
        let now = uow.now();
        store::heroes::save(uow.conn(), &hero, now).await?;
        if !hero.sealed {
            return Ok(());
        }
        store::visits::withdraw_media(uow.conn(), &hero.hero, now).await
    })
}
