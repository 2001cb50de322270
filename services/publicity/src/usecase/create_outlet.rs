//! Registers an outlet.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::publicity::v1 as pb;

use super::App;
use crate::domain::{Outlet, Recorded};
use crate::{events, store};

/// Registers it.
///
/// # Errors
/// [`Fault::Exists`] when it is on record.
pub(crate) async fn create_outlet(
    app: &App,
    call: &Call,
    outlet: Outlet,
) -> Result<Committed<pb::Outlet>, Fault> {
    let mut uow = match app.db.begin::<pb::Outlet>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let outlet = Recorded::new(uow.new_id(), uow.now(), outlet);
    store::outlets::insert(uow.conn(), &outlet).await?;
    uow.emit(events::outlet_registered(&outlet));
    uow.commit(outlet.into()).await
}
