//! Break-glass: a role in an emergency, told to everybody who watches, and its reason to nobody.

use std::time::Duration;

use jianyi_proto::identity::events::v1 as events;
use prost::Message as _;

use super::*;

fn emergency(role: Role, minutes: i32) -> pb::OpenBreakGlassRequest {
    pb::OpenBreakGlassRequest {
        role: role.into(),
        division: "410611".into(),
        reason: "群众张三丰在医院抢救,需要立即核实身份".into(),
        minutes,
        request_id: String::new(),
    }
}

#[tokio::test]
async fn g06_a_role_in_an_emergency_counts_for_its_time_and_is_published_without_its_reason() {
    let t = identity().await;
    let made = worker(&t, "leader", Role::Leader, "410600").await;
    let pair = login(&t, "leader", NEXT_PASSWORD).await.unwrap();
    let mut own = as_account(&t, &made.name, "ROLE_LEADER");
    let opened = own
        .open_break_glass(emergency(Role::Care, 5))
        .await
        .unwrap()
        .into_inner();
    let next = refresh(&t, &pair.refresh_token, "").await.unwrap();
    assert_eq!(next.expires_in, 300);
    let caller = verify(&t, &next.access_token).await.unwrap();
    assert!(caller.holds(&["ROLE_CARE".into()], &"410611".parse().unwrap()));

    let published = t.outbox().await;
    assert_eq!(published.len(), 1);
    let event = events::BreakGlassOpened::decode(published[0].data.as_slice()).unwrap();
    assert_eq!((&event.grant, &event.account), (&opened.name, &made.name));
    assert!(!t.dump().await.contains("张三丰"));

    t.clock().advance(Duration::from_secs(300));
    let after = refresh(&t, &next.refresh_token, "").await.unwrap();
    let caller = verify(&t, &after.access_token).await.unwrap();
    assert!(!caller.holds(&["ROLE_CARE".into()], &"410611".parse().unwrap()));
}

#[tokio::test]
async fn g06_only_those_who_may_break_glass_and_only_within_the_rules() {
    let t = identity().await;
    let made = worker(&t, "publicity", Role::Publicity, "410600").await;
    let mut own = as_account(&t, &made.name, "ROLE_PUBLICITY");
    let refused = own
        .open_break_glass(emergency(Role::Care, 5))
        .await
        .unwrap_err();
    assert_eq!(refusal(&refused).1, "BREAK_GLASS_NOT_ALLOWED");
    let mut allowing = granting(&made, Role::Publicity, "410611");
    allowing.grant.as_mut().unwrap().may_break_glass = true;
    client(&t).add_grant(allowing).await.unwrap();
    for (request, reason) in [
        (emergency(Role::Care, 241), "MINUTES_OUT_OF_RANGE"),
        (
            pb::OpenBreakGlassRequest {
                reason: "急".into(),
                ..emergency(Role::Care, 5)
            },
            "REASON_LENGTH",
        ),
        (emergency(Role::SecurityAdministrator, 5), "ROLES_APART"),
        (emergency(Role::Operator, 5), "ROLE_RESERVED"),
    ] {
        let status = own.open_break_glass(request).await.unwrap_err();
        assert_eq!(refusal(&status).1, reason);
    }
    let opened = own
        .open_break_glass(emergency(Role::Care, 5))
        .await
        .unwrap();
    let close = || pb::CloseBreakGlassRequest {
        name: opened.get_ref().name.clone(),
        request_id: String::new(),
    };
    let mut other = as_account(&t, "accounts/other", "ROLE_LEADER");
    let denied = other.close_break_glass(close()).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);
    own.close_break_glass(close()).await.unwrap();
    let over = own.close_break_glass(close()).await.unwrap_err();
    assert_eq!(refusal(&over).1, "GRANT_ENDED");
    assert_eq!(t.outbox().await.len(), 2);
}
