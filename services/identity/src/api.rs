//! `IdentityService`: what goes over the wire, and nothing else.

mod accounts;
mod convert;
mod tokens;

use jianyi_proto::identity::v1 as pb;
use jianyi_proto::identity::v1::identity_service_server::IdentityService;
use jianyi_rpc::answer;
use tonic::{Request, Response, Status};

use crate::usecase::App;

/// The service.
#[derive(Debug)]
pub(crate) struct Api {
    app: App,
}

impl Api {
    pub(crate) const fn new(app: App) -> Self {
        Self { app }
    }
}

#[tonic::async_trait]
impl IdentityService for Api {
    async fn login(
        &self,
        request: Request<pb::LoginRequest>,
    ) -> Result<Response<pb::LoginResponse>, Status> {
        answer(tokens::login(&self.app, request).await)
    }

    async fn get_jwks(
        &self,
        _: Request<pb::GetJwksRequest>,
    ) -> Result<Response<pb::GetJwksResponse>, Status> {
        answer(tokens::jwks(&self.app).await)
    }

    async fn who_am_i(
        &self,
        request: Request<pb::WhoAmIRequest>,
    ) -> Result<Response<pb::WhoAmIResponse>, Status> {
        answer(tokens::who_am_i(&self.app, request).await)
    }

    async fn create_account(
        &self,
        request: Request<pb::CreateAccountRequest>,
    ) -> Result<Response<pb::Account>, Status> {
        answer(accounts::create(&self.app, request).await)
    }

    async fn get_account(
        &self,
        request: Request<pb::GetAccountRequest>,
    ) -> Result<Response<pb::Account>, Status> {
        answer(accounts::get(&self.app, request).await)
    }

    async fn list_accounts(
        &self,
        request: Request<pb::ListAccountsRequest>,
    ) -> Result<Response<pb::ListAccountsResponse>, Status> {
        answer(accounts::list(&self.app, request).await)
    }

    async fn disable_account(
        &self,
        request: Request<pb::DisableAccountRequest>,
    ) -> Result<Response<pb::Account>, Status> {
        answer(accounts::disable(&self.app, request).await)
    }

    async fn change_password(
        &self,
        request: Request<pb::ChangePasswordRequest>,
    ) -> Result<Response<pb::Account>, Status> {
        answer(accounts::change_password(&self.app, request).await)
    }

    async fn mint_token(
        &self,
        request: Request<pb::MintTokenRequest>,
    ) -> Result<Response<pb::MintTokenResponse>, Status> {
        answer(tokens::mint(&self.app, request).await)
    }
}
