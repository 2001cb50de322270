//! Tells branches the public keys of the city's tokens: at every rotation, and once a day for whom a message missed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jianyi_db::Uow;
use jianyi_kernel::{Call, Fault, Timestamp};

use super::App;
use super::tell_branches::authority;
use crate::branch::Statement;
use crate::signing::TAIL;
use crate::{domain, events, store};

/// After this long a key is told again.
const AGAIN: time::Duration = time::Duration::days(1);

/// Tells the keys that changed since they were told, and those that were told before an instant.
pub(super) async fn tell_keys(
    app: &App,
    uow: &mut Uow,
    told_before: Timestamp,
) -> Result<usize, Fault> {
    if app.branch.is_some() || store::branches::open(uow.conn()).await?.is_empty() {
        return Ok(0);
    }
    let (now, cipher) = (uow.now(), uow.cipher().clone());
    let authority = authority(uow).await?;
    let since = domain::before(now, TAIL);
    let keys = store::signing_keys::untold(uow.conn(), since, told_before).await?;
    for key in &keys {
        let public_key = URL_SAFE_NO_PAD
            .decode(&key.public_key)
            .map_err(Fault::internal)?;
        let statement = Statement::Key {
            id: key.id,
            version: key.version,
            public_key: &public_key,
            retired_at: key.retired_at,
        };
        let signature = authority.sign(&cipher, &statement)?;
        uow.emit(events::signing_key_published(
            key, public_key, signature, now,
        )?);
        store::signing_keys::save_told(uow.conn(), key.id, now).await?;
    }
    Ok(keys.len())
}

/// Tells what was not told for a day.
pub(crate) async fn tell_keys_again(app: &App) -> Result<(), Fault> {
    let call = Call::background("identity", "TellKeys");
    let mut uow = app.db.begin_background(&call).await?;
    let yesterday = domain::before(uow.now(), AGAIN);
    if tell_keys(app, &mut uow, yesterday).await? > 0 {
        uow.commit_background().await?;
    }
    Ok(())
}
