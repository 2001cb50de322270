//! A hero was confirmed: benefits may be granted from now on.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_proto::member::events::v1::HeroConfirmed;

use crate::{events, store};

/// Handles the event.
pub(crate) fn handle<'a>(
    uow: &'a mut Uow,
    received: &'a Received<HeroConfirmed>,
) -> HandlerFuture<'a> {
    Box::pin(async move {
        let event = &received.event;
        let on = super::first_day(event.fact.as_ref())?;
        let hero = super::hero(uow, &event.hero).await?;
        let (hero, became_eligible) = hero.confirm(on, false, received.version);
        let now = uow.now();
        store::heroes::save(uow.conn(), &hero, now).await?;
        if became_eligible {
            let sources = event.fact.as_ref().map_or(&[][..], |fact| &fact.sources);
            events::hero_became_eligible(&hero, sources)
                .into_iter()
                .for_each(|event| uow.emit(event));
        }
        Ok(())
    })
}
