//! Shows a media item with the full names of its authors.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::MediaItem;
use crate::store;

/// Reads it and records, in one transaction, who asked and what for.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(crate) async fn reveal_media_item(
    app: &App,
    call: &Call,
    id: Id<MediaItem>,
) -> Result<Committed<pb::MediaItem>, Fault> {
    let mut uow = match app.db.begin::<pb::MediaItem>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let cipher = uow.cipher().clone();
    let found = store::media_items::get(uow.conn(), id, &cipher).await?;
    uow.commit(found.into()).await
}
