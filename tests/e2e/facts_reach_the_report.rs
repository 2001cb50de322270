//! What is recorded anywhere appears in the year's report and chronicle, each figure with its facts.

use jianyi_proto::api::v1::{Count, CountStatement, Provenance};
use jianyi_proto::care::events::v1::ActivityKind;
use jianyi_proto::care::v1 as care;
use jianyi_proto::care::v1::care_service_client::CareServiceClient;
use jianyi_proto::oversight::events::v1::BodyKind;
use jianyi_proto::oversight::v1 as oversight;
use jianyi_proto::oversight::v1::oversight_service_client::OversightServiceClient;
use jianyi_proto::publicity::events::v1::{EventKind, MediaKind};
use jianyi_proto::publicity::v1 as publicity;
use jianyi_proto::publicity::v1::publicity_service_client::PublicityServiceClient;
use jianyi_tests::{Lenience, System};

use crate::JIANYI;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn o09_every_number_leads_to_its_facts() {
    let mut system = System::start_processes(JIANYI).await;
    let channel = system.channel().await;
    let mut shows = PublicityServiceClient::new(channel.clone());
    let mut cares = CareServiceClient::new(channel.clone());
    let mut oversees = OversightServiceClient::new(channel.clone());
    system.world.kill9("oversight").await.unwrap();

    let outlet = publicity::Outlet {
        title: "某日报".into(),
        counted: true,
        kind: publicity::OutletKind::Newspaper.into(),
        ..Default::default()
    };
    let outlet = publicity::CreateOutletRequest {
        outlet: Some(outlet),
        request_id: "outlet".into(),
    };
    let outlet = shows.create_outlet(outlet).await.unwrap().into_inner().name;
    let item = publicity::MediaItem {
        outlet,
        title: "消息一则".into(),
        kind: MediaKind::Article.into(),
        published_on: "2024-03-05".into(),
        ..Default::default()
    };
    let item = publicity::CreateMediaItemRequest {
        media_item: Some(item),
        request_id: "item".into(),
    };
    let item = shows
        .create_media_item(item)
        .await
        .unwrap()
        .into_inner()
        .name;
    let stated = CountStatement {
        subject: "media_items".into(),
        count: Some(Count {
            value: Some(94),
            ..Default::default()
        }),
        unit: "篇(次)".into(),
        as_of: "2024".into(),
        provenance: Some(Provenance {
            sources: vec!["S16".into()],
            ..Default::default()
        }),
        ..Default::default()
    };
    let stated = publicity::CreateCountStatementRequest {
        count_statement: Some(stated),
        request_id: "stated".into(),
    };
    shows.create_count_statement(stated).await.unwrap();
    let event = publicity::Event {
        kind: EventKind::SpringGala.into(),
        title: "联欢会".into(),
        held_on: "2024-01-20".into(),
        ..Default::default()
    };
    let event = publicity::CreateEventRequest {
        event: Some(event),
        request_id: "event".into(),
    };
    let event = shows.create_event(event).await.unwrap().into_inner().name;

    let activity = care::Activity {
        kind: ActivityKind::HealthCheck.into(),
        title: "体检".into(),
        held_on: "2024-10-25".into(),
        ..Default::default()
    };
    let activity = care::CreateActivityRequest {
        activity: Some(activity),
        request_id: "activity".into(),
    };
    let activity = cares.create_activity(activity).await.unwrap().into_inner();
    let close = care::CloseActivityRequest {
        name: activity.name.clone(),
        held_on: "2024-10-25".into(),
        participants: Some(Count {
            value: Some(31),
            ..Default::default()
        }),
        request_id: "close".into(),
        ..Default::default()
    };
    cares.close_activity(close).await.unwrap();

    system.world.restart("oversight").await.unwrap();
    let body = oversight::GovernanceBody {
        kind: BodyKind::Council.into(),
        term: 1,
        ..Default::default()
    };
    let body = oversight::CreateGovernanceBodyRequest {
        governance_body: Some(body),
        request_id: "body".into(),
    };
    let body = oversees
        .create_governance_body(body)
        .await
        .unwrap()
        .into_inner()
        .name;
    let meeting = oversight::Meeting {
        body,
        number: 7,
        held_on: "2024-11".into(),
        ..Default::default()
    };
    let meeting = oversight::CreateMeetingRequest {
        meeting: Some(meeting),
        request_id: "meeting".into(),
    };
    let meeting = oversees
        .create_meeting(meeting)
        .await
        .unwrap()
        .into_inner()
        .name;

    let report = system.report(2024).await;
    assert_eq!(report.facts("spring_galas"), std::slice::from_ref(&event));
    assert_eq!(
        report.facts("health_checks"),
        std::slice::from_ref(&activity.name)
    );
    assert_eq!(
        report.facts("governance_meetings"),
        std::slice::from_ref(&meeting)
    );
    // A statement and single records of the same thing: both are shown, with the difference.
    let media = report.figure("media_items");
    assert_eq!(
        (media["value"].as_i64(), media["stated"].as_i64()),
        (Some(94), Some(94))
    );
    assert_eq!(
        (media["recorded"].as_i64(), media["difference"].as_i64()),
        (Some(1), Some(93))
    );
    assert!(report.facts("media_items").contains(&item));

    let chronicle = oversees
        .list_chronicle_entries(oversight::ListChronicleEntriesRequest { year: 2024 })
        .await;
    let told: Vec<_> = chronicle
        .unwrap()
        .into_inner()
        .entries
        .into_iter()
        .map(|entry| entry.fact)
        .collect();
    for fact in [event, activity.name, meeting] {
        assert!(told.contains(&fact), "{fact} is not in the chronicle");
    }
    system.finish(Lenience::Strict).await;
}
