//! Who takes part: nobody in two places on one day, no young child without consent.

use futures::future::join_all;
use jianyi_proto::care::v1::{
    ActivityParticipant, CancelActivityRequest, CloseActivityRequest,
    CreateActivityParticipantRequest, GetActivityParticipantRequest, GetActivityRequest,
    ListActivityParticipantsRequest, ParticipantRole,
};
use jianyi_proto::care::{events::v1::ActivityKind, v1::Activity};
use jianyi_proto::member::events::v1::HeroEnd;
use tonic::Code;

use crate::world::{World, hero_name, joins, refused, trip};

fn child(
    activity: &str,
    hero: &str,
    born: &str,
    consent: bool,
) -> CreateActivityParticipantRequest {
    CreateActivityParticipantRequest {
        activity_participant: Some(ActivityParticipant {
            hero: hero.into(),
            role: ParticipantRole::Child.into(),
            child_name: "张小明".into(),
            child_birth_date: born.into(),
            guardian_consent: consent,
            ..ActivityParticipant::default()
        }),
        ..joins(activity, hero, ParticipantRole::Child)
    }
}

fn camp(held_on: &str) -> Activity {
    Activity {
        kind: ActivityKind::ChildrenCamp.into(),
        ..trip(held_on)
    }
}

#[tokio::test]
async fn v84_a_shared_day_is_refused_and_the_next_day_is_fine() {
    let mut world = World::start().await;
    let hero = world.hero(1).await;
    let june = world
        .activity(trip("2024-06-18/2024-06-24"))
        .await
        .unwrap()
        .name;
    let shares_a_day = world
        .activity(trip("2024-06-24/2024-06-28"))
        .await
        .unwrap()
        .name;
    let next_day = world
        .activity(trip("2024-06-25/2024-06-28"))
        .await
        .unwrap()
        .name;
    let join = |activity: &str| joins(activity, &hero, ParticipantRole::Hero);
    world
        .care
        .create_activity_participant(join(&june))
        .await
        .unwrap();
    let refusal = world
        .care
        .create_activity_participant(join(&shares_a_day))
        .await
        .unwrap_err();
    let details = tonic_types::StatusExt::get_error_details(&refusal);
    let info = details.error_info().unwrap();
    assert_eq!(
        (info.reason.as_str(), info.metadata["day"].as_str()),
        ("DOUBLE_BOOKED", "2024-06-24")
    );
    world
        .care
        .create_activity_participant(join(&next_day))
        .await
        .unwrap();

    let twice = world
        .care
        .create_activity_participant(join(&june))
        .await
        .unwrap_err();
    assert_eq!(twice.code(), Code::AlreadyExists);
    let listed = ListActivityParticipantsRequest {
        parent: shares_a_day,
        ..ListActivityParticipantsRequest::default()
    };
    let listed = world
        .care
        .list_activity_participants(listed)
        .await
        .unwrap()
        .into_inner();
    assert!(
        listed.activity_participants.is_empty(),
        "a refused booking leaves nothing"
    );
}

#[tokio::test]
async fn v85_an_escort_is_busy_too() {
    let mut world = World::start().await;
    let hero = world.hero(1).await;
    let camp = world
        .activity(camp("2024-07-10/2024-07-13"))
        .await
        .unwrap()
        .name;
    let trip = world
        .activity(trip("2024-07-13/2024-07-15"))
        .await
        .unwrap()
        .name;
    world
        .care
        .create_activity_participant(joins(&camp, &hero, ParticipantRole::Escort))
        .await
        .unwrap();
    let double = world
        .care
        .create_activity_participant(joins(&trip, &hero, ParticipantRole::Hero))
        .await;
    assert_eq!(refused(double), "DOUBLE_BOOKED");
    // The hero's child is somebody else.
    world
        .care
        .create_activity_participant(child(&trip, &hero, "2012-01-01", true))
        .await
        .unwrap();
}

#[tokio::test]
async fn c20_of_twenty_concurrent_bookings_one_succeeds() {
    let mut world = World::start().await;
    let hero = world.hero(1).await;
    let mut activities = Vec::new();
    for day in 1..=20 {
        // Different trips that all contain 20 June.
        activities.push(
            world
                .activity(trip(&format!("2024-06-{day:02}/2024-06-20")))
                .await
                .unwrap()
                .name,
        );
    }
    let bookings = activities.iter().map(|activity| {
        let mut care = world.care.clone();
        let request = joins(activity, &hero, ParticipantRole::Hero);
        async move { care.create_activity_participant(request).await }
    });
    let results = join_all(bookings).await;
    let (booked, refusals): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!(booked.len(), 1);
    assert!(
        refusals
            .into_iter()
            .all(|refusal| refused(refusal) == "DOUBLE_BOOKED")
    );
}

#[tokio::test]
async fn v78_a_child_under_14_on_the_first_day_needs_consent() {
    let mut world = World::start().await;
    let hero = world.hero(1).await;
    let camp = world
        .activity(camp("2024-07-10/2024-07-13"))
        .await
        .unwrap()
        .name;
    // Turns 14 during the camp, and on its first day.
    let young = child(&camp, &hero, "2010-07-11", false);
    assert_eq!(
        refused(world.care.create_activity_participant(young).await),
        "GUARDIAN_CONSENT_MISSING"
    );
    world
        .care
        .create_activity_participant(child(&camp, &hero, "2010-07-10", false))
        .await
        .unwrap();
    let consented = child(&camp, &hero, "2010-07-11", true);
    let reply = world
        .care
        .create_activity_participant(consented)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (reply.child_name.as_str(), reply.child_birth_date.as_str()),
        ("张*明", "2010")
    );
    let read = world
        .care
        .get_activity_participant(GetActivityParticipantRequest {
            name: reply.name.clone(),
        })
        .await;
    assert_eq!(read.unwrap().into_inner(), reply);
    let activity = world
        .care
        .get_activity(GetActivityRequest { name: camp })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(activity.named_participants, 2);

    let dump = world.t.dump().await;
    assert!(
        !dump.contains("张小明") && !dump.contains("2010-07-1"),
        "a child is readable in the database"
    );
    assert!(
        world
            .as_role("ROLE_LEADER")
            .get_activity_participant(GetActivityParticipantRequest { name: reply.name })
            .await
            .is_err()
    );
}

#[tokio::test]
async fn v88_only_who_has_a_claim_takes_part() {
    let mut world = World::start().await;
    let (dead, revoked) = (world.hero(1).await, world.hero(2).await);
    world.end(&dead, "2024-03-01", HeroEnd::Deceased).await;
    world.end(&revoked, "2024-03-01", HeroEnd::Revoked).await;
    let camp = world
        .activity(camp("2024-07-10/2024-07-13"))
        .await
        .unwrap()
        .name;
    world
        .care
        .create_activity_participant(child(&camp, &dead, "2012-01-01", true))
        .await
        .unwrap();
    for request in [
        child(&camp, &revoked, "2012-01-01", true),
        joins(&camp, &dead, ParticipantRole::Hero),
        joins(&camp, &hero_name(9), ParticipantRole::Hero),
    ] {
        assert_eq!(
            refused(world.care.create_activity_participant(request).await),
            "HERO_NOT_ELIGIBLE"
        );
    }
}

#[tokio::test]
async fn a_moved_date_moves_the_bookings_and_a_cancelled_activity_frees_them() {
    let mut world = World::start().await;
    let hero = world.hero(1).await;
    let planned = world.activity(trip("2024-06")).await.unwrap().name;
    let fixed = world
        .activity(trip("2024-06-24/2024-06-28"))
        .await
        .unwrap()
        .name;
    let join = |activity: &str| joins(activity, &hero, ParticipantRole::Hero);
    world
        .care
        .create_activity_participant(join(&planned))
        .await
        .unwrap();
    world
        .care
        .create_activity_participant(join(&fixed))
        .await
        .unwrap();
    let close = |name: &str, held_on: &str| CloseActivityRequest {
        name: name.into(),
        held_on: held_on.into(),
        ..CloseActivityRequest::default()
    };
    let clash = world
        .care
        .close_activity(close(&planned, "2024-06-18/2024-06-24"))
        .await;
    assert_eq!(refused(clash), "DOUBLE_BOOKED");

    let cancel = CancelActivityRequest {
        name: fixed.clone(),
        ..CancelActivityRequest::default()
    };
    world.care.cancel_activity(cancel).await.unwrap();
    assert_eq!(
        refused(world.care.create_activity_participant(join(&fixed)).await),
        "ACTIVITY_CANCELLED"
    );
    world
        .care
        .close_activity(close(&planned, "2024-06-18/2024-06-24"))
        .await
        .unwrap();
    let late = world
        .activity(trip("2024-06-24/2024-06-25"))
        .await
        .unwrap()
        .name;
    assert_eq!(
        refused(world.care.create_activity_participant(join(&late)).await),
        "DOUBLE_BOOKED"
    );
}

#[tokio::test]
async fn v78_an_earlier_first_day_asks_for_consent_again() {
    let mut world = World::start().await;
    let hero = world.hero(1).await;
    let camp = world
        .activity(camp("2024-07-20/2024-07-22"))
        .await
        .unwrap()
        .name;
    world
        .care
        .create_activity_participant(child(&camp, &hero, "2010-07-15", false))
        .await
        .unwrap();
    let close = CloseActivityRequest {
        name: camp,
        held_on: "2024-07-10/2024-07-12".into(),
        ..CloseActivityRequest::default()
    };
    assert_eq!(
        refused(world.care.close_activity(close).await),
        "GUARDIAN_CONSENT_MISSING"
    );
}
