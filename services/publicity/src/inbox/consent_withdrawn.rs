//! Somebody no longer agrees to be written about: what was drafted is withdrawn and emptied, and nothing heard
//! late opens it again.

use jianyi_bus::{HandlerFuture, Received};
use jianyi_db::Uow;
use jianyi_kernel::Fault;
use jianyi_proto::member::events::v1::ConsentWithdrawn;

use crate::{events, store};

/// Purposes without which nothing is published.
const PUBLISHING: [&str; 2] = ["publish_story", "release_confidentiality"];

pub(crate) fn handle<'a>(
    uow: &'a mut Uow,
    received: &'a Received<ConsentWithdrawn>,
) -> HandlerFuture<'a> {
    Box::pin(take_down(uow, received))
}

async fn take_down(uow: &mut Uow, received: &Received<ConsentWithdrawn>) -> Result<(), Fault> {
    let event = &received.event;
    if !PUBLISHING.contains(&event.purpose.as_str()) {
        return Ok(());
    }
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    for hero in &event.heroes {
        store::silences::raise(uow, hero, 0).await?;
        for story in store::stories::lock_about(uow.conn(), hero, &cipher).await? {
            let opened = story.fact.about.as_ref().map_or(0, |about| about.version);
            store::silences::raise(uow, hero, opened).await?;
            if let Some(withdrawn) = story.not_agreed_to() {
                store::stories::save(uow.conn(), &withdrawn, now, &cipher).await?;
                uow.emit(events::story_withdrawn(&withdrawn, event.fact.clone()));
            }
        }
    }
    Ok(())
}
