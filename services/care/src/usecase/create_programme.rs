//! Records a yearly programme.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::care::v1 as pb;

use super::{App, taken};
use crate::domain::programme::Programme;
use crate::store;

/// Records the programme, once.
pub(crate) async fn create_programme(
    app: &App,
    call: &Call,
    new: Programme,
) -> Result<Committed<pb::Programme>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if !store::programmes::insert(uow.conn(), &new).await? {
        let found = store::programmes::find_natural(uow.conn(), &new).await?;
        return Err(taken(found.map(Id::name)));
    }
    uow.commit(pb::Programme::from(&new)).await
}
