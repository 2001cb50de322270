//! Benefits: granted, ended, and verified by other agencies without a name.

use jianyi_proto::care::events::v1::BenefitKind;
use jianyi_proto::care::v1::{
    Beneficiary, CreateEntitlementPolicyRequest, EndGrantRequest, EntitlementGrant,
    EntitlementPolicy, GetEntitlementGrantRequest, ListEntitlementGrantsRequest,
    VerifyEntitlementRequest, VerifyEntitlementResponse,
};
use jianyi_proto::member::events::v1::HeroEnd;
use tonic::Code;

use crate::world::{World, bus_card, hero_name, refused};

/// What the bus operator asks, with a card.
async fn card_on(world: &World, card: &str, on: &str) -> VerifyEntitlementResponse {
    let request = VerifyEntitlementRequest {
        benefit: BenefitKind::FreeBus.into(),
        credential_no: card.into(),
        on: on.into(),
        ..VerifyEntitlementRequest::default()
    };
    world
        .as_role("ROLE_AGENCY")
        .verify_entitlement(request)
        .await
        .unwrap()
        .into_inner()
}

fn yes(until: &str) -> VerifyEntitlementResponse {
    VerifyEntitlementResponse {
        entitled: true,
        until: until.into(),
    }
}

fn no() -> VerifyEntitlementResponse {
    VerifyEntitlementResponse::default()
}

#[tokio::test]
async fn c14_the_same_card_at_two_dates_has_two_answers() {
    let mut world = World::start().await;
    let hero = world.hero(1).await;
    let policy = world.policy(BenefitKind::FreeBus, "2023", "").await;
    let granted = EntitlementGrant {
        to_day: "2024-06-30".into(),
        ..bus_card(&policy, &hero, "H 0001 2345")
    };
    let granted = world.grant(granted).await.unwrap();
    assert!(
        granted.credential_no.ends_with("*2345"),
        "{}",
        granted.credential_no
    );
    assert_eq!(
        card_on(&world, "h00012345", "2024-06-30").await,
        yes("2024-06-30")
    );
    assert_eq!(card_on(&world, "H00012345", "2024-07-01").await, no());
    assert_eq!(card_on(&world, "H00012345", "2023-12-31").await, no());
    assert_eq!(
        card_on(&world, "H00012345", "").await,
        no(),
        "today is the end of 2024"
    );
    assert_eq!(
        card_on(&world, "H99999999", "2024-06-30").await,
        no(),
        "an unknown card is a plain no"
    );

    let by_hero = VerifyEntitlementRequest {
        benefit: BenefitKind::FreeBus.into(),
        hero: hero.clone(),
        on: "2024-02-29".into(),
        ..VerifyEntitlementRequest::default()
    };
    assert_eq!(
        world
            .care
            .verify_entitlement(by_hero.clone())
            .await
            .unwrap()
            .into_inner(),
        yes("2024-06-30")
    );
    let nobody = VerifyEntitlementRequest {
        hero: hero_name(99),
        ..by_hero.clone()
    };
    assert_eq!(
        world
            .care
            .verify_entitlement(nobody)
            .await
            .unwrap()
            .into_inner(),
        no()
    );
    let both = VerifyEntitlementRequest {
        credential_no: "H1".into(),
        ..by_hero.clone()
    };
    assert_eq!(
        world
            .care
            .verify_entitlement(both)
            .await
            .unwrap_err()
            .code(),
        Code::InvalidArgument
    );
    let exam = VerifyEntitlementRequest {
        benefit: BenefitKind::ExamBonus.into(),
        ..by_hero
    };
    assert_eq!(
        world
            .care
            .verify_entitlement(exam)
            .await
            .unwrap()
            .into_inner(),
        no()
    );

    assert!(
        !world.t.dump().await.contains("00012345"),
        "the card is readable in the database"
    );
}

#[tokio::test]
async fn m28_a_heros_end_ends_every_grant_the_same_day() {
    let mut world = World::start().await;
    let hero = world.hero(1).await;
    let bus = world.policy(BenefitKind::FreeBus, "", "").await;
    let exam = world.policy(BenefitKind::ExamBonus, "2024", "2024").await;
    let card = world.grant(bus_card(&bus, &hero, "C1")).await.unwrap().name;
    let student = EntitlementGrant {
        beneficiary: Beneficiary::Child.into(),
        from_day: "2024-06-01".into(),
        ..bus_card(&exam, &hero, "S1")
    };
    world.grant(student).await.unwrap();
    let over = EntitlementGrant {
        to_day: "2024-01-31".into(),
        ..bus_card(&bus, &hero, "C2")
    };
    let over = world.grant(over).await.unwrap().name;

    world.end(&hero, "2024-07-01", HeroEnd::Revoked).await;
    assert_eq!(card_on(&world, "C1", "2024-06-30").await, yes("2024-06-30"));
    assert_eq!(card_on(&world, "C1", "2024-07-01").await, no());
    let read = |name: String| world.care.clone().get_entitlement_grant_owned(name);
    let ended = read(card).await;
    assert_eq!(
        (
            ended.ended_on.as_str(),
            ended.end_reason.as_str(),
            ended.etag.as_str()
        ),
        ("2024-07-01", "HERO_REVOKED", "2")
    );
    assert_eq!(
        read(over).await.ended_on,
        "",
        "what was over by then has nothing to end"
    );
    let published = world.published().await;
    assert_eq!(
        published
            .iter()
            .filter(|name| *name == "EntitlementEnded")
            .count(),
        2
    );

    let late = EntitlementGrant {
        from_day: "2024-07-01".into(),
        ..bus_card(&bus, &hero, "C3")
    };
    assert_eq!(refused(world.grant(late).await), "HERO_NOT_ELIGIBLE");
    // A grant of the time before enters the record with its end.
    let earlier = EntitlementGrant {
        from_day: "2024-05-01".into(),
        ..bus_card(&bus, &hero, "C4")
    };
    assert_eq!(world.grant(earlier).await.unwrap().ended_on, "2024-07-01");
}

trait Owned {
    async fn get_entitlement_grant_owned(self, name: String) -> EntitlementGrant;
}

impl Owned for crate::world::Client {
    async fn get_entitlement_grant_owned(mut self, name: String) -> EntitlementGrant {
        self.get_entitlement_grant(GetEntitlementGrantRequest { name })
            .await
            .unwrap()
            .into_inner()
    }
}

#[tokio::test]
async fn c12_no_policy_no_grant_and_one_bonus_per_student_and_year() {
    let mut world = World::start().await;
    let (hero, other) = (world.hero(1).await, world.hero(2).await);
    let exam = world.policy(BenefitKind::ExamBonus, "2024", "2025").await;
    let student = |hero: &str, no: &str, from: &str| EntitlementGrant {
        beneficiary: Beneficiary::Child.into(),
        from_day: from.into(),
        ..bus_card(&exam, hero, no)
    };
    assert_eq!(
        refused(world.grant(student(&hero, "S1", "2023-06-01")).await),
        "POLICY_NOT_IN_FORCE"
    );
    let nameless = world
        .grant(student(&hero, "", "2024-06-01"))
        .await
        .unwrap_err();
    assert_eq!(nameless.code(), Code::InvalidArgument);
    assert_eq!(
        refused(
            world
                .grant(student(&hero_name(9), "S1", "2024-06-01"))
                .await
        ),
        "HERO_NOT_ELIGIBLE"
    );
    world
        .grant(student(&hero, "S1", "2024-06-01"))
        .await
        .unwrap();
    let twice = world
        .grant(student(&hero, "S1", "2024-06-01"))
        .await
        .unwrap_err();
    assert_eq!(twice.code(), Code::AlreadyExists);
    assert_eq!(
        refused(world.grant(student(&other, "S1", "2024-06-20")).await),
        "STUDENT_ALREADY_GRANTED"
    );
    world
        .grant(student(&other, "S1", "2025-06-20"))
        .await
        .unwrap();
    world
        .grant(student(&hero, "S2", "2024-06-01"))
        .await
        .unwrap();
}

#[tokio::test]
async fn c13_a_card_belongs_to_one_open_grant() {
    let mut world = World::start().await;
    let (hero, other) = (world.hero(1).await, world.hero(2).await);
    let bus = world.policy(BenefitKind::FreeBus, "2024 (年初)", "").await;
    let granted = world.grant(bus_card(&bus, &hero, "C1")).await.unwrap();
    assert_eq!(
        refused(world.grant(bus_card(&bus, &other, "C1")).await),
        "CREDENTIAL_IN_USE"
    );
    let end = EndGrantRequest {
        name: granted.name,
        ended_on: "2024-05-01".into(),
        reason: "CARD_LOST".into(),
        ..EndGrantRequest::default()
    };
    let ended = world
        .care
        .end_grant(end.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (ended.ended_on.as_str(), ended.end_reason.as_str()),
        ("2024-05-01", "CARD_LOST")
    );
    assert_eq!(
        refused(world.care.end_grant(end).await),
        "GRANT_ALREADY_ENDED"
    );
    assert_eq!(card_on(&world, "C1", "2024-05-01").await, no());
    let second = EntitlementGrant {
        from_day: "2024-05-01".into(),
        ..bus_card(&bus, &other, "C1")
    };
    world.grant(second).await.unwrap();
    assert_eq!(card_on(&world, "C1", "2024-05-01").await, yes(""));

    let of_hero = ListEntitlementGrantsRequest {
        hero,
        ..ListEntitlementGrantsRequest::default()
    };
    let of_hero = world
        .care
        .list_entitlement_grants(of_hero)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(of_hero.entitlement_grants, [ended]);
    let published = world.published().await;
    assert_eq!(
        published[2..],
        [
            "PolicyAdopted",
            "EntitlementGranted",
            "EntitlementEnded",
            "EntitlementGranted"
        ]
    );
}

#[tokio::test]
async fn v92_a_policy_may_take_a_title_and_points_may_be_unknown() {
    let mut world = World::start().await;
    let hero = world.hero(1).await;
    let policy = EntitlementPolicy {
        benefit: BenefitKind::ExamBonus.into(),
        authority: "市教育体育局".into(),
        requires_title: true,
        ..EntitlementPolicy::default()
    };
    let request = CreateEntitlementPolicyRequest {
        entitlement_policy: Some(policy),
        request_id: "p".into(),
    };
    let policy = world
        .care
        .create_entitlement_policy(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(policy.points.unwrap().value, None);
    let again = CreateEntitlementPolicyRequest {
        request_id: "q".into(),
        ..request
    };
    assert_eq!(
        world
            .care
            .create_entitlement_policy(again)
            .await
            .unwrap_err()
            .code(),
        Code::AlreadyExists
    );
    assert_eq!(
        refused(world.grant(bus_card(&policy.name, &hero, "S1")).await),
        "TITLE_REQUIRED"
    );
    let titled = EntitlementGrant {
        title_document: "2020-1".into(),
        ..bus_card(&policy.name, &hero, "S1")
    };
    world.grant(titled).await.unwrap();
}

#[tokio::test]
async fn what_no_database_can_search_for_is_the_callers_mistake() {
    let mut world = World::start().await;
    let request = ListEntitlementGrantsRequest {
        hero: "\0".into(),
        ..ListEntitlementGrantsRequest::default()
    };
    let status = world
        .care
        .list_entitlement_grants(request)
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
}
