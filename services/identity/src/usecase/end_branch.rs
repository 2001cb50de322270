//! Ends a branch: takes all accounts back from it, and tells it nothing more.

use jianyi_db::{Begun, Committed, Uow};
use jianyi_kernel::{Call, Division, Fault};
use jianyi_proto::identity::v1 as pb;

use super::App;
use super::tell_branches::{authority, retract};
use crate::domain::Error;
use crate::store;

/// Ends a branch.
pub(crate) async fn end_branch(
    app: &App,
    call: &Call,
    county: &Division,
) -> Result<Committed<pb::Branch>, Fault> {
    let mut uow = match app.db.begin::<pb::Branch>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    store::branches::hold_alone(uow.conn()).await?;
    let now = uow.now();
    let branch = store::branches::find(uow.conn(), county)
        .await?
        .ok_or_else(|| Fault::NotFound(format!("branches/{county}")))?;
    if branch.ended_at.is_some() {
        return Err(Error::BranchEnded.into());
    }
    let authority = authority(&mut uow).await?;
    for (account, version) in store::branch_copies::held(uow.conn(), branch.id).await? {
        let next = (account, version.saturating_add(1));
        retract(&mut uow, (&authority, &branch), next).await?;
    }
    store::branches::end(uow.conn(), &branch, now).await?;
    let reply = shown(&mut uow, county).await?;
    uow.commit(reply).await
}

/// The branch as it is now.
pub(super) async fn shown(uow: &mut Uow, county: &Division) -> Result<pb::Branch, Fault> {
    let mut found = store::branches::overview(uow.conn(), Some(county)).await?;
    found
        .pop()
        .map(pb::Branch::from)
        .ok_or_else(|| Fault::NotFound(format!("branches/{county}")))
}
