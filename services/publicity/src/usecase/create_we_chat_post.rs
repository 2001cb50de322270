//! Records a `WeChat` post, whatever it reposts: it is no media item.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::{Recorded, WeChatPost};
use crate::{events, store};

/// Records it.
///
/// # Errors
/// [`Fault::Exists`] when it is on record; [`Fault::NotFound`] for an original that is not.
pub(crate) async fn create_we_chat_post(
    app: &App,
    call: &Call,
    post: WeChatPost,
) -> Result<Committed<pb::WeChatPost>, Fault> {
    let mut uow = match app.db.begin::<pb::WeChatPost>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if let Some(original) = post.reprint_of {
        store::media_items::require(uow.conn(), original).await?;
    }
    let post = Recorded::new(uow.new_id(), uow.now(), post);
    store::we_chat_posts::insert(uow.conn(), &post).await?;
    uow.emit(events::we_chat_post_published(&post));
    uow.commit(post.into()).await
}
