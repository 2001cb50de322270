//! A hero's title was revoked: drafts are withdrawn. A hero who died stays a hero; their story stays.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_kernel::Fault;
use jianyi_proto::member::events::v1::{HeroEnd, HeroEnded};

use crate::{events, store};

pub(crate) fn handle<'a>(uow: &'a mut Uow, received: &'a Received<HeroEnded>) -> HandlerFuture<'a> {
    Box::pin(withdraw(uow, received))
}

async fn withdraw(uow: &mut Uow, received: &Received<HeroEnded>) -> Result<(), Fault> {
    let hero = super::named(&received.event.hero)?;
    match received.event.reason() {
        HeroEnd::Revoked => {}
        HeroEnd::Deceased | HeroEnd::Unspecified => return Ok(()),
    }
    store::silences::raise(uow, hero, received.version).await?;
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    for story in store::stories::lock_about(uow.conn(), hero, &cipher).await? {
        if let Some(withdrawn) = story.revoked_at(received.version) {
            store::stories::save(uow.conn(), &withdrawn, now, &cipher).await?;
            uow.emit(events::story_withdrawn(
                &withdrawn,
                received.event.fact.clone(),
            ));
        }
    }
    Ok(())
}
