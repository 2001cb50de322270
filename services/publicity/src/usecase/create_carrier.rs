//! Records carriers put to use.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::{Carrier, Recorded};
use crate::{events, store};

/// Records them.
///
/// # Errors
/// [`Fault::Exists`] when it is on record.
pub(crate) async fn create_carrier(
    app: &App,
    call: &Call,
    carrier: Carrier,
) -> Result<Committed<pb::Carrier>, Fault> {
    let mut uow = match app.db.begin::<pb::Carrier>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let carrier = Recorded::new(uow.new_id(), uow.now(), carrier);
    store::carriers::insert(uow.conn(), &carrier).await?;
    uow.emit(events::carrier_installed(&carrier));
    uow.commit(carrier.into()).await
}
