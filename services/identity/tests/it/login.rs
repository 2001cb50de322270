//! Login: right, wrong, locked, and with a password that is to be changed.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn g01_a_login_is_believed_elsewhere_for_a_quarter_of_an_hour() {
    let t = identity().await;
    let made = worker(&t, "clerk", Role::CountyClerk, "410611").await;
    let answer = login(&t, " Clerk ", NEXT_PASSWORD).await.unwrap();
    assert_eq!(
        (answer.expires_in, answer.token_type.as_str()),
        (900, "Bearer")
    );
    let caller = verify(&t, &answer.access_token).await.unwrap();
    assert_eq!(
        (&caller.subject, &caller.subject),
        (&answer.account, &made.name)
    );
    assert!(caller.holds(&["ROLE_COUNTY_CLERK".into()], &"410611".parse().unwrap()));
    assert!(!caller.holds(&["ROLE_COUNTY_CLERK".into()], &"410621".parse().unwrap()));
    assert!(!caller.proof.strong);

    t.clock().advance(Duration::from_secs(16 * 60));
    let expired = verify(&t, &answer.access_token).await;
    assert!(matches!(
        expired,
        Err(Fault::Unauthenticated("TOKEN_EXPIRED"))
    ));
}

#[tokio::test]
async fn g01_a_second_start_makes_no_second_key() {
    let t = identity().await;
    let keys = || async {
        nobody(&t)
            .get_jwks(pb::GetJwksRequest {})
            .await
            .unwrap()
            .into_inner()
    };
    let before = keys().await;
    let prepare = jianyi_identity::spec().prepare.unwrap();
    prepare(t.parts().clone()).await.unwrap();
    assert_eq!(before.keys.len(), 1);
    assert_eq!(before, keys().await);
}

#[tokio::test]
async fn g01_a_first_password_is_good_for_changing_it_and_nothing_else() {
    let t = identity().await;
    let clerk = new_account(&t, "clerk").await;
    grant(&t, &clerk, Role::Oversight, "410600").await.unwrap();
    let pair = login(&t, "clerk", PASSWORD).await.unwrap();
    assert!(pair.must_change_password);
    let caller = verify(&t, &pair.access_token).await.unwrap();
    let service = "/jianyi.identity.v1.IdentityService/";
    let only = ["ChangePassword", "WhoAmI", "Logout"].map(|method| format!("{service}{method}"));
    assert_eq!(caller.proof.methods.as_deref(), Some(only.as_slice()));

    let change = pb::ChangePasswordRequest {
        name: clerk.name.clone(),
        current_password: PASSWORD.into(),
        new_password: NEXT_PASSWORD.into(),
        request_id: String::new(),
    };
    in_session(&t, &caller, "ROLE_OVERSIGHT")
        .change_password(change)
        .await
        .unwrap();
    // The session that changed it goes on; the token it gets now is good for everything.
    let next = refresh(&t, &pair.refresh_token, "").await.unwrap();
    assert!(!next.must_change_password);
    let caller = verify(&t, &next.access_token).await.unwrap();
    assert_eq!(caller.proof.methods, None);
}

#[tokio::test]
async fn g01_wrong_passwords_and_unknown_accounts_get_one_answer_and_one_lock() {
    let t = identity().await;
    let clerk = worker(&t, "clerk", Role::Care, "410600").await;
    for name in ["clerk", "nobody-here"] {
        for _ in 0..5 {
            let status = login(&t, name, "Wrong-2024-wrong").await.unwrap_err();
            assert_eq!(
                refusal(&status),
                (Code::Unauthenticated, "LOGIN_FAILED".into()),
                "{name}"
            );
        }
        let status = login(&t, name, NEXT_PASSWORD).await.unwrap_err();
        assert_eq!(
            refusal(&status),
            (Code::FailedPrecondition, "LOGIN_LOCKED".into()),
            "{name}"
        );
    }
    t.clock().advance(Duration::from_secs(30 * 60));
    login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    // Success forgets the failures.
    for _ in 0..4 {
        login(&t, "clerk", "Wrong-2024-wrong").await.unwrap_err();
    }
    login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    login(&t, "clerk", "Wrong-2024-wrong").await.unwrap_err();
    login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    // So does the security administrator.
    for _ in 0..5 {
        login(&t, "clerk", "Wrong-2024-wrong").await.unwrap_err();
    }
    let unlock = pb::UnlockAccountRequest {
        name: clerk.name,
        request_id: String::new(),
    };
    client(&t).unlock_account(unlock).await.unwrap();
    login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
}

#[tokio::test]
async fn g01_many_guesses_at_once_count_one_by_one() {
    let t = identity().await;
    worker(&t, "clerk", Role::Care, "410600").await;
    let guesses = (0..12).map(|n| {
        let t = &t;
        async move {
            login(t, "clerk", &format!("Guess-2024-{n}"))
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
