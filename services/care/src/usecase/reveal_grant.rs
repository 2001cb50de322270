//! Shows a grant unmasked.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::care::v1 as pb;

use crate::convert::grant::reply;
use crate::domain::id::GrantId;
use crate::store;
use crate::usecase::App;

/// Reads it and records, in one transaction, who asked and what for.
pub(crate) async fn reveal_grant(
    app: &App,
    call: &Call,
    id: GrantId,
) -> Result<Committed<pb::EntitlementGrant>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let found = store::grants::find(uow.conn(), id)
        .await?
        .ok_or_else(|| Fault::NotFound(id.name()))?;
    let shown = reply(&found, uow.cipher())?;
    uow.commit(shown).await
}
