//! Minted tokens: what they may be, and that none begets another.

use std::time::Duration;

use super::*;

fn mint(role: Role, division: &str, ttl_seconds: i64) -> pb::MintTokenRequest {
    pb::MintTokenRequest {
        role: role.into(),
        division: division.into(),
        ttl_seconds,
        request_id: String::new(),
    }
}

#[tokio::test]
async fn g02_a_minted_token_holds_one_role_in_one_division_for_its_time() {
    let t = identity().await;
    let minted = client(&t)
        .mint_token(mint(Role::Oversight, "410611", 600))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (minted.expires_in, minted.token_type.as_str()),
        (600, "Bearer")
    );
    let caller = verify(&t, &minted.access_token).await.unwrap();
    assert_eq!(caller.subject, minted.subject);
    assert_eq!(caller.grants.len(), 1);
    assert!(caller.holds(&["ROLE_OVERSIGHT".into()], &"410611".parse().unwrap()));
    assert!(!caller.holds(&["ROLE_OVERSIGHT".into()], &"410600".parse().unwrap()));
    t.clock().advance(Duration::from_secs(631));
    assert!(verify(&t, &minted.access_token).await.is_err());
}

#[tokio::test]
async fn g02_a_repeated_minting_gives_the_same_token() {
    let t = identity().await;
    let request = || pb::MintTokenRequest {
        request_id: "m1".into(),
        ..mint(Role::Auditor, "", 0)
    };
    let first = client(&t).mint_token(request()).await.unwrap().into_inner();
    let again = client(&t).mint_token(request()).await.unwrap().into_inner();
    assert_eq!(first, again);
    assert_eq!(first.expires_in, 3600);
}

#[tokio::test]
async fn g02_what_may_not_be_minted() {
    let t = identity().await;
    for (request, reason) in [
        (mint(Role::Oversight, "", 86_401), "TTL_OUT_OF_RANGE"),
        (mint(Role::Oversight, "", 5), "TTL_OUT_OF_RANGE"),
        (mint(Role::Service, "", 60), "ROLE_RESERVED"),
        (mint(Role::Operator, "", 60), "ROLE_RESERVED"),
        (mint(Role::SystemAdministrator, "", 60), "ROLE_NOT_MINTED"),
        (mint(Role::FinanceApprover, "", 60), "ROLE_NOT_MINTED"),
        (mint(Role::MemberAffairs, "", 60), "ROLE_NOT_MINTED"),
        (mint(Role::Unspecified, "", 60), "REQUIRED"),
        (mint(Role::Oversight, "41", 60), "DIVISION_MALFORMED"),
        (mint(Role::Oversight, "410700", 60), "DIVISION_ELSEWHERE"),
    ] {
        let status = client(&t).mint_token(request).await.unwrap_err();
        assert_eq!(refusal(&status), (Code::InvalidArgument, reason.into()));
    }
    for role in ["ROLE_CARE", "ROLE_SYSTEM_ADMINISTRATOR"] {
        let mut other = IdentityServiceClient::new(t.channel_as(role, "410600"));
        let denied = other.mint_token(mint(Role::Oversight, "", 60)).await;
        assert_eq!(denied.unwrap_err().code(), Code::PermissionDenied);
    }
}

#[tokio::test]
async fn g01_keys_rotate_and_old_tokens_live_on() {
    let t = identity().await;
    let before = client(&t)
        .mint_token(mint(Role::Oversight, "", 86_400))
        .await;
    let before = before.unwrap().into_inner().access_token;
    // Two keys of one instant have no order.
    t.clock().advance(Duration::from_secs(60));
    let keys = client(&t)
        .rotate_signing_key(pb::RotateSigningKeyRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(keys.keys.len(), 2);
    let after = client(&t).mint_token(mint(Role::Oversight, "", 60)).await;
    let after = after.unwrap().into_inner().access_token;
    let kid = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    assert_ne!(kid(&before), kid(&after));
    assert_eq!(kid(&after), keys.keys[0].kid);
    verify(&t, &before).await.unwrap();
    verify(&t, &after).await.unwrap();
    t.clock().advance(Duration::from_secs(26 * 60 * 60));
    let left = nobody(&t).get_jwks(pb::GetJwksRequest {}).await.unwrap();
    assert_eq!(left.into_inner().keys.len(), 1);
}

#[tokio::test]
async fn g01_a_key_of_ninety_days_is_replaced_by_itself() {
    let t = identity().await;
    let keys = || async {
        let keys = nobody(&t).get_jwks(pb::GetJwksRequest {}).await.unwrap();
        keys.into_inner().keys.len()
    };
    t.clock().advance(Duration::from_secs(90 * 24 * 60 * 60));
    let rotating = (jianyi_identity::spec().background.unwrap())(t.parts().clone());
    let running = jianyi_telemetry::task::spawn("rotation", rotating);
    jianyi_testkit::eventually!(keys().await == 2);
    t.parts().shutdown.trigger();
    running.await.unwrap();
}

#[tokio::test]
async fn an_altered_or_foreign_token_is_not_believed() {
    let t = identity().await;
    let token = client(&t)
        .mint_token(mint(Role::Oversight, "410611", 600))
        .await
        .unwrap()
        .into_inner()
        .access_token;
    let (body, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = body.split_once('.').unwrap();
    let forged = format!(
        "{header}.eyJzdWIiOiJ4IiwiaXNzIjoiaWRlbnRpdHkuamlhbnlpIiwiaWF0IjowLCJleHAiOjk5OTk5OTk5OTksImdyYW50cyI6W119.{signature}"
    );
    assert!(matches!(
        verify(&t, &forged).await,
        Err(Fault::Unauthenticated("TOKEN_INVALID"))
    ));
    let other = identity().await;
    assert!(matches!(
        verify(&other, &token).await,
        Err(Fault::Unauthenticated("TOKEN_UNKNOWN_KEY"))
    ));
}
