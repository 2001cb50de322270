//! The second factor: enrolled, asked for, used once, lost.

use std::time::Duration;

use jianyi_testkit::authenticator;

use super::*;

/// Enrols a second factor in a session; its secret and the recovery codes.
pub(crate) async fn enrol(t: &TestService, caller: &Caller, role: &str) -> (String, Vec<String>) {
    let mut own = in_session(t, caller, role);
    let begun = own.begin_totp(pb::BeginTotpRequest {}).await.unwrap();
    let pb::BeginTotpResponse { secret, uri } = begun.into_inner();
    assert!(uri.starts_with("otpauth://totp/Jianyi:") && uri.contains(&secret));
    let wrong = pb::ConfirmTotpRequest {
        code: "abcdef".into(),
    };
    let status = own.confirm_totp(wrong).await.unwrap_err();
    assert_eq!(
        refusal(&status),
        (Code::Unauthenticated, "SECOND_FACTOR_WRONG".into())
    );
    let code = authenticator(&secret, t.clock().now());
    let confirmed = own.confirm_totp(pb::ConfirmTotpRequest { code }).await;
    (secret, confirmed.unwrap().into_inner().recovery_codes)
}

#[tokio::test]
async fn g01_a_strong_role_waits_for_a_second_factor() {
    let t = identity().await;
    worker(&t, "approver", Role::FinanceApprover, "410600").await;
    let pair = login(&t, "approver", NEXT_PASSWORD).await.unwrap();
    assert!(pair.must_enrol_second_factor);
    let caller = verify(&t, &pair.access_token).await.unwrap();
    let only = caller.proof.methods.clone().unwrap();
    assert!(!caller.proof.strong && only.iter().any(|path| path.ends_with("/BeginTotp")));
    assert!(
        only.iter()
            .all(|path| path.starts_with("/jianyi.identity."))
    );

    let (secret, codes) = enrol(&t, &caller, "ROLE_FINANCE_APPROVER").await;
    assert_eq!(codes.len(), 10);
    let next = refresh(&t, &pair.refresh_token, "").await.unwrap();
    let caller = verify(&t, &next.access_token).await.unwrap();
    assert!(caller.proof.strong && caller.proof.methods.is_none());

    let missing = login(&t, "approver", NEXT_PASSWORD).await.unwrap_err();
    assert_eq!(
        refusal(&missing),
        (Code::Unauthenticated, "SECOND_FACTOR_REQUIRED".into())
    );
    // The code of the confirmation has counted already.
    let code = authenticator(&secret, t.clock().now());
    let replay = login_with(&t, "approver", NEXT_PASSWORD, &code).await;
    assert_eq!(refusal(&replay.unwrap_err()).1, "SECOND_FACTOR_WRONG");
    t.clock().advance(Duration::from_secs(30));
    let code = authenticator(&secret, t.clock().now());
    login_with(&t, "approver", NEXT_PASSWORD, &code)
        .await
        .unwrap();
    let replay = login_with(&t, "approver", NEXT_PASSWORD, &code).await;
    assert_eq!(refusal(&replay.unwrap_err()).1, "SECOND_FACTOR_WRONG");
    let twice = in_session(&t, &caller, "ROLE_FINANCE_APPROVER")
        .begin_totp(pb::BeginTotpRequest {})
        .await
        .unwrap_err();
    assert_eq!(refusal(&twice).1, "SECOND_FACTOR_ENROLLED");
}

#[tokio::test]
async fn g01_one_code_is_one_login_however_many_try_at_once() {
    let t = identity().await;
    worker(&t, "leader", Role::Leader, "410600").await;
    let pair = login(&t, "leader", NEXT_PASSWORD).await.unwrap();
    let caller = verify(&t, &pair.access_token).await.unwrap();
    let (secret, _) = enrol(&t, &caller, "ROLE_LEADER").await;
    t.clock().advance(Duration::from_secs(60));
    let code = authenticator(&secret, t.clock().now());
    let tries = (0..4).map(|_| login_with(&t, "leader", NEXT_PASSWORD, &code));
    let answers = futures::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
}

#[tokio::test]
async fn g01_recovery_codes_count_once_and_wrong_ones_lock() {
    let t = identity().await;
    worker(&t, "leader", Role::Leader, "410600").await;
    let pair = login(&t, "leader", NEXT_PASSWORD).await.unwrap();
    let caller = verify(&t, &pair.access_token).await.unwrap();
    let (_, codes) = enrol(&t, &caller, "ROLE_LEADER").await;
    let typed = codes[3].to_lowercase().replace('-', " ");
    let pair = login_with(&t, "leader", NEXT_PASSWORD, &typed)
        .await
        .unwrap();
    assert!(verify(&t, &pair.access_token).await.unwrap().proof.strong);
    for _ in 0..5 {
        let again = login_with(&t, "leader", NEXT_PASSWORD, &codes[3]).await;
        assert_eq!(refusal(&again.unwrap_err()).1, "SECOND_FACTOR_WRONG");
    }
    let locked = login_with(&t, "leader", NEXT_PASSWORD, &codes[4]).await;
    assert_eq!(refusal(&locked.unwrap_err()).1, "LOGIN_LOCKED");
}

#[tokio::test]
async fn g01_a_lost_second_factor_is_taken_away_by_the_security_administrator() {
    let t = identity().await;
    let made = worker(&t, "leader", Role::Leader, "410600").await;
    let pair = login(&t, "leader", NEXT_PASSWORD).await.unwrap();
    let caller = verify(&t, &pair.access_token).await.unwrap();
    let (_, codes) = enrol(&t, &caller, "ROLE_LEADER").await;
    let reset = || pb::ResetSecondFactorRequest {
        name: made.name.clone(),
        request_id: String::new(),
    };
    let denied = as_account(&t, "accounts/1", "ROLE_SYSTEM_ADMINISTRATOR")
        .reset_second_factor(reset())
        .await
        .unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);
    let account = client(&t)
        .reset_second_factor(reset())
        .await
        .unwrap()
        .into_inner();
    assert!(!account.second_factor);
    let status = refresh(&t, &pair.refresh_token, "").await.unwrap_err();
    assert_eq!(refusal(&status).1, "SESSION_ENDED");
    login(&t, "leader", NEXT_PASSWORD).await.unwrap();
    // The old recovery codes went with it.
    let caller = verify(&t, &pair.access_token).await.unwrap();
    enrol(&t, &caller, "ROLE_LEADER").await;
    let old = login_with(&t, "leader", NEXT_PASSWORD, &codes[0]).await;
    assert_eq!(refusal(&old.unwrap_err()).1, "SECOND_FACTOR_WRONG");
}
