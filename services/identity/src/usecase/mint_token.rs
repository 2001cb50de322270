//! Makes a token with one role, for scripts.

use jianyi_db::{Begun, Committed};
use jianyi_kernel::{Call, Fault, Grant, Violation};
use jianyi_proto::identity::v1 as pb;

use super::App;
use crate::domain::Minting;
use crate::signing::Ticket;
use crate::store;

/// Makes a token; who made it stays on record, the token does not.
pub(crate) async fn mint_token(
    app: &App,
    call: &Call,
    grant: Grant,
    ttl_seconds: i64,
) -> Result<Committed<pb::MintTokenResponse>, Fault> {
    if app.rights.is_strong(&grant.role) {
        return Err(Violation::new(
            "role",
            "ROLE_NOT_MINTED",
            "this role unmasks, approves or administers: it is for people who log in".into(),
            "该角色可查看完整信息、审批资金或管理系统,须由本人登录使用,不能签发令牌",
        )
        .into());
    }
    let mut uow = match app.db.begin::<pb::MintTokenResponse>(call).await? {
        Begun::Fresh(uow) => uow,
        Begun::Replayed(reply) => return Ok(reply),
    };
    let now = uow.now();
    let minting = Minting::new(grant, ttl_seconds, uow.new_id(), now)?;
    store::minted_tokens::insert(uow.conn(), &minting, &call.caller.subject, now).await?;
    let ticket = Ticket {
        subject: minting.id.name(),
        grants: vec![minting.grant.clone()],
        methods_of_proof: Vec::new(),
        session: String::new(),
        only: None,
        break_glass: false,
    };
    let token = app.sign(&mut uow, ticket, minting.expires_at).await?;
    let reply = pb::MintTokenResponse {
        access_token: token.expose("answer the minting").clone(),
        expires_in: minting
            .expires_at
            .to_unix()
            .0
            .saturating_sub(now.to_unix().0),
        token_type: "Bearer".into(),
        subject: minting.id.name(),
    };
    uow.commit(reply).await
}
