//! Makes a county's branch known, or gives it another key, and tells it everything that it may know.

use jianyi_db::{Committed, Uow};
use jianyi_kernel::{Call, Division, Fault};
use jianyi_proto::identity::v1 as pb;

use super::App;
use super::tell_branches::tell;
use super::tell_keys::tell_keys;
use crate::branch::{Authority, BranchKey};
use crate::domain::KnownBranch;
use crate::store;

/// Ensures a branch; the key goes out with the answer and is kept nowhere here.
pub(crate) async fn ensure_branch(
    app: &App,
    call: &Call,
    county: Division,
    replace_key: bool,
) -> Result<Committed<pb::EnsureBranchResponse>, Fault> {
    let mut uow = app.db.begin_background(call).await?;
    // Nobody changes an account unseen meanwhile; no account is locked here, so that nobody waits for each other.
    store::branches::hold_alone(uow.conn()).await?;
    let now = uow.now();
    let known = store::branches::find(uow.conn(), &county).await?;
    let has_key = known.as_ref().is_some_and(|it| it.ended_at.is_none());
    let mut branch_key = String::new();
    if !has_key || replace_key {
        let authority = ensure_authority(&mut uow).await?;
        let (key, public_key) = BranchKey::generate(county.clone(), authority.public()?);
        branch_key.clone_from(key.text().expose("show it once"));
        let branch = KnownBranch {
            id: known.as_ref().map_or_else(|| uow.new_id(), |it| it.id),
            created_at: known.as_ref().map_or(now, |it| it.created_at),
            division: county.clone(),
            public_key,
            key_made_at: now,
            ended_at: None,
        };
        store::branches::put(uow.conn(), &branch, now).await?;
        tell_all(app, &mut uow, &authority, &branch).await?;
        tell_keys(app, &mut uow, now).await?;
    }
    let branch = super::end_branch::shown(&mut uow, &county).await?;
    uow.touch(&branch.name);
    uow.commit(pb::EnsureBranchResponse {
        branch: Some(branch),
        branch_key,
    })
    .await
}

async fn ensure_authority(uow: &mut Uow) -> Result<Authority, Fault> {
    if let Some(authority) = store::authority_keys::get(uow.conn()).await? {
        return Ok(authority);
    }
    let authority = Authority::generate(uow.clock(), uow.cipher())?;
    let now = uow.now();
    store::authority_keys::insert(uow.conn(), &authority, now).await?;
    Ok(authority)
}

/// What was sealed to a former key nobody opens any more, so everything is told again.
async fn tell_all(
    app: &App,
    uow: &mut Uow,
    authority: &Authority,
    branch: &KnownBranch,
) -> Result<(), Fault> {
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    for account in store::accounts::all(uow.conn(), &cipher, now).await? {
        tell(app, uow, (authority, branch), &account).await?;
    }
    Ok(())
}
