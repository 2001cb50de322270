//! Records something disclosed, or to be disclosed.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::donation::v1 as pb;

use crate::domain::disclosure::{DisclosureItem, DisclosureState};
use crate::usecase::App;
use crate::{events, store};

/// Records it, unless it is recorded; only what is published is news.
pub(crate) async fn record(
    app: &App,
    call: &Call,
    new: DisclosureItem,
) -> Result<Committed<pb::DisclosureItem>, Fault> {
    let mut uow = match app.db.begin::<pb::DisclosureItem>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if !store::disclosure_items::insert(uow.conn(), &new).await? {
        let id = store::disclosure_items::find_natural(uow.conn(), &new).await?;
        return Err(Fault::Exists(id.name()));
    }
    match new.state {
        DisclosureState::Planned => {}
        DisclosureState::Published => uow.emit(events::disclosure_published(&new)),
    }
    uow.commit(pb::DisclosureItem::from(&new)).await
}
