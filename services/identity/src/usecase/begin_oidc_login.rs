//! Keeps what a login through the outside provider must fit when the browser comes back.

use std::time::Duration;

use jianyi_db::Committed;
use jianyi_kernel::{Call, Fault, Timestamp};
use jianyi_proto::identity::v1 as pb;

use super::App;
use crate::oidc::Attempt;
use crate::store;

/// How long somebody may take to log in there.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Remembers a login.
pub(crate) async fn begin_oidc_login(
    app: &App,
    call: &Call,
    url: String,
    attempt: &Attempt,
) -> Result<Committed<pb::BeginOidcLoginResponse>, Fault> {
    let state = attempt.state.expose("find it again by its hash");
    let index = app.db.cipher().blind_index("oidc_state", state)?;
    let mut uow = app.db.begin_background(call).await?;
    let (now, cipher, id) = (uow.now(), uow.cipher().clone(), uow.clock().new_uuid());
    let until = Timestamp::from_offset(now.as_offset() + PATIENCE);
    store::oidc_logins::forget(uow.conn(), now).await?;
    let kept = (index.as_slice(), &attempt.secrets);
    store::oidc_logins::insert(uow.conn(), &cipher, id, kept, (now, until)).await?;
    uow.commit(pb::BeginOidcLoginResponse {
        authorization_url: url,
        state: state.clone(),
    })
    .await
}
