//! Login: right, wrong, locked, disabled.

use std::time::Duration;

use tonic::Code;

use super::*;

#[tokio::test]
async fn g01_the_first_administrator_logs_in_and_the_token_is_believed_elsewhere() {
    let t = identity().await;
    let answer = login(&t, " Admin ", ADMIN_PASSWORD).await.unwrap();
    assert_eq!(
        (answer.expires_in, answer.token_type.as_str()),
        (900, "Bearer")
    );
    let caller = verify(&t, &answer.access_token).await.unwrap();
    assert_eq!(caller.subject, answer.account);
    assert!(caller.holds(&["ROLE_OPERATOR".into()], &"410621".parse().unwrap()));

    t.clock().advance(Duration::from_secs(16 * 60));
    let expired = verify(&t, &answer.access_token).await;
    assert!(matches!(
        expired,
        Err(Fault::Unauthenticated("TOKEN_EXPIRED"))
    ));
}

#[tokio::test]
async fn g01_a_second_start_makes_no_second_administrator_and_no_second_key() {
    let t = identity().await;
    let before = nobody(&t)
        .get_jwks(pb::GetJwksRequest {})
        .await
        .unwrap()
        .into_inner();
    let prepare = jianyi_identity::spec().prepare.unwrap();
    prepare(t.parts().clone()).await.unwrap();
    let after = nobody(&t)
        .get_jwks(pb::GetJwksRequest {})
        .await
        .unwrap()
        .into_inner();
    assert_eq!((before.keys.len(), before.jwks_json), (1, after.jwks_json));
    let accounts = client(&t)
        .list_accounts(pb::ListAccountsRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(accounts.accounts.len(), 1);
    assert_eq!(accounts.accounts[0].login, "admin");
}

#[tokio::test]
async fn g01_a_weak_first_password_ends_the_start() {
    let t = TestService::start(jianyi_identity::spec(), None).await;
    let mut parts = t.parts().clone();
    parts.settings = parts
        .settings
        .with("JIANYI_ADMIN_PASSWORD", Pii::new("admin".into()));
    let refused = (jianyi_identity::spec().prepare.unwrap())(parts).await;
    assert!(matches!(refused, Err(Fault::Invalid(_))), "{refused:?}");
}

#[tokio::test]
async fn g01_wrong_passwords_and_unknown_accounts_get_one_answer_and_one_lock() {
    let t = identity().await;
    for name in ["admin", "nobody-here"] {
        for _ in 0..5 {
            let status = login(&t, name, "Wrong-2024-wrong").await.unwrap_err();
            assert_eq!(
                refusal(&status),
                (Code::Unauthenticated, "LOGIN_FAILED".into()),
                "{name}"
            );
        }
        let status = login(&t, name, ADMIN_PASSWORD).await.unwrap_err();
        assert_eq!(
            refusal(&status),
            (Code::FailedPrecondition, "LOGIN_LOCKED".into()),
            "{name}"
        );
    }
    t.clock().advance(Duration::from_secs(30 * 60));
    login(&t, "admin", ADMIN_PASSWORD).await.unwrap();
    // Success forgets the failures.
    for _ in 0..4 {
        login(&t, "admin", "Wrong-2024-wrong").await.unwrap_err();
    }
    login(&t, "admin", ADMIN_PASSWORD).await.unwrap();
    login(&t, "admin", "Wrong-2024-wrong").await.unwrap_err();
    login(&t, "admin", ADMIN_PASSWORD).await.unwrap();
}

#[tokio::test]
async fn g01_many_guesses_at_once_count_one_by_one() {
    let t = identity().await;
    let guesses = (0..12).map(|n| {
        let t = &t;
        async move {
            login(t, "admin", &format!("Guess-2024-{n}"))
                .await
                .unwrap_err()
        }
    });
    let answers = futures::future::join_all(guesses).await;
    let failed = answers
        .iter()
        .filter(|status| status.code() == Code::Unauthenticated)
        .count();
    let locked = answers
        .iter()
        .filter(|status| status.code() == Code::FailedPrecondition)
        .count();
    assert_eq!((failed, locked), (5, 7));
}

#[tokio::test]
async fn g01_malformed_logins_are_answered_like_unknown_ones() {
    let t = identity().await;
    for name in [
        "",
        "13800000000",
        "a'; drop table accounts; --",
        &"x".repeat(5000),
    ] {
        let status = login(&t, name, "x").await.unwrap_err();
        assert_eq!(
            refusal(&status),
            (Code::Unauthenticated, "LOGIN_FAILED".into())
        );
    }
}
