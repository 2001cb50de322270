//! Handlers of accounts.

use jianyi_kernel::{Fault, Id, Pii};
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::name;
use jianyi_rpc::Page;
use tonic::Request;

use crate::domain::{Account, AccountKind};
use crate::store;
use crate::usecase::{self, App, ChangePassword, NewAccount};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateAccountRequest>,
) -> Result<pb::Account, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = NewAccount::try_from(request.into_inner())?;
    Ok(usecase::create_account(app, call, new).await?.into_reply())
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetAccountRequest>,
) -> Result<pb::Account, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id: Id<AccountKind> = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(
        store::accounts::get(&mut conn, app.db.cipher(), id, app.db.clock().now())
            .await?
            .into(),
    )
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListAccountsRequest>,
) -> Result<pb::ListAccountsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        "accounts",
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows =
        store::accounts::list(&mut conn, app.db.cipher(), &page, app.db.clock().now()).await?;
    let (rows, next_page_token) =
        page.cut(rows, |account| (account.created_at, account.id.as_uuid()));
    Ok(pb::ListAccountsResponse {
        accounts: rows.into_iter().map(Account::into).collect(),
        next_page_token,
    })
}

pub(super) async fn disable(
    app: &App,
    request: Request<pb::DisableAccountRequest>,
) -> Result<pb::Account, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let id = name::parse("name", &request.get_ref().name)?;
    Ok(usecase::disable_account(app, &call, id).await?.into_reply())
}

pub(super) async fn change_password(
    app: &App,
    request: Request<pb::ChangePasswordRequest>,
) -> Result<pb::Account, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let change = ChangePassword {
        id: name::parse("name", &request.name)?,
        current: Pii::new(request.current_password),
        new: Pii::new(request.new_password),
    };
    Ok(usecase::change_password(app, call, change)
        .await?
        .into_reply())
}

pub(super) async fn unlock(
    app: &App,
    request: Request<pb::UnlockAccountRequest>,
) -> Result<pb::Account, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let id = name::parse("name", &request.get_ref().name)?;
    Ok(usecase::unlock_account(app, &call, id).await?.into_reply())
}

pub(super) async fn install(
    app: &App,
    request: Request<pb::InstallAccountsRequest>,
) -> Result<pb::InstallAccountsResponse, Fault> {
    let call = jianyi_rpc::call(&request, "")?;
    let demonstration = request.into_inner().demonstration;
    Ok(usecase::install_accounts(app, &call, demonstration)
        .await?
        .into_reply())
}
