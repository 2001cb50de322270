//! Makes a token with one role, for scripts and programs of others.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Caller, Fault, Grant};
use jianyi_proto::identity::v1 as pb;

use super::App;
use crate::domain::Minting;
use crate::{signing, store};

/// Makes a token; who made it stays on record, the token does not.
pub(crate) async fn mint_token(
    app: &App,
    call: &Call,
    grant: Grant,
    ttl_seconds: i64,
) -> Result<Committed<pb::MintTokenResponse>, Fault> {
    let mut uow = match app.db.begin::<pb::MintTokenResponse>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let now = uow.now();
    let minting = Minting::new(&call.caller, grant, ttl_seconds, uow.new_id(), now)?;
    store::minted_tokens::insert(uow.conn(), &minting, &call.caller.subject, now).await?;
    let caller = Caller {
        subject: minting.id.name(),
        grants: vec![minting.grant.clone()],
        ..Caller::anonymous()
    };
    let cipher = uow.cipher().clone();
    let token = signing::sign(uow.conn(), &cipher, &caller, now, minting.expires_at).await?;
    let reply = pb::MintTokenResponse {
        access_token: token.expose("answer the minting").clone(),
        expires_in: minting
            .expires_at
            .to_unix()
            .0
            .saturating_sub(now.to_unix().0),
        token_type: "Bearer".into(),
        subject: caller.subject,
    };
    uow.commit(reply).await
}
