//! Sessions: pairs of tokens that follow each other, thieves, idleness, and the ways to end one.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn g01_a_refresh_token_counts_once_and_a_repeat_is_answered_the_same() {
    let t = identity().await;
    worker(&t, "clerk", Role::Care, "410600").await;
    let first = login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    let second = refresh(&t, &first.refresh_token, "r1").await.unwrap();
    // The answer was lost on the way: the same request gets the same answer.
    assert_eq!(
        refresh(&t, &first.refresh_token, "r1").await.unwrap(),
        second
    );
    assert_ne!(first.refresh_token, second.refresh_token);
    let third = refresh(&t, &second.refresh_token, "r2").await.unwrap();
    assert_eq!(third.session, first.session);

    // Somebody comes with one that was used: the whole family ends.
    let reused = refresh(&t, &first.refresh_token, "thief")
        .await
        .unwrap_err();
    assert_eq!(
        refusal(&reused),
        (Code::Unauthenticated, "REFRESH_REUSED".into())
    );
    let ended = refresh(&t, &third.refresh_token, "r3").await.unwrap_err();
    assert_eq!(
        refusal(&ended),
        (Code::Unauthenticated, "SESSION_ENDED".into())
    );
    let unknown = refresh(&t, "invented", "").await.unwrap_err();
    assert_eq!(
        refusal(&unknown),
        (Code::Unauthenticated, "REFRESH_UNKNOWN".into())
    );
}

#[tokio::test]
async fn g01_of_many_exchanges_at_once_one_wins_and_the_session_ends() {
    let t = identity().await;
    worker(&t, "clerk", Role::Care, "410600").await;
    let pair = login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    let tries = (0..8).map(|_| refresh(&t, &pair.refresh_token, ""));
    let answers = futures::future::join_all(tries).await;
    let won: Vec<_> = answers.into_iter().filter_map(Result::ok).collect();
    assert_eq!(won.len(), 1);
    let status = refresh(&t, &won[0].refresh_token, "").await.unwrap_err();
    assert_eq!(refusal(&status).1, "SESSION_ENDED");
}

#[tokio::test]
async fn g01_an_idle_session_ends_after_a_quarter_of_an_hour_and_a_busy_one_after_eight() {
    let t = identity().await;
    worker(&t, "clerk", Role::Care, "410600").await;
    let idle = login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    t.clock().advance(Duration::from_secs(15 * 60 + 1));
    let status = refresh(&t, &idle.refresh_token, "").await.unwrap_err();
    assert_eq!(
        refusal(&status),
        (Code::Unauthenticated, "SESSION_IDLE".into())
    );
    let mut busy = login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    for _ in 0..47 {
        t.clock().advance(Duration::from_secs(10 * 60));
        busy = refresh(&t, &busy.refresh_token, "").await.unwrap();
    }
    // The last pair ends with the session.
    assert_eq!((busy.expires_in, busy.refresh_expires_in), (600, 600));
    t.clock().advance(Duration::from_secs(10 * 60));
    let status = refresh(&t, &busy.refresh_token, "").await.unwrap_err();
    assert_eq!(
        refusal(&status),
        (Code::Unauthenticated, "SESSION_EXPIRED".into())
    );
}

#[tokio::test]
async fn g01_sessions_are_listed_and_ended_by_their_owner_and_the_security_administrator() {
    let t = identity().await;
    let clerk = worker(&t, "clerk", Role::Care, "410611").await;
    let first = login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    let second = login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    let third = login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    let list = |account: &str| pb::ListSessionsRequest {
        account: account.into(),
    };
    let caller = verify(&t, &first.access_token).await.unwrap();
    let mut own = in_session(&t, &caller, "ROLE_CARE");
    let mine = own.list_sessions(list("")).await.unwrap().into_inner();
    assert_eq!(mine.sessions.len(), 3);

    let revoke = |name: &str| pb::RevokeSessionRequest {
        name: name.into(),
        request_id: String::new(),
    };
    let mut other = as_account(&t, "accounts/other", "ROLE_LEADER");
    let hidden = other.revoke_session(revoke(&second.session)).await;
    assert_eq!(hidden.unwrap_err().code(), Code::NotFound);
    let denied = other.list_sessions(list(&clerk.name)).await;
    assert_eq!(denied.unwrap_err().code(), Code::PermissionDenied);

    own.revoke_session(revoke(&second.session)).await.unwrap();
    own.logout(pb::LogoutRequest::default()).await.unwrap();
    for ended in [&first, &second] {
        let status = refresh(&t, &ended.refresh_token, "").await.unwrap_err();
        assert_eq!(refusal(&status).1, "SESSION_ENDED");
    }
    let mut security = as_account(&t, "accounts/1", "ROLE_SECURITY_ADMINISTRATOR");
    let left = security.list_sessions(list(&clerk.name)).await.unwrap();
    let left = left.into_inner().sessions;
    assert_eq!((left.len(), &left[0].name), (1, &third.session));
    security
        .revoke_session(revoke(&third.session))
        .await
        .unwrap();
    let twice = security.revoke_session(revoke(&third.session)).await;
    assert_eq!(refusal(&twice.unwrap_err()).1, "SESSION_ENDED");
    let status = refresh(&t, &third.refresh_token, "").await.unwrap_err();
    assert_eq!(refusal(&status).1, "SESSION_ENDED");
}

#[tokio::test]
async fn g01_another_password_ends_the_other_sessions() {
    let t = identity().await;
    let clerk = worker(&t, "clerk", Role::Care, "410600").await;
    let here = login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    let elsewhere = login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    let caller = verify(&t, &here.access_token).await.unwrap();
    let change = pb::ChangePasswordRequest {
        name: clerk.name,
        current_password: NEXT_PASSWORD.into(),
        new_password: "Third-pass-99!".into(),
        request_id: String::new(),
    };
    in_session(&t, &caller, "ROLE_CARE")
        .change_password(change)
        .await
        .unwrap();
    refresh(&t, &here.refresh_token, "").await.unwrap();
    let status = refresh(&t, &elsewhere.refresh_token, "").await.unwrap_err();
    assert_eq!(refusal(&status).1, "SESSION_ENDED");
}
