//! Grants: from a day to a day, by somebody else, and never two that check each other.

use std::time::Duration;

use jianyi_proto::convert::timestamp;

use super::*;

#[tokio::test]
async fn g03_no_account_can_hold_two_of_the_three() {
    let t = identity().await;
    let apart = [
        (Role::SystemAdministrator, Role::SecurityAdministrator),
        (Role::SecurityAdministrator, Role::AuditAdministrator),
        (Role::AuditAdministrator, Role::SystemAdministrator),
        (Role::SystemAdministrator, Role::Care),
        (Role::CountyClerk, Role::AuditAdministrator),
        (Role::Finance, Role::FinanceApprover),
        (Role::Auditor, Role::Publicity),
    ];
    for (n, (held, wanted)) in apart.into_iter().enumerate() {
        let made = worker(&t, &format!("somebody{n}"), held, "410600").await;
        let status = grant(&t, &made, wanted, "410600").await.unwrap_err();
        assert_eq!(
            refusal(&status),
            (Code::FailedPrecondition, "ROLES_APART".into()),
            "{held:?} and {wanted:?}"
        );
        // Not even past the service: the database itself refuses.
        let forced = sqlx::query(
            "insert into account_grants (id, created_at, account_id, role, division, valid_from, granted_by)
             select gen_random_uuid(), now(), id, $2, '410600', now(), 'accounts/1' from accounts where login = $1",
        )
        .bind(format!("somebody{n}"))
        .bind(wanted.as_str_name())
        .execute(&mut t.sql().await)
        .await
        .unwrap_err();
        let broken = forced.into_database_error().unwrap();
        assert!(broken.is_foreign_key_violation(), "{broken}");
    }
}

#[tokio::test]
async fn g03_two_grants_at_once_do_not_slip_past_each_other() {
    let t = identity().await;
    let made = account(&t, "somebody").await;
    let both = [Role::SystemAdministrator, Role::SecurityAdministrator]
        .map(|role| grant(&t, &made, role, "410600"));
    let answers = futures::future::join_all(both).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
}

#[tokio::test]
async fn g03_nobody_grants_to_himself_and_programs_roles_are_nobodys() {
    let t = identity().await;
    let made = worker(&t, "security", Role::SecurityAdministrator, "410600").await;
    let own = as_account(&t, &made.name, "ROLE_SECURITY_ADMINISTRATOR")
        .add_grant(granting(&made, Role::Leader, "410600"))
        .await
        .unwrap_err();
    assert_eq!(refusal(&own).1, "GRANT_TO_ONESELF");
    let other = account(&t, "other").await;
    for role in [Role::Operator, Role::Service, Role::Public, Role::Agency] {
        let status = grant(&t, &other, role, "410600").await.unwrap_err();
        assert_eq!(refusal(&status).1, "ROLE_RESERVED");
    }
    let status = grant(&t, &other, Role::Care, "410700").await.unwrap_err();
    assert_eq!(refusal(&status).1, "DIVISION_ELSEWHERE");
}

#[tokio::test]
async fn g02_a_grant_counts_from_its_day_to_its_day_and_no_token_outlives_it() {
    let t = identity().await;
    let made = account(&t, "clerk").await;
    let now = t.clock().now();
    let at = |minutes: i64| {
        let at = now.as_offset() + time::Duration::minutes(minutes);
        Some(timestamp(jianyi_kernel::Timestamp::from_offset(at)))
    };
    let between = |from, until| {
        let mut request = granting(&made, Role::Care, "410611");
        let grant = request.grant.as_mut().unwrap();
        (grant.valid_from, grant.valid_until) = (from, until);
        request
    };
    for (from, until, reason) in [
        (at(-1), None, "NOT_RETROACTIVE"),
        (at(10), at(10), "ENDS_BEFORE_IT_BEGINS"),
    ] {
        let status = client(&t).add_grant(between(from, until)).await;
        assert_eq!(
            refusal(&status.unwrap_err()),
            (Code::InvalidArgument, reason.into())
        );
    }
    client(&t).add_grant(between(at(10), at(40))).await.unwrap();
    let early = login(&t, "clerk", NEXT_PASSWORD).await.unwrap_err();
    assert_eq!(refusal(&early).1, "NOTHING_GRANTED");
    t.clock().advance(Duration::from_secs(30 * 60));
    let pair = login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    assert_eq!(pair.expires_in, 600);
    t.clock().advance(Duration::from_secs(10 * 60));
    let late = refresh(&t, &pair.refresh_token, "").await.unwrap_err();
    assert_eq!(refusal(&late).1, "NOTHING_GRANTED");
}

#[tokio::test]
async fn g02_an_ended_grant_is_in_no_later_token() {
    let t = identity().await;
    let made = worker(&t, "clerk", Role::Care, "410611").await;
    let both = grant(&t, &made, Role::Publicity, "410611").await.unwrap();
    let twice = grant(&t, &made, Role::Care, "410611").await.unwrap_err();
    assert_eq!(refusal(&twice).1, "ALREADY_GRANTED");
    let pair = login(&t, "clerk", NEXT_PASSWORD).await.unwrap();
    let care = both
        .grants
        .iter()
        .find(|held| held.role() == Role::Care)
        .unwrap();
    let end = || pb::EndGrantRequest {
        name: care.name.clone(),
        request_id: String::new(),
    };
    let left = client(&t).end_grant(end()).await.unwrap().into_inner();
    assert_eq!(left.grants.len(), 1);
    let status = client(&t).end_grant(end()).await.unwrap_err();
    assert_eq!(refusal(&status).1, "GRANT_ENDED");
    let next = refresh(&t, &pair.refresh_token, "").await.unwrap();
    let caller = verify(&t, &next.access_token).await.unwrap();
    assert_eq!(
        caller
            .grants
            .iter()
            .map(|grant| grant.role.as_str())
            .collect::<Vec<_>>(),
        ["ROLE_PUBLICITY"]
    );
    // It stays on record, with who ended it.
    let kept: (i64, i64) = sqlx::query_as("select count(*), count(ended_by) from account_grants")
        .fetch_one(&mut t.sql().await)
        .await
        .unwrap();
    assert_eq!(kept, (2, 1));
}
