//! Activities from plan to record.

use jianyi_proto::api::v1::{Count, Modality};
use jianyi_proto::care::events::v1::{ActivityClosed, ActivityKind};
use jianyi_proto::care::v1::{
    Activity, ActivityState, CancelActivityRequest, CloseActivityRequest, CreateActivityRequest,
    CreateProgrammeRequest, GetActivityRequest, ListActivitiesRequest, Programme, ProgrammeGroup,
};
use prost::Message as _;
use tonic::Code;

use crate::world::{World, exact, reason, refused, trip};

#[tokio::test]
async fn c07_the_recuperation_of_2024_has_seven_days() {
    let mut world = World::start().await;
    let record = Activity {
        batch_no: 2,
        stated_days: Some(7),
        participants: Some(exact(38)),
        state: ActivityState::Closed.into(),
        ..trip("2024-06-18/2024-06-24")
    };
    let closed = world.activity(record).await.unwrap();
    assert_eq!(
        (closed.days, closed.person_days),
        (Some(7), Some(exact(266)))
    );
    assert!(closed.warnings.is_empty());
    assert_eq!(closed.state(), ActivityState::Closed);
    let outbox = world.t.outbox().await;
    let event = ActivityClosed::decode(outbox[0].data.as_slice()).unwrap();
    assert_eq!(
        (event.days, event.batch_no, event.kind()),
        (7, 2, ActivityKind::Recuperation)
    );
    assert_eq!(event.destinations, ["210200", "370600"]);
    let fact = event.fact.unwrap();
    assert_eq!(
        (fact.on.as_str(), fact.sources.as_slice()),
        ("2024-06-18/2024-06-24", &["S25".to_owned()][..])
    );
    assert_eq!(outbox[0].subject, "jianyi.care.410600.activity_closed");
    assert_eq!(outbox.len(), 1, "a record of the past was never planned");
}

#[tokio::test]
async fn v79_printed_days_that_differ_are_a_warning() {
    let mut world = World::start().await;
    let odd = world
        .activity(Activity {
            stated_days: Some(6),
            ..trip("2024-06-18/2024-06-24")
        })
        .await
        .unwrap();
    assert_eq!(odd.warnings, ["STATED_DAYS_DIFFER"]);
    let vague = world
        .activity(Activity {
            stated_days: Some(4),
            ..trip("2024-07")
        })
        .await
        .unwrap();
    assert_eq!(
        (vague.days, vague.warnings.as_slice()),
        (None, &["DATE_NOT_TO_THE_DAY".to_owned()][..])
    );
    let unknown = Count {
        value: None,
        modality: Modality::Unspecified.into(),
    };
    assert_eq!(vague.person_days, Some(unknown), "unknown is not 0");
}

#[tokio::test]
async fn an_activity_is_planned_then_closed_then_stands_still() {
    let mut world = World::start().await;
    let planned = world.activity(trip("2024-10")).await.unwrap();
    assert_eq!(planned.state(), ActivityState::Planned);
    let close = CloseActivityRequest {
        name: planned.name.clone(),
        held_on: "2024-10-25".into(),
        participants: Some(exact(20)),
        etag: "7".into(),
        ..CloseActivityRequest::default()
    };
    assert_eq!(
        world
            .care
            .close_activity(close.clone())
            .await
            .unwrap_err()
            .code(),
        Code::Aborted
    );
    let closed = CloseActivityRequest {
        etag: planned.etag,
        ..close.clone()
    };
    let closed = world
        .care
        .close_activity(closed)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (closed.held_on.as_str(), closed.days, closed.etag.as_str()),
        ("2024-10-25", Some(1), "2")
    );
    let again = CloseActivityRequest {
        etag: String::new(),
        ..close
    };
    assert_eq!(
        refused(world.care.close_activity(again).await),
        "ACTIVITY_NOT_PLANNED"
    );
    let cancel = CancelActivityRequest {
        name: planned.name.clone(),
        ..CancelActivityRequest::default()
    };
    assert_eq!(
        refused(world.care.cancel_activity(cancel).await),
        "ACTIVITY_NOT_PLANNED"
    );
    let read = world
        .care
        .get_activity(GetActivityRequest { name: planned.name })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(read, closed);
    assert_eq!(
        world.published().await,
        ["ActivityPlanned", "ActivityClosed"]
    );
}

#[tokio::test]
async fn what_has_no_date_or_lies_ahead_is_not_closed() {
    let mut world = World::start().await;
    let closed = |held_on: &str| Activity {
        state: ActivityState::Closed.into(),
        ..trip(held_on)
    };
    assert_eq!(
        refused(world.activity(closed("(近期)")).await),
        "ACTIVITY_DATE_UNKNOWN"
    );
    assert_eq!(
        refused(world.activity(closed("2025-01-02")).await),
        "ACTIVITY_NOT_HELD_YET"
    );
    assert!(world.published().await.is_empty());
}

#[tokio::test]
async fn the_same_activity_is_recorded_once_unless_cancelled() {
    let mut world = World::start().await;
    let request = CreateActivityRequest {
        activity: Some(trip("2024-06-18")),
        request_id: "a-1".into(),
    };
    let first = world
        .care
        .create_activity(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        world
            .care
            .create_activity(request)
            .await
            .unwrap()
            .into_inner(),
        first
    );
    let twice = world.activity(trip("2024-06-18")).await.unwrap_err();
    assert_eq!(twice.code(), Code::AlreadyExists);
    let other = CreateActivityRequest {
        activity: Some(trip("2024-06-19")),
        request_id: "a-1".into(),
    };
    assert_eq!(
        world.care.create_activity(other).await.unwrap_err().code(),
        Code::InvalidArgument
    );

    let cancel = CancelActivityRequest {
        name: first.name,
        ..CancelActivityRequest::default()
    };
    world.care.cancel_activity(cancel).await.unwrap();
    world.activity(trip("2024-06-18")).await.unwrap();
    assert_eq!(
        world.published().await,
        ["ActivityPlanned", "ActivityCancelled", "ActivityPlanned"]
    );
}

#[tokio::test]
async fn everything_wrong_with_an_activity_is_said_at_once() {
    let mut world = World::start().await;
    let wrong = Activity {
        kind: 0,
        title: " ".into(),
        held_on: "2024-13".into(),
        batch_no: -1,
        destinations: vec!["大连".into()],
        programme: "programmes/x".into(),
        division: "41".into(),
        state: ActivityState::Cancelled.into(),
        ..trip("")
    };
    let status = world.activity(wrong).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let details = tonic_types::StatusExt::get_error_details(&status);
    assert_eq!(
        details.bad_request().unwrap().field_violations.len(),
        8,
        "{details:?}"
    );
}

#[tokio::test]
async fn activities_belong_to_a_programme_and_are_listed_by_year() {
    let mut world = World::start().await;
    let programme = Programme {
        year: 2024,
        title: "2024年关爱计划".into(),
        group: ProgrammeGroup::Recuperation.into(),
        ..Programme::default()
    };
    let request = CreateProgrammeRequest {
        programme: Some(programme),
        request_id: String::new(),
    };
    let programme = world
        .care
        .create_programme(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        world
            .care
            .create_programme(request)
            .await
            .unwrap_err()
            .code(),
        Code::AlreadyExists
    );
    let of_2024 = world
        .activity(Activity {
            programme: programme.name.clone(),
            ..trip("2024-06")
        })
        .await
        .unwrap();
    world.activity(trip("2023-06")).await.unwrap();
    let missing = Activity {
        programme: programme.name.replace(|c: char| c.is_ascii_digit(), "0"),
        ..trip("2022")
    };
    assert_eq!(
        world.activity(missing).await.unwrap_err().code(),
        Code::NotFound
    );

    let listed = ListActivitiesRequest {
        year: 2024,
        ..ListActivitiesRequest::default()
    };
    let listed = world
        .care
        .list_activities(listed)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.activities, [of_2024]);

    let mut seen = Vec::new();
    let mut page = ListActivitiesRequest {
        page_size: 1,
        ..ListActivitiesRequest::default()
    };
    loop {
        let answer = world
            .care
            .list_activities(page.clone())
            .await
            .unwrap()
            .into_inner();
        seen.extend(answer.activities.into_iter().map(|activity| activity.name));
        page.page_token = answer.next_page_token;
        if page.page_token.is_empty() {
            break;
        }
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 2);
}

#[tokio::test]
async fn only_care_writes() {
    let world = World::start().await;
    for role in ["ROLE_LEADER", "ROLE_FINANCE", "ROLE_AGENCY", "ROLE_AUDITOR"] {
        let request = CreateActivityRequest {
            activity: Some(trip("2024-06")),
            request_id: String::new(),
        };
        let status = world
            .as_role(role)
            .create_activity(request)
            .await
            .unwrap_err();
        assert_eq!(
            status.code(),
            Code::PermissionDenied,
            "{role}: {}",
            reason(&status)
        );
    }
}
