//! Handlers of login and tokens.

use jianyi_kernel::{Fault, Id, Pii};
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;
use tonic::Request;

use super::convert;
use crate::domain::{AccountKind, Login};
use crate::store;
use crate::usecase::{self, App, Credentials};

pub(super) async fn login(
    app: &App,
    request: Request<pb::LoginRequest>,
) -> Result<pb::LoginResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let request = request.into_inner();
    // A login that cannot exist is answered like one that does not: no message, but no work either,
    // since its shape is known to everybody.
    let login = Login::parse("login", &request.login)
        .map_err(|_| Fault::Unauthenticated("LOGIN_FAILED"))?;
    let typed = Credentials {
        login,
        password: Pii::new(request.password),
        code: Pii::new(request.code),
    };
    Ok(usecase::login(app, call, &typed).await?.into_reply())
}

pub(super) async fn refresh(
    app: &App,
    request: Request<pb::RefreshTokenRequest>,
) -> Result<pb::LoginResponse, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let token = Pii::new(request.into_inner().refresh_token);
    Ok(usecase::refresh_token(app, call, &token)
        .await?
        .into_reply())
}

pub(super) async fn who_am_i(
    app: &App,
    request: Request<pb::WhoAmIRequest>,
) -> Result<pb::WhoAmIResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let account = match name::parse::<AccountKind>("subject", &caller.subject) {
        Ok(id) => account(app, id).await?,
        Err(_) => None,
    };
    Ok(pb::WhoAmIResponse {
        subject: caller.subject,
        grants: caller.grants.iter().map(convert::claimed).collect(),
        account,
        strong: caller.proof.strong,
    })
}

pub(super) async fn mint(
    app: &App,
    request: Request<pb::MintTokenRequest>,
) -> Result<pb::MintTokenResponse, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let grant = convert::grant("", request.role, &request.division).map_err(Fault::Invalid)?;
    Ok(usecase::mint_token(app, &call, grant, request.ttl_seconds)
        .await?
        .into_reply())
}

async fn account(app: &App, id: Id<AccountKind>) -> Result<Option<pb::Account>, Fault> {
    let mut conn = app.db.read(&App::itself()).await?;
    let now = app.db.clock().now();
    match store::accounts::get(&mut conn, app.db.cipher(), id, now).await {
        Ok(account) => Ok(Some(account.into())),
        Err(Fault::NotFound(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}
