//! Retires the key that signs and makes another. The old one stays published until its last token is over.

use jianyi_db::{Begun, Committed, Uow};
use jianyi_kernel::{Call, Fault};
use jianyi_proto::identity::v1 as pb;
use time::Duration;

use super::App;
use super::tell_keys::tell_keys;
use crate::signing::SigningKey;
use crate::store;

/// After this long a key is replaced by itself.
const LIFE: Duration = Duration::days(90);

/// Rotates now.
pub(crate) async fn rotate_signing_key(
    app: &App,
    call: &Call,
    answer: impl AsyncFnOnce(&mut Uow) -> Result<pb::GetJwksResponse, Fault>,
) -> Result<Committed<pb::GetJwksResponse>, Fault> {
    let mut uow = match app.db.begin::<pb::GetJwksResponse>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    store::signing_keys::lock_active(uow.conn()).await?;
    replace(app, &mut uow).await?;
    let reply = answer(&mut uow).await?;
    uow.commit(reply).await
}

/// Rotates when the key has become old. Several processes that find it old make one.
pub(crate) async fn rotate_old_key(app: &App) -> Result<bool, Fault> {
    let call = Call::background("identity", "RotateSigningKey");
    let mut uow = app.db.begin_background(&call).await?;
    let made = store::signing_keys::lock_active(uow.conn()).await?;
    let old = made.is_some_and(|made| uow.now().as_offset() - made.as_offset() >= LIFE);
    if !old {
        return Ok(false);
    }
    replace(app, &mut uow).await?;
    uow.commit_background().await?;
    Ok(true)
}

async fn replace(app: &App, uow: &mut Uow) -> Result<(), Fault> {
    let key = SigningKey::generate(uow.clock(), uow.cipher())?;
    let now = uow.now();
    store::signing_keys::retire(uow.conn(), now).await?;
    store::signing_keys::insert(uow.conn(), &key, now).await?;
    tell_keys(app, uow, now).await?;
    Ok(())
}
