//! The first start: makes the signing key. Changes nothing on a later one.

use jianyi_kernel::{Call, Fault};

use super::App;
use crate::signing::SigningKey;
use crate::store;

/// Brings an empty database to the point where tokens can be signed.
pub(crate) async fn first_key(app: &App) -> Result<(), Fault> {
    let mut conn = app.db.read(&App::itself()).await?;
    let has_key = store::signing_keys::active(&mut conn).await?.is_some();
    drop(conn);
    if has_key {
        return Ok(());
    }
    let call = Call::background("identity", "Install");
    let mut uow = app.db.begin_background(&call).await?;
    let key = SigningKey::generate(uow.clock(), uow.cipher())?;
    let now = uow.now();
    store::signing_keys::insert(uow.conn(), &key, now).await?;
    uow.commit_background().await
}
