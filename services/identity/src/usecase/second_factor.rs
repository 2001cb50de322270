//! Asks for the second factor of an account, whichever way somebody gave the first proof.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jianyi_db::Uow;
use jianyi_kernel::{Fault, Pii};

use super::App;
use super::tell_branches::tell_branches;
use crate::domain::Account;
use crate::{secret, store};

/// What the second factor came to.
pub(super) enum Second {
    /// The session is proved in these ways, too; in none where the account has no second factor.
    Proved(&'static [&'static str]),
    Missing,
    Wrong,
}

/// Asks for a code where there is a second factor: one of this moment, or a recovery code.
pub(super) async fn second_factor(
    app: &App,
    uow: &mut Uow,
    account: &Account,
    code: &Pii<String>,
) -> Result<Second, Fault> {
    let Some(totp) = account.confirmed_totp() else {
        return Ok(Second::Proved(&[]));
    };
    if code.expose("see whether there is one").trim().is_empty() {
        return Ok(Second::Missing);
    }
    let (cipher, now) = (uow.cipher().clone(), uow.now());
    if let Some(used) = totp.accept(code, now) {
        let account = account.clone().with_totp(Some(used));
        store::accounts::save_totp(uow.conn(), &cipher, &account, now).await?;
        return Ok(Second::Proved(&["otp", "mfa"]));
    }
    // Codes that the city told a branch are known there by the hash of a hash.
    let digest = secret::recovery_digest(&account.id.name(), code);
    let digest = STANDARD.encode(digest.expose("look it up by its keyed hash"));
    for index in [
        cipher.blind_index("recovery", &secret::normalised(code))?,
        cipher.blind_index("recovery_digest", &digest)?,
    ] {
        if store::recovery_codes::spend(uow.conn(), account.id, &index, now).await? {
            tell_branches(app, uow, account.id).await?;
            return Ok(Second::Proved(&["mfa"]));
        }
    }
    Ok(Second::Wrong)
}
