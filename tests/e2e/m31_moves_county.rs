//! A hero and volunteer moves to another county on the 5th of July: two services hand the record over by events
//! alone, care, publicity and oversight follow, and what was counted before stays counted where it was.

use jianyi_proto::care::events::v1::Festival;
use jianyi_proto::care::v1 as care;
use jianyi_proto::care::v1::care_service_client::CareServiceClient;
use jianyi_proto::member::events::v1::{OrgUnitKind, RoleKind};
use jianyi_proto::member::v1 as member;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_proto::publicity::v1::ListStoriesRequest;
use jianyi_proto::publicity::v1::publicity_service_client::PublicityServiceClient;
use jianyi_testkit::{TestChannel, eventually};
use jianyi_tests::{Lenience, System};
use tonic_types::StatusExt as _;

use crate::JIANYI;
use crate::people::{PLANTED_NAME, confirm_hero};

type Members = MemberServiceClient<TestChannel>;

const HERE: &str = "410611";
const THERE: &str = "410621";

async fn volunteer(members: &mut Members, county: &str, person: &str, from: &str) {
    let parent = format!("counties/{county}");
    let unit = member::CreateOrgUnitRequest {
        parent: parent.clone(),
        org_unit: Some(member::OrgUnit {
            kind: OrgUnitKind::VolunteerTeam.into(),
            display_name: format!("{county} 义警队"),
            ..Default::default()
        }),
        request_id: format!("team-{county}"),
    };
    let unit = members.create_org_unit(unit).await.unwrap().into_inner();
    let role = member::CreateRoleAssignmentRequest {
        parent,
        role_assignment: Some(member::RoleAssignment {
            kind: RoleKind::Volunteer.into(),
            person: person.into(),
            org_unit: unit.name,
            from_day: from.into(),
            ..Default::default()
        }),
        request_id: format!("role-{county}"),
    };
    members.create_role_assignment(role).await.unwrap();
}

async fn volunteers(members: &mut Members, county: &str, as_of: &str) -> i64 {
    let request = member::CountVolunteersRequest {
        parent: format!("counties/{county}"),
        as_of: as_of.into(),
        tier: 0,
    };
    let counted = members.count_volunteers(request).await.unwrap();
    counted.into_inner().recorded_persons
}

async fn heroes(members: &mut Members, county: &str) -> Vec<String> {
    let request = member::ListHeroesRequest {
        parent: format!("counties/{county}"),
        ..Default::default()
    };
    let listed = members.list_heroes(request).await.unwrap().into_inner();
    listed.heroes.into_iter().map(|hero| hero.name).collect()
}

async fn round(channel: TestChannel, county: &str, festival: Festival) -> String {
    let request = care::CreateFestivalRoundRequest {
        festival_round: Some(care::FestivalRound {
            festival: festival.into(),
            year: 2024,
            division: county.into(),
            ..Default::default()
        }),
        request_id: format!("round-{county}-{}", i32::from(festival)),
    };
    let made = CareServiceClient::new(channel)
        .create_festival_round(request)
        .await
        .unwrap();
    made.into_inner().name
}

/// For whom a round is, and who was left out.
async fn eligible(channel: TestChannel, round: &str) -> (i64, Vec<String>) {
    let mut care = CareServiceClient::new(channel);
    let request = care::GetRoundCoverageRequest { name: round.into() };
    let coverage = care.get_round_coverage(request).await.unwrap().into_inner();
    let request = care::ListUncoveredHeroesRequest {
        parent: round.into(),
        ..Default::default()
    };
    let left = care.list_uncovered_heroes(request).await.unwrap();
    (coverage.eligible, left.into_inner().heroes)
}

async fn stories(channel: TestChannel) -> Vec<String> {
    let reply = PublicityServiceClient::new(channel)
        .list_stories(ListStoriesRequest::default())
        .await
        .unwrap();
    let stories = reply.into_inner().stories;
    stories.into_iter().map(|story| story.hero).collect()
}

/// Offered by the one county's clerk, accepted by the other's.
async fn hand_over(system: &System, person: &str) {
    let mut giving = MemberServiceClient::new(system.channel_as("ROLE_COUNTY_CLERK", HERE).await);
    let request = member::OfferHandoverRequest {
        name: person.into(),
        to_county: format!("counties/{THERE}"),
        effective_on: "2024-07-05".into(),
        request_id: "offer".into(),
    };
    giving.offer_handover(request).await.unwrap();
    let mut receiving =
        MemberServiceClient::new(system.channel_as("ROLE_COUNTY_CLERK", THERE).await);
    let mut incoming;
    eventually!({
        let request = member::ListHandoversRequest {
            parent: format!("counties/{THERE}"),
            ..Default::default()
        };
        let listed = receiving.list_handovers(request).await.unwrap();
        incoming = listed.into_inner().handovers;
        incoming.len() == 1
    });
    assert_eq!(incoming[0].person, person);
    let request = member::AcceptHandoverRequest {
        name: incoming[0].name.clone(),
        request_id: "accept".into(),
        ..Default::default()
    };
    receiving.accept_handover(request).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m31_a_move_takes_everything_along_and_changes_no_number_of_before() {
    let mut system = System::start_processes(JIANYI).await;
    let channel = system.channel().await;
    let mut members = MemberServiceClient::new(channel.clone());
    let hero = confirm_hero(channel.clone(), HERE, "1", false).await;
    volunteer(&mut members, HERE, &hero.person, "2024-01-01").await;
    let mut rounds = Vec::new();
    for festival in [Festival::DragonBoat, Festival::MidAutumn] {
        for county in [HERE, THERE] {
            rounds.push(round(channel.clone(), county, festival).await);
        }
    }
    eventually!(stories(channel.clone()).await == std::slice::from_ref(&hero.name));
    let before = system.report(2024).await;
    assert_eq!(before.value("heroes_total"), Some(1));
    assert_eq!(volunteers(&mut members, HERE, "2024-06-30").await, 1);

    // The receiving county dies while the record is on its way, and takes it in when it is back.
    hand_over(&system, &hero.person).await;
    system
        .world
        .kill9(&format!("member/{THERE}"))
        .await
        .unwrap();
    system
        .world
        .restart(&format!("member/{THERE}"))
        .await
        .unwrap();
    let moved = hero.name.replace(HERE, THERE);
    let person = hero.person.replace(HERE, THERE);
    eventually!(heroes(&mut members, THERE).await == std::slice::from_ref(&moved));
    system.settle().await;

    // Both counties' lists.
    assert!(heroes(&mut members, HERE).await.is_empty());
    let old = member::GetPersonRequest {
        name: hero.person.clone(),
    };
    let led = members.get_person(old.clone()).await.unwrap_err();
    let details = led.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(
        (info.reason.as_str(), info.metadata["person"].as_str()),
        ("PERSON_HANDED_OVER", person.as_str())
    );
    let mut clerk = MemberServiceClient::new(system.channel_as("ROLE_COUNTY_CLERK", HERE).await);
    let refused = clerk.get_person(old).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::NotFound);

    // Care: each festival is one county's, by its day.
    for (round, mine) in rounds.iter().zip([true, false, false, true]) {
        let (eligible, left) = eligible(channel.clone(), round).await;
        assert_eq!(eligible, i64::from(mine), "{round}");
        assert_eq!(left, vec![moved.clone(); usize::from(mine)], "{round}");
    }
    // Publicity and oversight go by the new name, and no number changed.
    eventually!(stories(channel.clone()).await == std::slice::from_ref(&moved));
    let after = system.report(2024).await;
    assert_eq!(after.value("heroes_total"), Some(1));
    assert_eq!(after.facts("heroes_total"), std::slice::from_ref(&moved));
    for (day, here) in [("2024-06-30", 1), ("2024-07-04", 1), ("2024-07-05", 0)] {
        assert_eq!(volunteers(&mut members, HERE, day).await, here, "{day}");
        assert_eq!(volunteers(&mut members, THERE, day).await, 0, "{day}");
    }
    volunteer(&mut members, THERE, &person, "2024-07-05").await;
    assert_eq!(volunteers(&mut members, THERE, "2024-07-05").await, 1);
    assert_eq!(volunteers(&mut members, HERE, "2024-06-30").await, 1);

    // What the two counties said to each other nobody else saw; what everybody saw names nobody.
    let events = crate::events_stream::all_events(&system).await;
    for event in &events {
        let text = event.to_string();
        assert!(
            !text.contains("Handover") && !text.contains(PLANTED_NAME),
            "{text}"
        );
    }
    assert!(
        events
            .iter()
            .any(|event| event["subject"] == moved.as_str())
    );
    system.finish(Lenience::Strict).await;
}
