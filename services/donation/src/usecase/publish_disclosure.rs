//! Records that a planned item was published.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, FuzzyDate};
use jianyi_proto::donation::v1 as pb;

use crate::domain::disclosure::{DisclosureItem, DisclosureItemId, Proof};
use crate::usecase::App;
use crate::{events, store};

/// Planned becomes published.
pub(crate) async fn publish(
    app: &App,
    call: &Call,
    id: DisclosureItemId,
    on: FuzzyDate,
    proof: Proof,
) -> Result<Committed<pb::DisclosureItem>, Fault> {
    let mut uow = match app.db.begin::<pb::DisclosureItem>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let item = store::disclosure_items::lock(uow.conn(), id).await?;
    let version = item.version.saturating_add(1);
    let item = DisclosureItem {
        version,
        ..item.publish(on, proof)?
    };
    let now = uow.now();
    store::disclosure_items::save(uow.conn(), &item, now).await?;
    uow.emit(events::disclosure_published(&item));
    uow.commit(pb::DisclosureItem::from(&item)).await
}
