//! A hero belongs to another county: stories go by the new name, and nothing heard late under the old one opens
//! another.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_kernel::Fault;
use jianyi_proto::member::events::v1::HeroMoved;

use crate::store;

pub(crate) fn handle<'a>(uow: &'a mut Uow, received: &'a Received<HeroMoved>) -> HandlerFuture<'a> {
    Box::pin(rename(uow, received))
}

async fn rename(uow: &mut Uow, received: &Received<HeroMoved>) -> Result<(), Fault> {
    let event = &received.event;
    let (hero, former) = (super::named(&event.hero)?, super::named(&event.former)?);
    let silent = store::silences::raise(uow, former, 0).await?;
    let silent = store::silences::raise(uow, hero, silent).await?;
    store::silences::raise(uow, former, received.version).await?;
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    for story in store::stories::lock_about(uow.conn(), former, &cipher).await? {
        let Some(about) = &story.fact.about else {
            continue;
        };
        // Silenced under the new name before this was heard: nothing of it may stay.
        let overtaken = about.version < silent && silent > received.version;
        let moved = story.moved_to(hero.into(), received.division.clone());
        let moved = match moved.clone().sealed_at(silent) {
            Some(forgotten) if overtaken => forgotten,
            Some(_) | None => moved,
        };
        store::stories::save(uow.conn(), &moved, now, &cipher).await?;
    }
    Ok(())
}
