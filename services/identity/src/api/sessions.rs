//! Handlers of sessions.

use jianyi_kernel::{Fault, Id, Timestamp};
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;
use tonic::Request;

use crate::domain::{AccountKind, Session};
use crate::store;
use crate::usecase::{self, App, administers};

pub(super) async fn logout(
    app: &App,
    request: Request<pb::LogoutRequest>,
) -> Result<pb::LogoutResponse, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    Ok(usecase::logout(app, &call).await?.into_reply())
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListSessionsRequest>,
) -> Result<pb::ListSessionsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wanted = request.into_inner().account;
    let wanted = if wanted.is_empty() {
        caller.subject.clone()
    } else {
        wanted
    };
    let account: Id<AccountKind> = name::parse("account", &wanted)?;
    if account.name() != caller.subject && !administers(&caller, "ROLE_SECURITY_ADMINISTRATOR") {
        return Err(Fault::Denied);
    }
    let now = app.db.clock().now();
    let idle = time::Duration::seconds(app.config.limits.idle);
    let used_after = Timestamp::from_offset(now.as_offset() - idle);
    let mut conn = app.db.read(&caller).await?;
    let sessions = store::sessions::alive(&mut conn, account, now, used_after).await?;
    Ok(pb::ListSessionsResponse {
        sessions: sessions.into_iter().map(Session::into).collect(),
    })
}

pub(super) async fn revoke(
    app: &App,
    request: Request<pb::RevokeSessionRequest>,
) -> Result<pb::Session, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let id = name::parse("name", &request.get_ref().name)?;
    Ok(usecase::revoke_session(app, &call, id).await?.into_reply())
}
