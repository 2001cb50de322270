//! Confirms a second factor with a code of it, and hands out recovery codes.

use jianyi_db::{Committed, Uow};
use jianyi_kernel::{Call, Fault, Id, Pii};
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;

use super::tell_branches::tell_branches;
use super::{App, session_of};
use crate::domain::{Account, AccountKind, Error, Totp};
use crate::store::recovery_codes::NewCode;
use crate::{secret, store};

const CODES: usize = 10;

/// Confirms; from its next exchange on the session counts as proved twice.
pub(crate) async fn confirm_totp(
    app: &App,
    call: &Call,
    code: &Pii<String>,
) -> Result<Committed<pb::ConfirmTotpResponse>, Fault> {
    let id: Id<AccountKind> =
        name::parse("subject", &call.caller.subject).map_err(|_| Fault::Denied)?;
    let mut uow = app.db.begin_background(call).await?;
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let account = store::accounts::lock(uow.conn(), &cipher, id, now).await?;
    if account.confirmed_totp().is_some() {
        return Err(Error::SecondFactorEnrolled.into());
    }
    let begun = account.totp.as_ref().ok_or(Error::SecondFactorMissing)?;
    let accepted = begun
        .accept(code, now)
        .ok_or(Fault::Unauthenticated("SECOND_FACTOR_WRONG"))?;
    let account: Account = account.with_totp(Some(Totp {
        confirmed_at: Some(now),
        ..accepted
    }));
    store::accounts::save_totp(uow.conn(), &cipher, &account, now).await?;
    if let Some(session) = session_of(&call.caller) {
        let mut session = store::sessions::lock(uow.conn(), session).await?;
        session.methods = ["pwd", "otp", "mfa"].map(str::to_owned).to_vec();
        store::sessions::save(uow.conn(), &session).await?;
    }
    let recovery_codes = recovery_codes(&mut uow, id).await?;
    tell_branches(app, &mut uow, id).await?;
    uow.commit(pb::ConfirmTotpResponse { recovery_codes }).await
}

async fn recovery_codes(uow: &mut Uow, account: Id<AccountKind>) -> Result<Vec<String>, Fault> {
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let codes: Vec<Pii<String>> = (0..CODES).map(|_| secret::recovery_code()).collect();
    let kept = codes
        .iter()
        .map(|code| {
            Ok(NewCode {
                id: uow.clock().new_uuid(),
                index: cipher.blind_index("recovery", &secret::normalised(code))?,
                digest: secret::recovery_digest(&account.name(), code),
            })
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    store::recovery_codes::clear(uow.conn(), account).await?;
    store::recovery_codes::insert(uow.conn(), &cipher, account, &kept, now).await?;
    Ok(codes
        .iter()
        .map(|code| code.expose("show it to its owner, once").clone())
        .collect())
}
