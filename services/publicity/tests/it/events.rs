//! Events: held once, counted as said, cancelled without a trace in the count.

use jianyi_proto::api::v1 as api;
use jianyi_proto::publicity::events::v1 as ev;
use jianyi_proto::publicity::v1 as pb;
use tonic::Code;

use crate::support::{published, reason, repeats, start, told};

fn event(title: &str) -> pb::Event {
    pb::Event {
        kind: ev::EventKind::ArmyDayEducation.into(),
        title: title.into(),
        held_on: "2023-08-01AM".into(),
        place: "会议室".into(),
        participants: Some(api::Count {
            value: Some(20),
            modality: api::Modality::AtLeast.into(),
        }),
        sites: vec![
            pb::Site {
                title: "旧址一".into(),
                division: "410621102".into(),
            },
            pb::Site {
                title: "旧址二".into(),
                division: String::new(),
            },
        ],
        organisers: "市协会".into(),
        provenance: told("T43"),
        ..Default::default()
    }
}

fn create(event: &pb::Event) -> pb::CreateEventRequest {
    pb::CreateEventRequest {
        event: Some(event.clone()),
        ..Default::default()
    }
}

#[tokio::test]
async fn p08_half_days_and_more_than_twenty_people_are_kept_as_said() {
    let (service, mut client) = start().await;
    let created = client
        .create_event(create(&event("座谈")))
        .await
        .unwrap()
        .into_inner();
    let read = client
        .get_event(pb::GetEventRequest {
            name: created.name.clone(),
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(read, created);
    assert_eq!(
        (read.held_on.as_str(), read.state()),
        ("2023-08-01AM", pb::EventState::Held)
    );
    assert_eq!(
        read.participants.unwrap().modality(),
        api::Modality::AtLeast
    );
    assert_eq!(read.sites[0].division, "410621102");

    let held = published::<ev::EventHeld>(&service).await;
    assert_eq!((held.len(), held[0].sites), (1, 2));
    assert_eq!(held[0].participants, read.participants);
    assert_eq!(held[0].fact.as_ref().unwrap().on, "2023-08-01AM");

    let unknown = pb::Event {
        participants: None,
        sites: vec![],
        ..event("无人数")
    };
    let unknown = client
        .create_event(create(&unknown))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(unknown.participants.unwrap().value, None);
}

#[tokio::test]
async fn p08_an_event_told_four_times_is_one_event() {
    let (service, mut client) = start().await;
    let gala = pb::Event {
        kind: ev::EventKind::SpringGala.into(),
        held_on: "2023-01-15".into(),
        ..event("联欢会")
    };
    let first = client
        .create_event(create(&gala))
        .await
        .unwrap()
        .into_inner();
    for _ in 0..3 {
        assert_eq!(
            repeats(&client.create_event(create(&gala)).await.unwrap_err()),
            first.name
        );
    }
    assert_eq!(published::<ev::EventHeld>(&service).await.len(), 1);
    let next_year = pb::Event {
        held_on: "2024-02-01".into(),
        ..gala
    };
    client.create_event(create(&next_year)).await.unwrap();
    let request = pb::ListEventsRequest {
        year: 2023,
        kind: ev::EventKind::SpringGala.into(),
        ..Default::default()
    };
    assert_eq!(
        client
            .list_events(request)
            .await
            .unwrap()
            .into_inner()
            .events,
        [first]
    );
}

#[tokio::test]
async fn v114_a_cancelled_event_keeps_its_date_and_says_so_once() {
    let (service, mut client) = start().await;
    let created = client
        .create_event(create(&event("讲座")))
        .await
        .unwrap()
        .into_inner();
    let cancel = pb::CancelEventRequest {
        name: created.name.clone(),
        ..Default::default()
    };
    let cancelled = client
        .cancel_event(cancel.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(cancelled.state(), pb::EventState::Cancelled);
    assert_eq!(
        (cancelled.held_on.as_str(), cancelled.etag.as_str()),
        ("2023-08-01AM", "2")
    );
    let status = client.cancel_event(cancel).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status).as_str()),
        (Code::FailedPrecondition, "EVENT_CANCELLED")
    );

    let events = published::<ev::EventCancelled>(&service).await;
    assert_eq!(
        (events.len(), events[0].event.as_str()),
        (1, created.name.as_str())
    );
    let versions: Vec<i64> = service
        .outbox()
        .await
        .iter()
        .map(|row| row.version)
        .collect();
    assert_eq!(versions, [1, 2]);
    // Telling it again is still telling the same event; cancelling is not undone by it.
    assert_eq!(
        repeats(
            &client
                .create_event(create(&event("讲座")))
                .await
                .unwrap_err()
        ),
        created.name
    );
    let ghost = "events/01890000-0000-7000-8000-000000000000".into();
    let status = client
        .cancel_event(pb::CancelEventRequest {
            name: ghost,
            ..Default::default()
        })
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
}
