//! Tells branches what they may go by for an account, in the unit of work that changed it, and again before it ends.

use jianyi_db::{Uow, parcel};
use jianyi_kernel::{Call, Fault, Id};

use super::App;
use crate::branch::{Authority, Statement, Told};
use crate::domain::{
    Account, AccountKind, HeldGrant, KnownBranch, Telling, due_before, valid_until,
};
use crate::{events, store};

/// Tells every branch that an account reaches, or reached, what the account is now. The account is locked: of two
/// changes at once the later one is told later.
pub(super) async fn tell_branches(
    app: &App,
    uow: &mut Uow,
    id: Id<AccountKind>,
) -> Result<(), Fault> {
    if app.branch.is_some() {
        return Ok(());
    }
    store::branches::hold(uow.conn()).await?;
    let branches = store::branches::open(uow.conn()).await?;
    if branches.is_empty() {
        return Ok(());
    }
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let account = store::accounts::lock(uow.conn(), &cipher, id, now).await?;
    let authority = authority(uow).await?;
    for branch in &branches {
        tell(app, uow, (&authority, branch), &account).await?;
    }
    Ok(())
}

/// Tells one branch about one account.
pub(super) async fn tell(
    app: &App,
    uow: &mut Uow,
    (authority, branch): (&Authority, &KnownBranch),
    account: &Account,
) -> Result<(), Fault> {
    let last = store::branch_copies::lock(uow.conn(), branch.id, account.id).await?;
    match account.tell(&branch.division, last) {
        Telling::Publish(version, grants) => {
            let told = (account, version, grants.as_slice());
            publish(app, uow, (authority, branch), told).await
        }
        Telling::Retract(version) => retract(uow, (authority, branch), (account.id, version)).await,
        Telling::Nothing => Ok(()),
    }
}

async fn publish(
    app: &App,
    uow: &mut Uow,
    (authority, branch): (&Authority, &KnownBranch),
    (account, version, grants): (&Account, i64, &[&HeldGrant]),
) -> Result<(), Fault> {
    let (now, cipher, county) = (uow.now(), uow.cipher().clone(), &branch.division);
    let until = valid_until(now, app.config.branch_validity);
    let told = Told::read(uow.conn(), &cipher, account.id).await?;
    let about = Statement::about(county, account.id, version);
    let parcel = parcel::seal(&branch.public_key, &about, &told.encode(account, grants))?;
    let statement = Statement::Published {
        county,
        account: account.id,
        version,
        valid_until: until,
        parcel: &parcel,
    };
    let signature = authority.sign(&cipher, &statement)?;
    let who = (branch.id, account.id);
    let id = uow.clock().new_uuid();
    store::branch_copies::publish(uow.conn(), id, who, (version, until), now).await?;
    let ids: Vec<_> = grants.iter().map(|_| uow.clock().new_uuid()).collect();
    let held: Vec<_> = grants.iter().map(|held| held.id.as_uuid()).collect();
    let ends: Vec<_> = grants
        .iter()
        .map(|held| held.valid_until.map_or(until, |end| end.min(until)))
        .collect();
    store::branch_grants::hold(uow.conn(), branch.id, (&ids, &held, &ends), now).await?;
    let sent = (parcel, signature);
    uow.emit(events::branch_account_published(
        (county, account.id, version),
        until,
        sent,
        now,
    )?);
    Ok(())
}

/// Takes an account back from a branch.
pub(super) async fn retract(
    uow: &mut Uow,
    (authority, branch): (&Authority, &KnownBranch),
    (account, version): (Id<AccountKind>, i64),
) -> Result<(), Fault> {
    let (now, cipher, county) = (uow.now(), uow.cipher().clone(), &branch.division);
    store::branch_copies::retract(uow.conn(), branch.id, account, version, now).await?;
    let statement = Statement::Retracted {
        county,
        account,
        version,
    };
    let signature = authority.sign(&cipher, &statement)?;
    uow.emit(events::branch_account_retracted(
        (county, account, version),
        signature,
        now,
    )?);
    Ok(())
}

/// The authority, which is made with the first branch.
pub(super) async fn authority(uow: &mut Uow) -> Result<Authority, Fault> {
    store::authority_keys::get(uow.conn())
        .await?
        .ok_or_else(|| Fault::internal("there is a branch and no authority"))
}

/// Tells again what has half of its time left; the number of accounts that it was. Each goes by itself, so that one
/// failure leaves the others told.
pub(crate) async fn tell_branches_again(app: &App) -> Result<usize, Fault> {
    if app.branch.is_some() {
        return Ok(0);
    }
    let before = due_before(app.db.clock().now(), app.config.branch_validity);
    let mut conn = app.db.read(&App::itself()).await?;
    let due = store::branch_copies::due(&mut conn, before).await?;
    drop(conn);
    for id in &due {
        let call = Call::background("identity", "TellBranches");
        let mut uow = app.db.begin_background(&call).await?;
        tell_branches(app, &mut uow, *id).await?;
        uow.commit_background().await?;
    }
    Ok(due.len())
}
