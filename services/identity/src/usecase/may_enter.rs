//! Whether a branch lets an account in. The city always does.

use jianyi_db::Uow;
use jianyi_kernel::Fault;

use super::App;
use crate::domain::{Account, Error};
use crate::store;

/// The rule of the branch about an account that has proved itself; the outer fault is of the database.
pub(super) async fn may_enter(
    app: &App,
    uow: &mut Uow,
    account: &Account,
) -> Result<Result<(), Error>, Fault> {
    if app.branch.is_none() {
        return Ok(Ok(()));
    }
    let until = store::account_copies::valid_until(uow.conn(), account.id).await?;
    let strong = |role: &str| app.rights.is_strong(role);
    Ok(account.may_enter(strong, until, uow.now()))
}
