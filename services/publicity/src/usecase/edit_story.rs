//! Edits a draft story.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Caller, Fault, Id, Pii};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::{Story, story};
use crate::store;

/// Replaces the text. An empty `etag` overwrites whatever is there.
///
/// # Errors
/// [`Fault::NotFound`], [`Fault::Stale`], or [`Fault::Refused`] `STORY_WITHDRAWN`.
pub(crate) async fn edit_story(
    app: &App,
    call: &Call,
    id: Id<Story>,
    text: Pii<String>,
    etag: &str,
) -> Result<Committed<pb::Story>, Fault> {
    let mut uow = match app.db.begin::<pb::Story>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return still_known(app, &call.caller, id, reply).await,
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let story = store::stories::lock(uow.conn(), id, &cipher).await?;
    if !etag.is_empty() && etag != story.version.to_string() {
        return Err(Fault::Stale(story.name()));
    }
    let story = story.edit(text)?;
    store::stories::save(uow.conn(), &story, now, &cipher).await?;
    uow.commit(story.into()).await
}

/// The answer of an earlier edit, unless the hero was sealed since: then nobody is told again whom the
/// story was about.
async fn still_known(
    app: &App,
    caller: &Caller,
    id: Id<Story>,
    reply: Committed<pb::Story>,
) -> Result<Committed<pb::Story>, Fault> {
    let mut conn = app.db.read(caller).await?;
    let story = store::stories::get(&mut conn, id, app.db.cipher()).await?;
    if story.fact.about.is_none() {
        return Err(story::Error::Withdrawn.into());
    }
    Ok(reply)
}
