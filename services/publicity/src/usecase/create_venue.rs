//! Records a fixed venue.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::{Recorded, Venue};
use crate::{events, store};

/// Records it.
///
/// # Errors
/// [`Fault::Exists`] when it is on record.
pub(crate) async fn create_venue(
    app: &App,
    call: &Call,
    venue: Venue,
) -> Result<Committed<pb::Venue>, Fault> {
    let mut uow = match app.db.begin::<pb::Venue>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let venue = Recorded::new(uow.new_id(), uow.now(), venue);
    store::venues::insert(uow.conn(), &venue).await?;
    uow.emit(events::venue_opened(&venue));
    uow.commit(venue.into()).await
}
