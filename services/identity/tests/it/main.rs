//! Identity on a real database: logins, locks, tokens, accounts, and what a thief of the dump would see.

#![expect(
    clippy::unwrap_used,
    reason = "the exemption for tests does not reach the functions they share"
)]

mod accounts;
mod branch_history;
mod branches;
mod break_glass;
mod clients;
mod grants;
mod login;
mod oidc;
mod outside;
mod second_factor;
mod sessions;
mod tokens;
mod who_can_see;

use std::sync::Arc;

use jianyi_kernel::{Caller, Fault};
use jianyi_proto::api::v1::Role;
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_rpc::{KeyFetcher, TokenVerifier};
use jianyi_testkit::{TestChannel, TestService};
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

const PASSWORD: &str = "Station-pass-77!";
const NEXT_PASSWORD: &str = "Next-pass-88!";

/// Identity as it stands after its first start.
async fn identity() -> TestService {
    TestService::start(jianyi_identity::spec(), None).await
}

/// Makes an account as the system administrator would; it has its own password already.
async fn account(t: &TestService, login_name: &str) -> pb::Account {
    let made = new_account(t, login_name).await;
    let change = pb::ChangePasswordRequest {
        name: made.name.clone(),
        current_password: PASSWORD.into(),
        new_password: NEXT_PASSWORD.into(),
        request_id: String::new(),
    };
    as_account(t, &made.name, "ROLE_CARE")
        .change_password(change)
        .await
        .unwrap()
        .into_inner()
}

/// An account that nobody has logged in to.
async fn new_account(t: &TestService, login_name: &str) -> pb::Account {
    let request = pb::CreateAccountRequest {
        account: Some(pb::Account {
            login: login_name.into(),
            label: "淇滨值班员".into(),
            ..Default::default()
        }),
        password: PASSWORD.into(),
        request_id: String::new(),
    };
    let made = client(t).create_account(request).await;
    made.unwrap().into_inner()
}

fn granting(account: &pb::Account, role: Role, division: &str) -> pb::AddGrantRequest {
    pb::AddGrantRequest {
        name: account.name.clone(),
        grant: Some(pb::RoleGrant {
            role: role.into(),
            division: division.into(),
            ..Default::default()
        }),
        reason: "岗位需要".into(),
        request_id: String::new(),
    }
}

async fn grant(
    t: &TestService,
    account: &pb::Account,
    role: Role,
    division: &str,
) -> Result<pb::Account, Status> {
    client(t)
        .add_grant(granting(account, role, division))
        .await
        .map(tonic::Response::into_inner)
}

/// An account with a password of its own and one role.
async fn worker(t: &TestService, login_name: &str, role: Role, division: &str) -> pb::Account {
    let made = account(t, login_name).await;
    grant(t, &made, role, division).await.unwrap()
}

fn client(t: &TestService) -> IdentityServiceClient<TestChannel> {
    IdentityServiceClient::new(t.channel())
}

fn nobody(t: &TestService) -> IdentityServiceClient<Channel> {
    IdentityServiceClient::new(t.bare_channel())
}

async fn login(t: &TestService, login: &str, password: &str) -> Result<pb::LoginResponse, Status> {
    login_with(t, login, password, "").await
}

async fn login_with(
    t: &TestService,
    login: &str,
    password: &str,
    code: &str,
) -> Result<pb::LoginResponse, Status> {
    let request = pb::LoginRequest {
        login: login.into(),
        password: password.into(),
        code: code.into(),
    };
    nobody(t)
        .login(request)
        .await
        .map(tonic::Response::into_inner)
}

/// Verifies a token as any other service would: with nothing but the published keys.
async fn verify(t: &TestService, token: &str) -> Result<Caller, Fault> {
    let channel = t.bare_channel();
    let fetch: KeyFetcher = Arc::new(move || {
        let mut client = IdentityServiceClient::new(channel.clone());
        Box::pin(async move {
            Ok(client
                .get_jwks(pb::GetJwksRequest {})
                .await
                .unwrap()
                .into_inner()
                .jwks_json)
        })
    });
    TokenVerifier::new(fetch, t.clock().clone())
        .verify(token)
        .await
}

async fn refresh(
    t: &TestService,
    token: &str,
    request_id: &str,
) -> Result<pb::LoginResponse, Status> {
    let request = pb::RefreshTokenRequest {
        refresh_token: token.into(),
        request_id: request_id.into(),
    };
    nobody(t)
        .refresh_token(request)
        .await
        .map(tonic::Response::into_inner)
}

fn refusal(status: &Status) -> (Code, String) {
    (
        status.code(),
        status
            .get_error_details()
            .error_info()
            .unwrap()
            .reason
            .clone(),
    )
}

/// Calls with a token got elsewhere, past the test gate's own: identity's answers are about the
/// caller's subject, so the test's tokens stand for the account.
fn as_account(t: &TestService, account: &str, role: &str) -> IdentityServiceClient<TestChannel> {
    IdentityServiceClient::new(t.channel_of(account, role, "410600"))
}

/// The same within the session of a real token, whose id the test's token carries.
fn in_session(t: &TestService, caller: &Caller, role: &str) -> IdentityServiceClient<TestChannel> {
    let session = &caller.proof.session;
    IdentityServiceClient::new(t.channel_in(&caller.subject, role, session))
}
