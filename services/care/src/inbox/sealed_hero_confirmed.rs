//! Somebody who must stay unknown was confirmed: benefits may be granted, and nothing is said about it.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_proto::member::events::v1::SealedHeroConfirmed;

use crate::store;

/// Handles the event.
pub(crate) fn handle<'a>(
    uow: &'a mut Uow,
    received: &'a Received<SealedHeroConfirmed>,
) -> HandlerFuture<'a> {
    Box::pin(async move {
        let on = super::first_day(received.event.fact.as_ref())?;
        let hero = super::hero(uow, &received.event.hero).await?;
        let (hero, _) = hero.confirm(on, true, received.version);
        let now = uow.now();
        store::heroes::save(uow.conn(), &hero, now).await
    })
}
