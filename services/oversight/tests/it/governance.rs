//! Bodies, meetings, documents and resolutions.

use jianyi_proto::oversight::events::v1::BodyKind;
use jianyi_proto::oversight::v1::*;
use tonic::Code;

use crate::world::{World, reason, source};

async fn adopt(world: &mut World, meeting: &Meeting, document: &Document) -> Resolution {
    let resolution = Resolution {
        meeting: meeting.name.clone(),
        document: document.name.clone(),
        decision: Decision::Adopted.into(),
        provenance: source("S41"),
        ..Default::default()
    };
    let request = CreateResolutionRequest {
        resolution: Some(resolution),
        request_id: String::new(),
    };
    world
        .oversight
        .create_resolution(request)
        .await
        .unwrap()
        .into_inner()
}

#[tokio::test]
async fn o06_v121_two_bodies_adopt_one_document_by_two_resolutions() {
    let mut world = World::start().await;
    let document = world.document().await;
    for kind in [BodyKind::Council, BodyKind::Supervisors] {
        let body = world.body(kind).await;
        let meeting = world.meeting(&body, 6, "2024-06").await.unwrap();
        let resolution = adopt(&mut world, &meeting, &document).await;
        let read = world
            .oversight
            .get_resolution(GetResolutionRequest {
                name: resolution.name.clone(),
            })
            .await
            .unwrap();
        assert_eq!(read.into_inner(), resolution);
    }
    world.settle().await;
    let report = world.report().await;
    assert_eq!(report.figures["governance_meetings"].value, Some(2));
    assert_eq!(report.figures["adopted_documents"].value, Some(1));
    assert_eq!(report.figures["adopted_documents"].facts.len(), 2);
    assert_eq!(report.figures["adopted_documents"].sources, ["S41"]);
}

#[tokio::test]
async fn v122_a_later_number_is_not_dated_before_an_earlier_one() {
    let mut world = World::start().await;
    let body = world.body(BodyKind::Council).await;
    world.meeting(&body, 6, "2024-06").await.unwrap();
    let refused = world.meeting(&body, 7, "2024-05-31").await.unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused).as_str()),
        (Code::FailedPrecondition, "MEETING_OUT_OF_ORDER")
    );
    world.meeting(&body, 7, "").await.unwrap();
    world.meeting(&body, 5, "2024-03").await.unwrap();
}

#[tokio::test]
async fn a_meeting_of_no_body_or_a_resolution_of_no_meeting_is_not_found() {
    let mut world = World::start().await;
    let nobody = GovernanceBody {
        name: "bodies/01900000-0000-7000-8000-000000000000".into(),
        ..Default::default()
    };
    assert_eq!(
        world.meeting(&nobody, 1, "2024").await.unwrap_err().code(),
        Code::NotFound
    );
    let resolution = Resolution {
        meeting: "meetings/01900000-0000-7000-8000-000000000000".into(),
        document: world.document().await.name,
        decision: Decision::Adopted.into(),
        ..Default::default()
    };
    let request = CreateResolutionRequest {
        resolution: Some(resolution),
        request_id: String::new(),
    };
    assert_eq!(
        world
            .oversight
            .create_resolution(request)
            .await
            .unwrap_err()
            .code(),
        Code::NotFound
    );
}

#[tokio::test]
async fn a_rejected_document_is_recorded_and_not_counted_as_adopted() {
    let mut world = World::start().await;
    let body = world.body(BodyKind::Council).await;
    let meeting = world.meeting(&body, 6, "2024-06").await.unwrap();
    let document = world.document().await;
    let resolution = Resolution {
        meeting: meeting.name,
        document: document.name,
        decision: Decision::Rejected.into(),
        ..Default::default()
    };
    let request = CreateResolutionRequest {
        resolution: Some(resolution),
        request_id: String::new(),
    };
    world.oversight.create_resolution(request).await.unwrap();
    world.settle().await;
    assert_eq!(world.figure("adopted_documents").await.value, None);
}
