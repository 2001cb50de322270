//! Makes an account.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Grant, Pii};
use jianyi_proto::identity::v1 as pb;

use super::{App, insert};
use crate::domain::{Account, Login, may_manage};
use crate::store;

/// An account to be made, checked.
#[derive(Debug)]
pub(crate) struct NewAccount {
    pub(crate) login: Login,
    pub(crate) label: Pii<String>,
    pub(crate) password: Pii<String>,
    pub(crate) grants: Vec<Grant>,
}

/// Makes an account; the caller must administer every division it is granted something in.
pub(crate) async fn create_account(
    app: &App,
    call: Call,
    new: NewAccount,
) -> Result<Committed<pb::Account>, Fault> {
    for grant in &new.grants {
        may_manage(&call.caller, &grant.division)?;
    }
    let password_hash = app.hasher.hash(&new.password).await?;
    let mut uow = match app.db.begin::<pb::Account>(&call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let account = Account {
        id: uow.new_id(),
        version: 1,
        created_at: uow.now(),
        login: new.login,
        label: new.label,
        password_hash,
        grants: new.grants,
        disabled_at: None,
    };
    if !insert(&mut uow, &account).await? {
        let cipher = uow.cipher().clone();
        let taken = store::accounts::find_by_login(uow.conn(), &cipher, &account.login).await?;
        return Err(Fault::Exists(taken.map_or_else(
            || account.login.to_string(),
            |taken| taken.id.name(),
        )));
    }
    uow.commit(account.into()).await
}
