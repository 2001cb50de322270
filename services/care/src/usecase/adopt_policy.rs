//! Records a benefit as policy.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::care::v1 as pb;

use super::{App, taken};
use crate::domain::policy::Policy;
use crate::{events, store};

/// Records the policy, once.
pub(crate) async fn adopt_policy(
    app: &App,
    call: &Call,
    new: Policy,
) -> Result<Committed<pb::EntitlementPolicy>, Fault> {
    let mut uow = match app.db.begin(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    if !store::policies::insert(uow.conn(), &new).await? {
        let found = store::policies::find_natural(uow.conn(), &new).await?;
        return Err(taken(found.map(Id::name)));
    }
    uow.emit(events::policy_adopted(&new));
    uow.commit(pb::EntitlementPolicy::from(&new)).await
}
