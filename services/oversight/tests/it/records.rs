//! What all records have in common: natural keys, repeats, conflicts, paging, and who may write.

use jianyi_proto::api::v1::{CountStatement, Provenance};
use jianyi_proto::oversight::events::v1::{BodyKind, HonourKind};
use jianyi_proto::oversight::v1::oversight_service_client::OversightServiceClient;
use jianyi_proto::oversight::v1::*;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::world::{World, exactly, reason, source};

fn honour(title: &str) -> CreateHonourRequest {
    let honour = Honour {
        kind: HonourKind::TypicalSpeech.into(),
        title: title.into(),
        received_on: "2024-10".into(),
        peers: exactly(4),
        occasion: "全省工作会议".into(),
        provenance: source("S06"),
        ..Default::default()
    };
    CreateHonourRequest {
        honour: Some(honour),
        request_id: String::new(),
    }
}

#[tokio::test]
async fn o20_one_of_four_typical_speakers_is_in_the_list_and_in_the_report() {
    let mut world = World::start().await;
    let received = world
        .oversight
        .create_honour(honour("典型发言单位"))
        .await
        .unwrap()
        .into_inner();
    let list = world
        .oversight
        .list_honours(ListHonoursRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(list.honours, std::slice::from_ref(&received));
    world.settle().await;
    let figure = world.figure("typical_speakers").await;
    assert_eq!(
        (figure.value, figure.facts, figure.sources),
        (Some(4), vec![received.name], vec!["S06".to_owned()])
    );
}

#[tokio::test]
async fn the_same_fact_twice_is_one_record_and_says_which() {
    let mut world = World::start().await;
    let first = world
        .oversight
        .create_honour(honour("典型发言单位"))
        .await
        .unwrap()
        .into_inner();
    let again = world
        .oversight
        .create_honour(honour("典型发言单位"))
        .await
        .unwrap_err();
    assert_eq!(again.code(), Code::AlreadyExists);
    assert_eq!(
        again.get_details_resource_info().unwrap().resource_name,
        first.name
    );

    let body = world.body(BodyKind::Council).await;
    world.meeting(&body, 6, "2024-06").await.unwrap();
    assert_eq!(
        world.meeting(&body, 6, "2024-06").await.unwrap_err().code(),
        Code::AlreadyExists
    );
}

#[tokio::test]
async fn the_same_request_twice_gives_the_same_answer_and_one_event() {
    let mut world = World::start().await;
    let request = CreateHonourRequest {
        request_id: "load-1".into(),
        ..honour("典型发言单位")
    };
    let first = world
        .oversight
        .create_honour(request.clone())
        .await
        .unwrap()
        .into_inner();
    let second = world
        .oversight
        .create_honour(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first, second);
    assert_eq!(world.published().await.len(), 1);
}

#[tokio::test]
async fn v109_the_same_source_with_another_number_is_a_conflict() {
    let mut world = World::start().await;
    let state = |number: i64, as_of: &str, sources: &[&str]| CreateCountStatementRequest {
        count_statement: Some(CountStatement {
            subject: "volunteers".into(),
            count: exactly(number),
            unit: "人".into(),
            as_of: as_of.into(),
            provenance: Some(Provenance {
                sources: sources.iter().map(|&code| code.to_owned()).collect(),
                ..Default::default()
            }),
            ..Default::default()
        }),
        request_id: String::new(),
    };
    let stated = world
        .oversight
        .create_count_statement(state(3628, "2024", &["S11", "S12"]))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(stated.division, "410600");
    let same = world
        .oversight
        .create_count_statement(state(3628, "2024 (目前)", &["S12", "S11"]))
        .await
        .unwrap_err();
    assert_eq!(same.code(), Code::AlreadyExists);
    let conflict = world
        .oversight
        .create_count_statement(state(3629, "2024", &["S12", "S11"]))
        .await
        .unwrap_err();
    assert_eq!(
        (conflict.code(), reason(&conflict).as_str()),
        (Code::FailedPrecondition, "COUNT_CONFLICT")
    );
    let meta = conflict.get_details_error_info().unwrap().metadata;
    assert_eq!(
        (meta["recorded"].as_str(), meta["stated"].as_str()),
        ("3628", "3629")
    );
    assert_eq!(meta["statement"], stated.name);
    let unsourced = world
        .oversight
        .create_count_statement(state(3628, "2024", &[]))
        .await
        .unwrap_err();
    assert_eq!(unsourced.code(), Code::InvalidArgument);
    world.settle().await;
    assert_eq!(world.figure("volunteers_total").await.value, Some(3628));
}

#[tokio::test]
async fn all_mistakes_of_a_request_are_told_at_once() {
    let mut world = World::start().await;
    let goal = Goal {
        valid_from_year: 24,
        ..Default::default()
    };
    let status = world
        .oversight
        .create_goal(CreateGoalRequest {
            goal: Some(goal),
            request_id: String::new(),
        })
        .await
        .unwrap_err();
    let fields: Vec<String> = status
        .get_details_bad_request()
        .unwrap()
        .field_violations
        .into_iter()
        .map(|v| v.field)
        .collect();
    assert_eq!(
        fields,
        [
            "goal.title",
            "goal.group",
            "goal.ordinal",
            "goal.valid_from_year"
        ]
    );
}

#[tokio::test]
async fn lists_go_page_by_page_without_gap_or_repeat() {
    let mut world = World::start().await;
    for n in 0..5 {
        world.t.clock().advance(std::time::Duration::from_millis(1));
        world
            .oversight
            .create_honour(honour(&format!("荣誉{n}")))
            .await
            .unwrap();
    }
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let page = world
            .oversight
            .list_honours(ListHonoursRequest {
                page_size: 2,
                page_token,
            })
            .await
            .unwrap()
            .into_inner();
        seen.extend(page.honours.into_iter().map(|honour| honour.title));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ["荣誉0", "荣誉1", "荣誉2", "荣誉3", "荣誉4"]);
}

#[tokio::test]
async fn who_only_reads_does_not_write_and_only_the_administrator_rebuilds() {
    let world = World::start().await;
    let as_role = |role: &str| OversightServiceClient::new(world.t.channel_as(role, "410600"));
    assert_eq!(
        as_role("ROLE_AUDITOR")
            .create_honour(honour("荣誉"))
            .await
            .unwrap_err()
            .code(),
        Code::PermissionDenied
    );
    as_role("ROLE_OVERSIGHT")
        .create_honour(honour("荣誉"))
        .await
        .unwrap();
    as_role("ROLE_LEADER")
        .get_annual_report(GetAnnualReportRequest { year: 2024 })
        .await
        .unwrap();
    let rebuild = as_role("ROLE_OVERSIGHT")
        .rebuild_projections(RebuildProjectionsRequest::default())
        .await;
    assert_eq!(rebuild.unwrap_err().code(), Code::PermissionDenied);
}
