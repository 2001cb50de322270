//! Login through an outside provider, which runs in a process of its own.

use std::path::Path;
use std::time::Duration;

use jianyi_kernel::{Pii, Timestamp};
use jianyi_ops::Settings;
use jianyi_testkit::authenticator;
use serde_json::json;

use super::outside::{Outside, authority};
use super::second_factor::enrol;
use super::*;

const BACK: &str = "http://127.0.0.1:3000/back";

/// Identity with this provider, at the present time: the provider has no other.
async fn identity_with(provider: &Outside) -> TestService {
    identity_trusting(provider, &provider.authority()).await
}

/// The same, with the authority of this PEM file.
async fn identity_trusting(provider: &Outside, authority: &Path) -> TestService {
    let settings = [
        ("JIANYI_OIDC_ISSUER", provider.issuer.as_str()),
        ("JIANYI_OIDC_CLIENT_ID", "jianyi"),
        ("JIANYI_OIDC_CLIENT_SECRET", "known to both"),
        ("JIANYI_OIDC_REDIRECT_URL", BACK),
        ("JIANYI_OIDC_SECOND_FACTOR_ACR", "mfa, urn:hebi:strong"),
        ("JIANYI_OIDC_CA_FILE", authority.to_str().unwrap()),
    ]
    .into_iter()
    .fold(Settings::default(), |settings, (key, value)| {
        settings.with(key, Pii::new(value.to_owned()))
    });
    let t = TestService::start_with(jianyi_identity::spec(), None, settings).await;
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let started = Timestamp::to_unix(t.clock().now()).0;
    t.clock()
        .advance(now - Duration::from_secs(started.unsigned_abs()));
    t
}

async fn begin(t: &TestService) -> pb::BeginOidcLoginResponse {
    nobody(t)
        .begin_oidc_login(pb::BeginOidcLoginRequest {})
        .await
        .unwrap()
        .into_inner()
}

async fn finish(t: &TestService, back: (String, String)) -> Result<pb::LoginResponse, Status> {
    finish_with(t, back, "").await
}

/// The same with a second factor.
async fn finish_with(
    t: &TestService,
    (state, code): (String, String),
    second_factor_code: &str,
) -> Result<pb::LoginResponse, Status> {
    let request = pb::FinishOidcLoginRequest {
        state,
        code,
        second_factor_code: second_factor_code.into(),
    };
    let answer = nobody(t).finish_oidc_login(request).await;
    answer.map(tonic::Response::into_inner)
}

/// The whole way of somebody who logs in.
async fn log_in(
    t: &TestService,
    provider: &Outside,
    subject: &str,
) -> Result<pb::LoginResponse, Status> {
    log_in_with(t, provider, subject, "").await
}

/// The same with a second factor.
async fn log_in_with(
    t: &TestService,
    provider: &Outside,
    subject: &str,
    second_factor: &str,
) -> Result<pb::LoginResponse, Status> {
    let begun = begin(t).await;
    let back = provider.log_in(&begun.authorization_url, subject).await;
    assert_eq!(back.0, begun.state);
    finish_with(t, back, second_factor).await
}

async fn link(t: &TestService, account: &str, subject: &str) -> Result<pb::Account, Status> {
    let request = pb::LinkOidcRequest {
        name: account.into(),
        subject: subject.into(),
        ..Default::default()
    };
    let answer = client(t).link_oidc(request).await;
    answer.map(tonic::Response::into_inner)
}

fn failed(answer: Result<pb::LoginResponse, Status>, what: &str) {
    let refused = answer.err().map(|status| refusal(&status));
    let expected = (Code::Unauthenticated, "LOGIN_FAILED".to_owned());
    assert_eq!(refused, Some(expected), "{what}");
}

#[tokio::test]
async fn g01_login_through_an_outside_provider() {
    let provider = Outside::start().await;
    let t = identity_with(&provider).await;
    // Its first password has never been used, and is not now.
    let made = new_account(&t, "clerk").await;
    grant(&t, &made, Role::Oversight, "410600").await.unwrap();
    failed(log_in(&t, &provider, "zhang.san").await, "not linked");
    link(&t, &made.name, "zhang.san").await.unwrap();

    let pair = log_in(&t, &provider, "zhang.san").await.unwrap();
    assert_eq!(pair.account, made.name);
    assert!(!pair.must_change_password);
    let caller = verify(&t, &pair.access_token).await.unwrap();
    assert!(caller.holds(&["ROLE_OVERSIGHT".into()], &"410600".parse().unwrap()));
    assert!(!caller.proof.strong && caller.proof.methods.is_none());
    let sessions = as_account(&t, &made.name, "ROLE_OVERSIGHT")
        .list_sessions(pb::ListSessionsRequest::default())
        .await
        .unwrap()
        .into_inner()
        .sessions;
    assert_eq!(sessions.len(), 1);
    assert_eq!(sessions[0].methods, ["fed"]);
    let pair = refresh(&t, &pair.refresh_token, "").await.unwrap();
    failed(log_in(&t, &provider, "li.si").await, "somebody else");

    let dump = t.dump().await;
    assert!(dump.contains(&provider.issuer));
    // Neither as text nor as bytes.
    assert!(!dump.contains("zhang.san") && !dump.contains("7a68616e672e73616e"));

    let unlink = |name: &str| pb::UnlinkOidcRequest {
        name: name.into(),
        ..Default::default()
    };
    client(&t).unlink_oidc(unlink(&made.name)).await.unwrap();
    let ended = refresh(&t, &pair.refresh_token, "").await.unwrap_err();
    assert_eq!(refusal(&ended).1, "SESSION_ENDED");
    failed(log_in(&t, &provider, "zhang.san").await, "unlinked");
    let twice = client(&t).unlink_oidc(unlink(&made.name)).await;
    assert_eq!(refusal(&twice.unwrap_err()).1, "OIDC_NOT_LINKED");
}

#[tokio::test]
async fn g01_a_login_outside_is_finished_once_in_time_and_by_whoever_began_it() {
    let provider = Outside::start().await;
    let t = identity_with(&provider).await;
    let clerk = worker(&t, "clerk", Role::CountyClerk, "410611").await;
    link(&t, &clerk.name, "clerk").await.unwrap();

    let begun = begin(&t).await;
    let (state, code) = provider.log_in(&begun.authorization_url, "clerk").await;
    failed(finish(&t, ("guessed".into(), code.clone())).await, "state");
    failed(finish(&t, (state.clone(), "guessed".into())).await, "code");
    failed(finish(&t, (state, code)).await, "the state was used up");

    let back = provider
        .log_in(&begin(&t).await.authorization_url, "clerk")
        .await;
    finish(&t, back.clone()).await.unwrap();
    failed(finish(&t, back.clone()).await, "replayed");
    failed(
        finish(&t, (begin(&t).await.state, back.1)).await,
        "old code",
    );

    // A code that was got with another login's verifier, and one with another login's nonce.
    let (one, other) = (begin(&t).await, begin(&t).await);
    let (_, code) = provider.log_in(&one.authorization_url, "clerk").await;
    failed(finish(&t, (other.state, code)).await, "another verifier");
    let begun = begin(&t).await;
    let (before, after) = begun.authorization_url.split_once("nonce=").unwrap();
    let rest = after.split_once('&').map_or("", |(_, rest)| rest);
    let url = format!("{before}nonce=another&{rest}");
    failed(
        finish(&t, provider.log_in(&url, "clerk").await).await,
        "another nonce",
    );

    let begun = begin(&t).await;
    let back = provider.log_in(&begun.authorization_url, "clerk").await;
    t.clock().advance(Duration::from_secs(10 * 60));
    failed(finish(&t, back).await, "too late");
    log_in(&t, &provider, "clerk").await.unwrap();
    // The provider's tokens live an hour from now.
    t.clock().advance(Duration::from_secs(60 * 60));
    failed(log_in(&t, &provider, "clerk").await, "expired");
}

#[tokio::test]
async fn g01_a_word_that_does_not_stand_is_no_login() {
    let provider = Outside::start().await;
    let t = identity_with(&provider).await;
    let clerk = worker(&t, "clerk", Role::CountyClerk, "410611").await;
    link(&t, &clerk.name, "clerk").await.unwrap();
    let future = t.clock().now().to_unix().0 + 3600;
    for lie in [
        json!({ "sign": false, "claims": { "name": "forged" } }),
        json!({ "claims": { "aud": "somebody-else" } }),
        json!({ "claims": { "iss": "https://sso.elsewhere.example" } }),
        json!({ "claims": { "nonce": "another" } }),
        json!({ "claims": { "exp": 1_700_000_000 } }),
        json!({ "claims": { "iat": future } }),
        json!({ "claims": { "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" } }),
        json!({ "access_token": "another" }),
        json!({ "claims": { "sub": "nobody" } }),
    ] {
        provider.lie(&lie).await;
        failed(log_in(&t, &provider, "clerk").await, &lie.to_string());
    }
    // Signed again but not changed it is believed: it was the lies that were refused.
    provider
        .lie(&json!({ "claims": { "name": "known" } }))
        .await;
    log_in(&t, &provider, "clerk").await.unwrap();
}

#[tokio::test]
async fn g01_a_second_factor_outside_counts_where_it_is_configured_to() {
    let provider = Outside::start().await;
    let t = identity_with(&provider).await;
    let approver = worker(&t, "approver", Role::FinanceApprover, "410600").await;
    link(&t, &approver.name, "approver").await.unwrap();
    for (claims, strong) in [
        (json!({}), false),
        (json!({ "acr": "urn:hebi:weak", "amr": ["pwd"] }), false),
        (json!({ "acr": "urn:hebi:strong" }), true),
        (json!({ "amr": ["pwd", "mfa"] }), true),
    ] {
        provider.know("approver", &claims).await;
        let pair = log_in(&t, &provider, "approver").await.unwrap();
        let caller = verify(&t, &pair.access_token).await.unwrap();
        assert_eq!(caller.proof.strong, strong, "{claims}");
        // Without, the token is good for enrolling one here.
        assert_eq!(pair.must_enrol_second_factor, !strong, "{claims}");
    }
}

#[tokio::test]
async fn g01_login_outside_does_not_go_round_the_second_factor_of_the_account() {
    let provider = Outside::start().await;
    let t = identity_with(&provider).await;
    // One role needs two proofs, the other does not: the second factor is asked for all the same.
    let leader = worker(&t, "leader", Role::Leader, "410600").await;
    let approver = worker(&t, "approver", Role::FinanceApprover, "410600").await;
    for (account, login, role) in [
        (&leader, "leader", "ROLE_LEADER"),
        (&approver, "approver", "ROLE_FINANCE_APPROVER"),
    ] {
        link(&t, &account.name, login).await.unwrap();
        let pair = log_in(&t, &provider, login).await.unwrap();
        let caller = verify(&t, &pair.access_token).await.unwrap();
        let (secret, recovery) = enrol(&t, &caller, role).await;
        t.clock().advance(Duration::from_secs(60));

        let missing = log_in(&t, &provider, login).await.unwrap_err();
        assert_eq!(refusal(&missing).1, "SECOND_FACTOR_REQUIRED", "{login}");
        let wrong = log_in_with(&t, &provider, login, "abcdef").await;
        assert_eq!(refusal(&wrong.unwrap_err()).1, "SECOND_FACTOR_WRONG");
        let code = authenticator(&secret, t.clock().now());
        let pair = log_in_with(&t, &provider, login, &code).await.unwrap();
        let proof = verify(&t, &pair.access_token).await.unwrap().proof;
        assert!(proof.strong && proof.methods.is_none());
        let again = log_in_with(&t, &provider, login, &code).await;
        assert_eq!(refusal(&again.unwrap_err()).1, "SECOND_FACTOR_WRONG");
        log_in_with(&t, &provider, login, &recovery[0])
            .await
            .unwrap();

        // What is configured to count does so in place of it.
        provider
            .know(login, &json!({ "amr": ["pwd", "mfa"] }))
            .await;
        log_in(&t, &provider, login).await.unwrap();
        provider.know(login, &json!({ "amr": ["pwd"] })).await;

        // Wrong codes lock, and the same lock holds for the password.
        for _ in 0..5 {
            let wrong = log_in_with(&t, &provider, login, "abcdef").await;
            assert_eq!(refusal(&wrong.unwrap_err()).1, "SECOND_FACTOR_WRONG");
        }
        t.clock().advance(Duration::from_secs(30));
        let code = authenticator(&secret, t.clock().now());
        failed(log_in_with(&t, &provider, login, &code).await, "locked");
        let locked = login_with(&t, login, NEXT_PASSWORD, &code).await;
        assert_eq!(refusal(&locked.unwrap_err()).1, "LOGIN_LOCKED");
    }
}

#[tokio::test]
async fn g01_a_provider_with_a_certificate_of_an_unknown_authority_is_not_asked() {
    let provider = Outside::start().await;
    let stranger = authority();
    let t = identity_trusting(&provider, &stranger.path().join("ca.pem")).await;
    let begun = nobody(&t)
        .begin_oidc_login(pb::BeginOidcLoginRequest {})
        .await;
    let status = begun.unwrap_err();
    assert_eq!(refusal(&status), (Code::Unavailable, "UNAVAILABLE".into()));
    assert_eq!(
        status.message(),
        "unavailable: certificate of the outside identity provider"
    );
    // A file that names no authority ends the start.
    let prepare = jianyi_identity::spec().prepare.unwrap();
    for (file, why) in [
        ("nothing.pem", "cannot read"),
        ("provider.key", "no certificate"),
    ] {
        let mut parts = t.parts().clone();
        let path = stranger.path().join(file).to_str().unwrap().to_owned();
        parts.settings = parts.settings.with("JIANYI_OIDC_CA_FILE", Pii::new(path));
        let told = prepare(parts).await.unwrap_err().chain();
        assert!(told.contains(why), "{told}");
    }
}

#[tokio::test]
async fn g01_disabled_and_locked_accounts_are_not_let_in_from_outside() {
    let provider = Outside::start().await;
    let t = identity_with(&provider).await;
    let clerk = worker(&t, "clerk", Role::CountyClerk, "410611").await;
    link(&t, &clerk.name, "clerk").await.unwrap();
    for _ in 0..5 {
        login(&t, "clerk", "Wrong-2024-wrong").await.unwrap_err();
    }
    failed(log_in(&t, &provider, "clerk").await, "locked");
    t.clock().advance(Duration::from_secs(30 * 60));
    log_in(&t, &provider, "clerk").await.unwrap();
    let disable = pb::DisableAccountRequest {
        name: clerk.name,
        request_id: String::new(),
    };
    client(&t).disable_account(disable).await.unwrap();
    failed(log_in(&t, &provider, "clerk").await, "disabled");
}

#[tokio::test]
async fn g01_links_are_made_by_the_security_administrator_for_others_and_once() {
    let provider = Outside::start().await;
    let t = identity_with(&provider).await;
    let clerk = worker(&t, "clerk", Role::CountyClerk, "410611").await;
    let other = worker(&t, "other", Role::Care, "410600").await;
    link(&t, &clerk.name, "zhang.san").await.unwrap();
    for (account, subject) in [(&clerk, "li.si"), (&other, "zhang.san")] {
        let status = link(&t, &account.name, subject).await.unwrap_err();
        assert_eq!(
            refusal(&status),
            (Code::FailedPrecondition, "OIDC_LINKED".into())
        );
    }
    let request = |subject: &str, issuer: &str| pb::LinkOidcRequest {
        name: other.name.clone(),
        subject: subject.into(),
        issuer: issuer.into(),
        request_id: String::new(),
    };
    for (subject, issuer) in [
        ("", ""),
        ("张三", ""),
        (&*"x".repeat(256), ""),
        ("li.si", "https://sso.elsewhere.example"),
    ] {
        let status = client(&t).link_oidc(request(subject, issuer)).await;
        assert_eq!(
            status.unwrap_err().code(),
            Code::InvalidArgument,
            "{subject}"
        );
    }
    let oneself = as_account(&t, &other.name, "ROLE_SECURITY_ADMINISTRATOR")
        .link_oidc(request("li.si", ""))
        .await;
    assert_eq!(refusal(&oneself.unwrap_err()).1, "OIDC_LINK_TO_ONESELF");
    let denied = as_account(&t, "accounts/1", "ROLE_SYSTEM_ADMINISTRATOR")
        .link_oidc(request("li.si", ""))
        .await;
    assert_eq!(denied.unwrap_err().code(), Code::PermissionDenied);
    client(&t)
        .link_oidc(request("li.si", &provider.issuer))
        .await
        .unwrap();

    let list = async |account: &str, page_size, page_token: &str| {
        let request = pb::ListOidcLinksRequest {
            account: account.into(),
            page_size,
            page_token: page_token.into(),
        };
        let answer = client(&t).list_oidc_links(request).await;
        answer.unwrap().into_inner()
    };
    let first = list("", 1, "").await;
    let second = list("", 1, &first.next_page_token).await;
    assert_eq!(second.next_page_token, "");
    assert_eq!(list(&other.name, 0, "").await.links, second.links);
    let links = [&first.links[..], &second.links[..]].concat();
    assert_eq!(links.len(), 2);
    // Both were made within one tick of the clock, so which comes first is not told.
    for (account, subject) in [(&clerk, "*****.san"), (&other, "***si")] {
        let link = links.iter().find(|it| it.account == account.name).unwrap();
        assert_eq!(
            (&*link.issuer, &*link.subject),
            (&*provider.issuer, subject)
        );
        assert!(link.create_time.is_some() && !link.linked_by.is_empty());
    }
    let denied = as_account(&t, "accounts/1", "ROLE_SYSTEM_ADMINISTRATOR")
        .list_oidc_links(pb::ListOidcLinksRequest::default())
        .await;
    assert_eq!(denied.unwrap_err().code(), Code::PermissionDenied);
}

#[tokio::test]
async fn g01_without_a_provider_nobody_logs_in_from_outside() {
    let t = identity().await;
    let clerk = worker(&t, "clerk", Role::CountyClerk, "410611").await;
    let none = (Code::FailedPrecondition, "OIDC_NOT_CONFIGURED".to_owned());
    let begun = nobody(&t)
        .begin_oidc_login(pb::BeginOidcLoginRequest {})
        .await;
    assert_eq!(refusal(&begun.unwrap_err()), none);
    let finished = finish(&t, ("state".into(), "code".into())).await;
    assert_eq!(refusal(&finished.unwrap_err()), none);
    assert_eq!(
        refusal(&link(&t, &clerk.name, "clerk").await.unwrap_err()),
        none
    );
}
