//! Makes an account, which holds nothing yet.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Pii};
use jianyi_proto::identity::v1 as pb;

use super::App;
use crate::domain::{Account, Login};
use crate::store;

/// An account to be made, checked.
#[derive(Debug)]
pub(crate) struct NewAccount {
    pub(crate) login: Login,
    pub(crate) label: Pii<String>,
    pub(crate) password: Pii<String>,
}

/// Makes an account.
pub(crate) async fn create_account(
    app: &App,
    call: Call,
    new: NewAccount,
) -> Result<Committed<pb::Account>, Fault> {
    let hash = app.hasher.hash(&new.password).await?;
    let mut uow = match app.db.begin::<pb::Account>(&call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let account = Account::new(uow.new_id(), new.login, new.label, hash, now);
    if !store::accounts::insert(uow.conn(), &cipher, &account).await? {
        let taken =
            store::accounts::find_by_login(uow.conn(), &cipher, &account.login, now).await?;
        return Err(Fault::Exists(taken.map_or_else(
            || account.login.to_string(),
            |taken| taken.id.name(),
        )));
    }
    uow.commit(account.into()).await
}
