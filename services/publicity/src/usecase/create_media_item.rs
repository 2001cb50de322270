//! Records an item that an outlet published, and decides whether it counts.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::{MediaItem, Recorded};
use crate::{events, store};

/// Records it.
///
/// # Errors
/// [`Fault::Exists`] when it is on record; [`Fault::NotFound`] for an outlet or original that is not.
pub(crate) async fn create_media_item(
    app: &App,
    call: &Call,
    item: MediaItem,
) -> Result<Committed<pb::MediaItem>, Fault> {
    let mut uow = match app.db.begin::<pb::MediaItem>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let outlet = store::outlets::get(uow.conn(), item.outlet).await?;
    if let Some(original) = item.reprint_of {
        store::media_items::require(uow.conn(), original).await?;
    }
    let item = item.published_in(&outlet.fact);
    let item = Recorded::new(uow.new_id(), uow.now(), item);
    let cipher = uow.cipher().clone();
    store::media_items::insert(uow.conn(), &item, &cipher).await?;
    uow.emit(events::media_item_published(&item));
    uow.commit(item.into()).await
}
