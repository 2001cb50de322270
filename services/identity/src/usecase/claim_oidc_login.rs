//! Uses up a login that was begun, before the provider is asked: whatever it says, the same state counts no more.

use jianyi_kernel::{Call, Fault, Pii};

use super::App;
use crate::oidc::{REFUSED, Secrets};
use crate::store;

/// What was kept under a state, once.
pub(crate) async fn claim_oidc_login(
    app: &App,
    call: &Call,
    state: &Pii<String>,
) -> Result<Secrets, Fault> {
    let state = state.expose("look it up by its hash");
    let index = app.db.cipher().blind_index("oidc_state", state)?;
    let mut uow = app.db.begin_background(call).await?;
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let claimed = store::oidc_logins::claim(uow.conn(), &cipher, &index, now).await?;
    // States that are unknown or over are audited, too.
    uow.commit_background().await?;
    claimed.ok_or(REFUSED)
}
