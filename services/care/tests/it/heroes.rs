//! What is known of heroes, whatever order their events arrive in.

use jianyi_proto::care::events::v1::{BenefitKind, EntitlementEnded, HeroBecameEligible};
use jianyi_proto::member::events::v1::{HeroEnd, SealedHeroEnded};
use prost::Message as _;
use uuid::Uuid;

use crate::world::{World, bus_card, confirmed, ended, fact, hero_name, joins, refused, trip};
use jianyi_proto::care::v1::ParticipantRole;

#[tokio::test]
async fn m01_a_confirmed_hero_becomes_eligible_and_says_so_once() {
    let world = World::start().await;
    let hero = hero_name(1);
    for _ in 0..10 {
        world
            .t
            .deliver(&confirmed(&hero), &hero, "410611", 1)
            .await
            .unwrap();
    }
    let outbox = world.t.outbox().await;
    assert_eq!(outbox.len(), 1);
    let event = HeroBecameEligible::decode(outbox[0].data.as_slice()).unwrap();
    assert_eq!(event.hero, hero);
    let fact = event.fact.unwrap();
    assert_eq!(
        (fact.division.as_str(), fact.on.as_str()),
        ("410611", "2020-01-01")
    );
    assert_eq!(fact.sources, ["S13"]);
}

#[tokio::test]
async fn v126_deceased_before_confirmed_ten_times_over_converges() {
    let mut world = World::start().await;
    let hero = hero_name(1);
    let (end_id, confirm_id) = (Uuid::from_u128(101), Uuid::from_u128(102));
    let (end, confirm) = (
        ended(&hero, "2024-07-01", HeroEnd::Deceased),
        confirmed(&hero),
    );
    for round in 0..10 {
        let first = world
            .t
            .deliver_as(end_id, &end, &hero, "410611", 3)
            .await
            .unwrap();
        let second = world
            .t
            .deliver_as(confirm_id, &confirm, &hero, "410611", 1)
            .await
            .unwrap();
        assert_eq!((first, second), (round == 0, round == 0));
        // The same facts under new ids, as after a replay of the stream.
        world.t.deliver(&end, &hero, "410611", 3).await.unwrap();
        world.t.deliver(&confirm, &hero, "410611", 1).await.unwrap();
    }
    assert!(
        world.published().await.is_empty(),
        "nobody became eligible, nothing ended"
    );
    let bus = world.policy(BenefitKind::FreeBus, "", "").await;
    let after = jianyi_proto::care::v1::EntitlementGrant {
        from_day: "2024-07-01".into(),
        ..bus_card(&bus, &hero, "C1")
    };
    assert_eq!(refused(world.grant(after).await), "HERO_NOT_ELIGIBLE");
    assert_eq!(
        world
            .grant(bus_card(&bus, &hero, "C1"))
            .await
            .unwrap()
            .ended_on,
        "2024-07-01"
    );
}

#[tokio::test]
async fn v104_a_restored_hero_is_eligible_again() {
    let mut world = World::start().await;
    let hero = world.hero(1).await;
    world.end(&hero, "2024-07-01", HeroEnd::Deceased).await;
    world
        .t
        .deliver(&confirmed(&hero), &hero, "410611", 3)
        .await
        .unwrap();
    let trip = world.activity(trip("2024-08-01")).await.unwrap().name;
    world
        .care
        .create_activity_participant(joins(&trip, &hero, ParticipantRole::Hero))
        .await
        .unwrap();
}

#[tokio::test]
async fn m29_a_sealed_hero_leaves_no_event() {
    let mut world = World::start().await;
    let bus = world.policy(BenefitKind::FreeBus, "", "").await;
    let sealed = world.sealed_hero(1).await;
    world.grant(bus_card(&bus, &sealed, "C1")).await.unwrap();
    let trip = world.activity(trip("2024-06-18")).await.unwrap().name;
    world
        .care
        .create_activity_participant(joins(&trip, &sealed, ParticipantRole::Hero))
        .await
        .unwrap();
    let event = SealedHeroEnded {
        fact: fact("2024-07-01"),
        hero: sealed.clone(),
        reason: HeroEnd::Deceased.into(),
    };
    world.t.deliver(&event, &sealed, "410611", 2).await.unwrap();
    assert_eq!(
        world.published().await,
        ["PolicyAdopted", "ActivityPlanned"]
    );
    let id = sealed.rsplit('/').next().unwrap().to_owned();
    let outbox = world.t.outbox().await;
    assert!(outbox.iter().all(
        |row| !row.resource.contains(&id) && !String::from_utf8_lossy(&row.data).contains(&id)
    ));
}

#[tokio::test]
async fn m29_a_hero_sealed_later_falls_silent() {
    let mut world = World::start().await;
    let bus = world.policy(BenefitKind::FreeBus, "", "").await;
    let hero = world.hero(1).await;
    world.grant(bus_card(&bus, &hero, "C1")).await.unwrap();
    let before = world.published().await.len();
    world.seal(&hero).await;
    world.grant(bus_card(&bus, &hero, "C2")).await.unwrap();
    world
        .t
        .deliver(
            &ended(&hero, "2024-07-01", HeroEnd::Revoked),
            &hero,
            "410611",
            3,
        )
        .await
        .unwrap();
    assert_eq!(world.published().await.len(), before);
}

#[tokio::test]
async fn m28_events_of_a_known_heros_grants_carry_no_hero() {
    let mut world = World::start().await;
    let bus = world.policy(BenefitKind::FreeBus, "", "").await;
    let hero = world.hero(1).await;
    let grant = world.grant(bus_card(&bus, &hero, "C1")).await.unwrap().name;
    world.end(&hero, "2024-07-01", HeroEnd::Deceased).await;
    let outbox = world.t.outbox().await;
    let last = outbox.last().unwrap();
    let event = EntitlementEnded::decode(last.data.as_slice()).unwrap();
    assert_eq!(
        (event.grant, event.fact.unwrap().on.as_str()),
        (grant, "2024-07-01")
    );
    assert!(!String::from_utf8_lossy(&last.data).contains("heroes/"));
}

#[tokio::test]
async fn an_event_that_makes_no_sense_is_refused_for_good() {
    let world = World::start().await;
    let nameless = confirmed("heroes/1");
    let fault = world
        .t
        .deliver(&nameless, "heroes/1", "410611", 1)
        .await
        .unwrap_err();
    assert!(!fault.is_transient());
    let hero = hero_name(1);
    let fault = world
        .t
        .deliver(
            &ended(&hero, "2024-07-01", HeroEnd::Unspecified),
            &hero,
            "410611",
            2,
        )
        .await
        .unwrap_err();
    assert!(!fault.is_transient());
}
