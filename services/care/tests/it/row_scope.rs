//! Which rows exist for whom: enforced by the database, seen through the API.

use jianyi_proto::care::v1::{
    Activity, GetActivityRequest, GetRoundCoverageRequest, ListActivitiesRequest,
    RevealActivityParticipantRequest, RevealEntitlementGrantRequest,
};
use jianyi_proto::care::{events::v1::BenefitKind, v1 as pb};
use jianyi_testkit::rls;
use tonic::Code;

use crate::world::{Client, World, bus_card, refused, trip};

/// An activity and a round of two counties, and a hero.
async fn two_counties() -> (World, Vec<String>, Vec<String>) {
    let mut world = World::start().await;
    world.hero(1).await;
    let (mut activities, mut rounds) = (Vec::new(), Vec::new());
    for division in ["410611", "410621"] {
        let activity = Activity {
            division: division.into(),
            ..trip("2024-05-01")
        };
        activities.push(world.activity(activity).await.unwrap().name);
        let request = pb::CreateFestivalRoundRequest {
            festival_round: Some(pb::FestivalRound {
                festival: jianyi_proto::care::events::v1::Festival::Spring.into(),
                year: 2024,
                division: division.into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let round = world.care.create_festival_round(request).await.unwrap();
        rounds.push(round.into_inner().name);
    }
    (world, activities, rounds)
}

#[tokio::test]
async fn g02_every_table_is_guarded_and_shows_nothing_without_reach() {
    let (world, _, _) = two_counties().await;
    rls::every_table_is_guarded(&world.t).await;
    rls::nobody_sees_anything(&world.t, &["activities", "festival_rounds", "heroes"]).await;
}

#[tokio::test]
async fn g02_a_county_reaches_only_its_own_rows_in_the_database() {
    let (world, _, _) = two_counties().await;
    let tables = ["activities", "festival_rounds"];
    rls::a_county_reaches_only_itself(&world.t, "410611", "410621", &tables).await;
}

#[tokio::test]
async fn v129_another_countys_records_are_not_found() {
    let (world, activities, rounds) = two_counties().await;
    let mut clerk = Client::new(world.t.channel_as("ROLE_COUNTY_CLERK", "410611"));
    let get = |name: &str| GetActivityRequest { name: name.into() };
    clerk.get_activity(get(&activities[0])).await.unwrap();
    let other = clerk.get_activity(get(&activities[1])).await.unwrap_err();
    assert_eq!(other.code(), Code::NotFound);
    let coverage = |name: &str| GetRoundCoverageRequest { name: name.into() };
    clerk
        .get_round_coverage(coverage(&rounds[0]))
        .await
        .unwrap();
    let other = clerk.get_round_coverage(coverage(&rounds[1])).await;
    assert_eq!(other.unwrap_err().code(), Code::NotFound);

    let all = ListActivitiesRequest::default();
    let own = clerk
        .list_activities(all.clone())
        .await
        .unwrap()
        .into_inner();
    let own: Vec<_> = own.activities.into_iter().map(|it| it.name).collect();
    assert_eq!(own, activities[..1]);
    let mut city = world.as_role("ROLE_LEADER");
    let seen = city.list_activities(all).await.unwrap().into_inner();
    assert_eq!(seen.activities.len(), 2);
    let listed = clerk
        .list_festival_rounds(pb::ListFestivalRoundsRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.festival_rounds.len(), 1);
}

#[tokio::test]
async fn g05_personal_data_is_shown_for_a_purpose_and_leaves_a_record() {
    let mut world = World::start().await;
    let hero = world.hero(1).await;
    let policy = world.policy(BenefitKind::FreeBus, "2023", "").await;
    let grant = world
        .grant(bus_card(&policy, &hero, "H00012345"))
        .await
        .unwrap();
    assert_eq!(grant.credential_no, "*****2345");
    let ask = |purpose: &str| RevealEntitlementGrantRequest {
        name: grant.name.clone(),
        purpose: purpose.into(),
    };
    let mut care = world.as_role("ROLE_CARE");
    assert_eq!(
        refused(care.reveal_entitlement_grant(ask("")).await),
        "PURPOSE_REQUIRED"
    );
    let shown = care
        .reveal_entitlement_grant(ask("核对公交卡"))
        .await
        .unwrap();
    assert_eq!(shown.into_inner().credential_no, "H00012345");
    for role in ["ROLE_OPERATOR", "ROLE_LEADER", "ROLE_AUDITOR"] {
        let denied = world
            .as_role(role)
            .reveal_entitlement_grant(ask("核对公交卡"))
            .await;
        assert_eq!(denied.unwrap_err().code(), Code::PermissionDenied, "{role}");
    }

    let camp = world.activity(trip("2024-07-10")).await.unwrap().name;
    let child = pb::CreateActivityParticipantRequest {
        parent: camp,
        activity_participant: Some(pb::ActivityParticipant {
            hero,
            role: pb::ParticipantRole::Child.into(),
            child_name: "张小明".into(),
            child_birth_date: "2010-01-02".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let child = world
        .care
        .create_activity_participant(child)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (child.child_name.as_str(), child.child_birth_date.as_str()),
        ("张*明", "2010")
    );
    let request = RevealActivityParticipantRequest {
        name: child.name,
        purpose: "办理保险".into(),
    };
    let shown = care
        .reveal_activity_participant(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (shown.child_name.as_str(), shown.child_birth_date.as_str()),
        ("张小明", "2010-01-02")
    );
    let recorded: i64 = sqlx::query_scalar(
        "select count(*) from audit where method like '%/Reveal%' and caller = 'test:ROLE_CARE:410600'",
    )
    .fetch_one(&mut world.t.sql().await)
    .await
    .unwrap();
    assert_eq!(recorded, 2);
}
