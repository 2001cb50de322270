//! Heroes under confidentiality: what names one is hidden with them.

use jianyi_proto::care::events::v1::{BenefitKind, Festival};
use jianyi_proto::care::v1::{Activity, CancelActivityRequest, CloseActivityRequest};
use jianyi_proto::care::v1::{
    ActivityParticipant, CreateVisitRequest, EndGrantRequest, EntitlementGrant,
    GetActivityParticipantRequest, GetActivityRequest, GetEntitlementGrantRequest, GetVisitRequest,
    ListActivityParticipantsRequest, ListEntitlementGrantsRequest, ListVisitsRequest,
    ParticipantRole, RevealActivityParticipantRequest, RevealEntitlementGrantRequest,
    VerifyEntitlementRequest, Visit, VisitMode,
};
use tonic::Code;

use crate::world::{World, bus_card, hero_name, joins, trip};

/// One hero whom everybody may know and one who was sealed after the same was recorded of both.
struct Two {
    world: World,
    activity: Activity,
    participants: Vec<ActivityParticipant>,
    visits: Vec<Visit>,
    grants: Vec<EntitlementGrant>,
}

async fn two() -> Two {
    let mut world = World::start().await;
    let activity = world.activity(trip("2024-05-01")).await.unwrap();
    let round = world.round(Festival::MidAutumn, 2024).await.unwrap().name;
    let policy = world.policy(BenefitKind::FreeBus, "2023", "").await;
    let (mut participants, mut visits, mut grants) = (Vec::new(), Vec::new(), Vec::new());
    for (n, card) in [(1, "H00000001"), (2, "H00000002")] {
        let hero = world.hero(n).await;
        let joins = joins(&activity.name, &hero, ParticipantRole::Hero);
        let joined = world.care.create_activity_participant(joins).await.unwrap();
        participants.push(joined.into_inner());
        let visit = CreateVisitRequest {
            parent: round.clone(),
            visit: Some(Visit {
                hero: hero.clone(),
                mode: VisitMode::Home.into(),
                visited_on: "2024-09-12".into(),
                visitor_org: "市见义勇为协会".into(),
                ..Visit::default()
            }),
            request_id: String::new(),
        };
        visits.push(world.care.create_visit(visit).await.unwrap().into_inner());
        grants.push(world.grant(bus_card(&policy, &hero, card)).await.unwrap());
    }
    world.seal(&hero_name(2)).await;
    Two {
        world,
        activity,
        participants,
        visits,
        grants,
    }
}

#[tokio::test]
async fn m29_lists_show_nothing_that_names_a_sealed_hero() {
    let two = two().await;
    let mut care = two.world.as_role("ROLE_CARE");
    let request = ListActivityParticipantsRequest {
        parent: two.activity.name.clone(),
        ..Default::default()
    };
    let listed = care.list_activity_participants(request).await.unwrap();
    assert_eq!(
        listed.into_inner().activity_participants,
        two.participants[..1]
    );
    let request = ListVisitsRequest {
        parent: two.visits[0].name.split("/visits").next().unwrap().into(),
        ..Default::default()
    };
    let listed = care.list_visits(request).await.unwrap().into_inner();
    assert_eq!(listed.visits, two.visits[..1]);
    let mut request = ListEntitlementGrantsRequest::default();
    let listed = care.list_entitlement_grants(request.clone()).await.unwrap();
    assert_eq!(listed.into_inner().entitlement_grants, two.grants[..1]);
    request.hero = hero_name(2);
    let listed = care.list_entitlement_grants(request).await.unwrap();
    assert!(listed.into_inner().entitlement_grants.is_empty());
}

#[tokio::test]
async fn m29_what_names_a_sealed_hero_is_not_found_by_its_name() {
    let two = two().await;
    let mut care = two.world.as_role("ROLE_CARE");
    for (which, expected) in [(0, Code::Ok), (1, Code::NotFound)] {
        let name = two.participants[which].name.clone();
        let request = GetActivityParticipantRequest { name };
        let got = care.get_activity_participant(request).await;
        assert_eq!(
            got.map_or_else(|status| status.code(), |_| Code::Ok),
            expected
        );
        let name = two.visits[which].name.clone();
        let got = care.get_visit(GetVisitRequest { name }).await;
        assert_eq!(
            got.map_or_else(|status| status.code(), |_| Code::Ok),
            expected
        );
        let name = two.grants[which].name.clone();
        let got = care
            .get_entitlement_grant(GetEntitlementGrantRequest { name })
            .await;
        assert_eq!(
            got.map_or_else(|status| status.code(), |_| Code::Ok),
            expected
        );
    }
}

#[tokio::test]
async fn m29_whoever_must_reach_a_sealed_hero_still_does() {
    let two = two().await;
    let mut care = two.world.as_role("ROLE_CARE");
    let name = two.grants[1].name.clone();
    let request = RevealEntitlementGrantRequest {
        name: name.clone(),
        purpose: "核对公交卡".into(),
    };
    let shown = care.reveal_entitlement_grant(request).await.unwrap();
    assert_eq!(shown.into_inner().credential_no, "H00000002");
    let request = RevealActivityParticipantRequest {
        name: two.participants[1].name.clone(),
        purpose: "办理保险".into(),
    };
    let shown = care.reveal_activity_participant(request).await.unwrap();
    assert_eq!(shown.into_inner().hero, hero_name(2));
    let mut agency = two.world.as_role("ROLE_AGENCY");
    let request = VerifyEntitlementRequest {
        benefit: BenefitKind::FreeBus.into(),
        credential_no: "H00000002".into(),
        on: "2024-06-01".into(),
        ..Default::default()
    };
    let verified = agency.verify_entitlement(request).await.unwrap();
    assert!(verified.into_inner().entitled);
    let request = EndGrantRequest {
        name,
        ended_on: "2024-07-01".into(),
        reason: "REPLACED".into(),
        ..Default::default()
    };
    let ended = care.end_grant(request).await.unwrap().into_inner();
    assert_eq!(ended.ended_on, "2024-07-01");
}

/// A number that were larger in one answer than in another would tell that there is somebody.
#[tokio::test]
async fn m29_no_answer_counts_a_sealed_participant() {
    let two = two().await;
    let name = two.activity.name.clone();
    for role in ["ROLE_CARE", "ROLE_OPERATOR", "ROLE_LEADER", "ROLE_AUDITOR"] {
        let request = GetActivityRequest { name: name.clone() };
        let got = two.world.as_role(role).get_activity(request).await.unwrap();
        assert_eq!(got.into_inner().named_participants, 1, "{role}");
    }
    let mut care = two.world.as_role("ROLE_CARE");
    let request = CloseActivityRequest {
        name,
        held_on: "2024-05-02".into(),
        ..Default::default()
    };
    let closed = care.close_activity(request).await.unwrap().into_inner();
    assert_eq!(closed.named_participants, 1);
    let days = days(&two.world).await;
    assert_eq!(days, ["2024-05-02", "2024-05-02"]);
}

#[tokio::test]
async fn m29_a_cancelled_activity_frees_the_sealed_too() {
    let two = two().await;
    let mut care = two.world.as_role("ROLE_CARE");
    let request = CancelActivityRequest {
        name: two.activity.name.clone(),
        ..Default::default()
    };
    let cancelled = care.cancel_activity(request).await.unwrap().into_inner();
    assert_eq!(cancelled.named_participants, 1);
    assert!(days(&two.world).await.is_empty());
}

/// The days on which somebody is taken.
async fn days(world: &World) -> Vec<String> {
    sqlx::query_scalar("select day::text from person_days order by day")
        .fetch_all(&mut world.t.sql().await)
        .await
        .unwrap()
}
