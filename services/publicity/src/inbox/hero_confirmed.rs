//! A hero whose name may be known was confirmed: an editor gets an empty draft.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_kernel::Fault;
use jianyi_proto::member::events::v1::HeroConfirmed;

use crate::domain::story::StoryState;
use crate::domain::{Recorded, Story};
use crate::{events, store};

pub(crate) fn handle<'a>(
    uow: &'a mut Uow,
    received: &'a Received<HeroConfirmed>,
) -> HandlerFuture<'a> {
    Box::pin(open_draft(uow, received))
}

async fn open_draft(uow: &mut Uow, received: &Received<HeroConfirmed>) -> Result<(), Fault> {
    let hero = super::named(&received.event.hero)?;
    // A sealing or revocation that overtook this confirmation stands.
    if received.version <= store::silences::raise(uow, hero, 0).await? {
        return Ok(());
    }
    let cipher = uow.cipher().clone();
    let stories = store::stories::lock_about(uow.conn(), hero, &cipher).await?;
    if stories
        .iter()
        .any(|story| story.fact.state == StoryState::Draft)
    {
        return Ok(());
    }
    let draft = Story::draft(hero.into(), received.version, received.division.clone());
    let story = Recorded::new(uow.new_id(), uow.now(), draft);
    store::stories::insert(uow.conn(), &story).await?;
    uow.emit(events::story_drafted(
        &story,
        hero,
        received.event.fact.clone(),
    ));
    Ok(())
}
