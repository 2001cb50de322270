//! Makes the secret of a second factor, to be confirmed.

use jianyi_db::Committed;
use jianyi_kernel::{Call, Fault, Id};
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;

use super::App;
use crate::domain::{AccountKind, Error, Totp};
use crate::{secret, store};

/// Begins enrolment; what was begun before and not confirmed counts no more.
pub(crate) async fn begin_totp(
    app: &App,
    call: &Call,
) -> Result<Committed<pb::BeginTotpResponse>, Fault> {
    let id: Id<AccountKind> =
        name::parse("subject", &call.caller.subject).map_err(|_| Fault::Denied)?;
    let mut uow = app.db.begin_background(call).await?;
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let account = store::accounts::lock(uow.conn(), &cipher, id, now).await?;
    if account.confirmed_totp().is_some() {
        return Err(Error::SecondFactorEnrolled.into());
    }
    let totp = Totp::new(secret::totp());
    let reply = pb::BeginTotpResponse {
        secret: totp.text(),
        uri: totp.uri(&account.login),
    };
    let account = account.with_totp(Some(totp));
    store::accounts::save_totp(uow.conn(), &cipher, &account, now).await?;
    uow.commit(reply).await
}
