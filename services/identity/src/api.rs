//! `IdentityService`: what goes over the wire, and nothing else.

mod accounts;
mod branches;
mod clients;
mod convert;
mod grants;
mod keys;
mod oidc;
mod second_factor;
mod sessions;
mod tokens;
mod who_can_see;

use jianyi_kernel::Fault;
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

    /// What a branch refuses: accounts are changed in one place, and whoever asks is told where.
    async fn at_the_city<T>(
        &self,
        work: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        self.app.is_the_city()?;
        work.await
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

    async fn begin_oidc_login(
        &self,
        request: Request<pb::BeginOidcLoginRequest>,
    ) -> Result<Response<pb::BeginOidcLoginResponse>, Status> {
        answer(self.at_the_city(oidc::begin(&self.app, request)).await)
    }

    async fn finish_oidc_login(
        &self,
        request: Request<pb::FinishOidcLoginRequest>,
    ) -> Result<Response<pb::LoginResponse>, Status> {
        answer(self.at_the_city(oidc::finish(&self.app, request)).await)
    }

    async fn link_oidc(
        &self,
        request: Request<pb::LinkOidcRequest>,
    ) -> Result<Response<pb::Account>, Status> {
        answer(self.at_the_city(oidc::link(&self.app, request)).await)
    }

    async fn unlink_oidc(
        &self,
        request: Request<pb::UnlinkOidcRequest>,
    ) -> Result<Response<pb::Account>, Status> {
        answer(self.at_the_city(oidc::unlink(&self.app, request)).await)
    }

    async fn list_oidc_links(
        &self,
        request: Request<pb::ListOidcLinksRequest>,
    ) -> Result<Response<pb::ListOidcLinksResponse>, Status> {
        answer(oidc::list(&self.app, request).await)
    }

    async fn refresh_token(
        &self,
        request: Request<pb::RefreshTokenRequest>,
    ) -> Result<Response<pb::LoginResponse>, Status> {
        answer(tokens::refresh(&self.app, request).await)
    }

    async fn logout(
        &self,
        request: Request<pb::LogoutRequest>,
    ) -> Result<Response<pb::LogoutResponse>, Status> {
        answer(sessions::logout(&self.app, request).await)
    }

    async fn list_sessions(
        &self,
        request: Request<pb::ListSessionsRequest>,
    ) -> Result<Response<pb::ListSessionsResponse>, Status> {
        answer(sessions::list(&self.app, request).await)
    }

    async fn revoke_session(
        &self,
        request: Request<pb::RevokeSessionRequest>,
    ) -> Result<Response<pb::Session>, Status> {
        answer(sessions::revoke(&self.app, request).await)
    }

    async fn get_jwks(
        &self,
        _: Request<pb::GetJwksRequest>,
    ) -> Result<Response<pb::GetJwksResponse>, Status> {
        answer(keys::jwks(&self.app).await)
    }

    async fn rotate_signing_key(
        &self,
        request: Request<pb::RotateSigningKeyRequest>,
    ) -> Result<Response<pb::GetJwksResponse>, Status> {
        answer(keys::rotate(&self.app, request).await)
    }

    async fn who_am_i(
        &self,
        request: Request<pb::WhoAmIRequest>,
    ) -> Result<Response<pb::WhoAmIResponse>, Status> {
        answer(tokens::who_am_i(&self.app, request).await)
    }

    async fn install_accounts(
        &self,
        request: Request<pb::InstallAccountsRequest>,
    ) -> Result<Response<pb::InstallAccountsResponse>, Status> {
        answer(
            self.at_the_city(accounts::install(&self.app, request))
                .await,
        )
    }

    async fn create_account(
        &self,
        request: Request<pb::CreateAccountRequest>,
    ) -> Result<Response<pb::Account>, Status> {
        answer(self.at_the_city(accounts::create(&self.app, request)).await)
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
        answer(
            self.at_the_city(accounts::disable(&self.app, request))
                .await,
        )
    }

    async fn change_password(
        &self,
        request: Request<pb::ChangePasswordRequest>,
    ) -> Result<Response<pb::Account>, Status> {
        answer(
            self.at_the_city(accounts::change_password(&self.app, request))
                .await,
        )
    }

    async fn unlock_account(
        &self,
        request: Request<pb::UnlockAccountRequest>,
    ) -> Result<Response<pb::Account>, Status> {
        answer(accounts::unlock(&self.app, request).await)
    }

    async fn begin_totp(
        &self,
        request: Request<pb::BeginTotpRequest>,
    ) -> Result<Response<pb::BeginTotpResponse>, Status> {
        answer(
            self.at_the_city(second_factor::begin(&self.app, request))
                .await,
        )
    }

    async fn confirm_totp(
        &self,
        request: Request<pb::ConfirmTotpRequest>,
    ) -> Result<Response<pb::ConfirmTotpResponse>, Status> {
        answer(
            self.at_the_city(second_factor::confirm(&self.app, request))
                .await,
        )
    }

    async fn reset_second_factor(
        &self,
        request: Request<pb::ResetSecondFactorRequest>,
    ) -> Result<Response<pb::Account>, Status> {
        answer(
            self.at_the_city(second_factor::reset(&self.app, request))
                .await,
        )
    }

    async fn add_grant(
        &self,
        request: Request<pb::AddGrantRequest>,
    ) -> Result<Response<pb::Account>, Status> {
        answer(self.at_the_city(grants::add(&self.app, request)).await)
    }

    async fn end_grant(
        &self,
        request: Request<pb::EndGrantRequest>,
    ) -> Result<Response<pb::Account>, Status> {
        answer(self.at_the_city(grants::end(&self.app, request)).await)
    }

    async fn who_can_see(
        &self,
        request: Request<pb::WhoCanSeeRequest>,
    ) -> Result<Response<pb::WhoCanSeeResponse>, Status> {
        answer(
            self.at_the_city(who_can_see::who_can_see(&self.app, request))
                .await,
        )
    }

    async fn ensure_branch(
        &self,
        request: Request<pb::EnsureBranchRequest>,
    ) -> Result<Response<pb::EnsureBranchResponse>, Status> {
        answer(self.at_the_city(branches::ensure(&self.app, request)).await)
    }

    async fn end_branch(
        &self,
        request: Request<pb::EndBranchRequest>,
    ) -> Result<Response<pb::Branch>, Status> {
        answer(self.at_the_city(branches::end(&self.app, request)).await)
    }

    async fn list_branches(
        &self,
        request: Request<pb::ListBranchesRequest>,
    ) -> Result<Response<pb::ListBranchesResponse>, Status> {
        answer(branches::list(&self.app, request).await)
    }

    async fn mint_token(
        &self,
        request: Request<pb::MintTokenRequest>,
    ) -> Result<Response<pb::MintTokenResponse>, Status> {
        answer(self.at_the_city(tokens::mint(&self.app, request)).await)
    }

    async fn register_client(
        &self,
        request: Request<pb::RegisterClientRequest>,
    ) -> Result<Response<pb::Client>, Status> {
        answer(
            self.at_the_city(clients::register(&self.app, request))
                .await,
        )
    }

    async fn list_clients(
        &self,
        request: Request<pb::ListClientsRequest>,
    ) -> Result<Response<pb::ListClientsResponse>, Status> {
        answer(clients::list(&self.app, request).await)
    }

    async fn rotate_client_key(
        &self,
        request: Request<pb::RotateClientKeyRequest>,
    ) -> Result<Response<pb::Client>, Status> {
        answer(
            self.at_the_city(clients::rotate_key(&self.app, request))
                .await,
        )
    }

    async fn disable_client(
        &self,
        request: Request<pb::DisableClientRequest>,
    ) -> Result<Response<pb::Client>, Status> {
        answer(self.at_the_city(clients::disable(&self.app, request)).await)
    }

    async fn exchange_assertion(
        &self,
        request: Request<pb::ExchangeAssertionRequest>,
    ) -> Result<Response<pb::ExchangeAssertionResponse>, Status> {
        answer(clients::exchange(&self.app, request).await)
    }

    async fn open_break_glass(
        &self,
        request: Request<pb::OpenBreakGlassRequest>,
    ) -> Result<Response<pb::BreakGlass>, Status> {
        answer(
            self.at_the_city(grants::open_break_glass(&self.app, request))
                .await,
        )
    }

    async fn close_break_glass(
        &self,
        request: Request<pb::CloseBreakGlassRequest>,
    ) -> Result<Response<pb::BreakGlass>, Status> {
        answer(
            self.at_the_city(grants::close_break_glass(&self.app, request))
                .await,
        )
    }
}
