//! Who can see a person: everybody whose grant reaches the person's place, and no one else.

use super::*;

#[tokio::test]
async fn g03_who_can_see_a_person_and_through_which_grant() {
    let t = identity().await;
    for (login_name, role, division) in [
        ("city", Role::MemberAffairs, "410600"),
        ("clerk", Role::CountyClerk, "410611"),
        ("neighbour", Role::CountyClerk, "410621"),
        ("town", Role::TownshipStation, "410611101"),
        ("other-town", Role::TownshipStation, "410611102"),
        ("publicity", Role::Publicity, "410600"),
        ("security", Role::SecurityAdministrator, "410600"),
    ] {
        worker(&t, login_name, role, division).await;
    }
    let ask = |division: &str| {
        let request = pb::WhoCanSeeRequest {
            person: "counties/410611/people/01890a5d-ac96-774b-bcce-b302099a8057".into(),
            division: division.into(),
        };
        let mut security = as_account(&t, "accounts/1", "ROLE_SECURITY_ADMINISTRATOR");
        async move { security.who_can_see(request).await.unwrap().into_inner() }
    };
    let logins = |answer: &pb::WhoCanSeeResponse| {
        let mut logins: Vec<String> = answer
            .viewers
            .iter()
            .map(|viewer| {
                let mark = if viewer.depends_on_township { "?" } else { "" };
                format!("{}{mark}", viewer.login)
            })
            .collect();
        logins.sort();
        logins
    };
    let all = ask("").await;
    assert_eq!(logins(&all), ["city", "clerk", "other-town?", "town?"]);
    let granted = all.viewers[0].grant.clone().unwrap();
    assert!(all.viewers.iter().all(|viewer| viewer.masked));
    assert_eq!(granted.granted_by, "test:everybody");
    let here = ask("410611101").await;
    assert_eq!(logins(&here), ["city", "clerk", "town"]);

    let asked: i64 =
        sqlx::query_scalar("select count(*) from audit where method like '%/WhoCanSee'")
            .fetch_one(&mut t.sql().await)
            .await
            .unwrap();
    assert_eq!(asked, 2);
}
