//! A known hero was put under confidentiality: every story is emptied and forgets whom it was about.
//! Nothing is published about it; an event now would point at the hero.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_kernel::Fault;
use jianyi_proto::member::events::v1::HeroSealed;

use crate::store;

pub(crate) fn handle<'a>(
    uow: &'a mut Uow,
    received: &'a Received<HeroSealed>,
) -> HandlerFuture<'a> {
    Box::pin(forget(uow, received))
}

async fn forget(uow: &mut Uow, received: &Received<HeroSealed>) -> Result<(), Fault> {
    let hero = super::named(&received.event.hero)?;
    store::silences::raise(uow, hero, received.version).await?;
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    for story in store::stories::lock_about(uow.conn(), hero, &cipher).await? {
        if let Some(forgotten) = story.sealed_at(received.version) {
            store::stories::save(uow.conn(), &forgotten, now, &cipher).await?;
        }
    }
    Ok(())
}
