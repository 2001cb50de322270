//! Identity on a real database: logins, locks, tokens, accounts, and what a thief of the dump would see.

#![expect(
    clippy::unwrap_used,
    reason = "the exemption for tests does not reach the functions they share"
)]

mod accounts;
mod login;
mod tokens;

use std::sync::Arc;

use jianyi_kernel::{Caller, Fault, Pii};
use jianyi_ops::Settings;
use jianyi_proto::identity::v1 as pb;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_rpc::{KeyFetcher, TokenVerifier};
use jianyi_testkit::{TestChannel, TestService};
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

const ADMIN_PASSWORD: &str = "Hebi-first-2024!";

/// Identity as it stands after its first start.
async fn identity() -> TestService {
    let settings =
        Settings::default().with("JIANYI_ADMIN_PASSWORD", Pii::new(ADMIN_PASSWORD.into()));
    TestService::start_with(jianyi_identity::spec(), None, settings).await
}

fn client(t: &TestService) -> IdentityServiceClient<TestChannel> {
    IdentityServiceClient::new(t.channel())
}

fn nobody(t: &TestService) -> IdentityServiceClient<Channel> {
    IdentityServiceClient::new(t.bare_channel())
}

async fn login(t: &TestService, login: &str, password: &str) -> Result<pb::LoginResponse, Status> {
    let request = pb::LoginRequest {
        login: login.into(),
        password: password.into(),
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
