//! Totals that a source states.

use jianyi_proto::api::v1 as api;
use jianyi_proto::publicity::events::v1 as ev;
use jianyi_proto::publicity::v1 as pb;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::support::{exactly, published, repeats, start, told};

fn statement(subject: &str, count: Option<api::Count>) -> pb::CreateCountStatementRequest {
    let statement = api::CountStatement {
        subject: subject.into(),
        count,
        unit: "篇(次)".into(),
        as_of: "2023".into(),
        provenance: told("T16"),
        ..Default::default()
    };
    pb::CreateCountStatementRequest {
        count_statement: Some(statement),
        ..Default::default()
    }
}

#[tokio::test]
async fn p01_stated_totals_are_published_with_their_sources() {
    let (service, mut client) = start().await;
    let created = client
        .create_count_statement(statement("media_items", exactly(40)))
        .await
        .unwrap()
        .into_inner();
    client
        .create_count_statement(statement("study_tours", exactly(3)))
        .await
        .unwrap();
    assert_eq!(
        (created.division.as_str(), created.unit.as_str()),
        ("410600", "篇(次)")
    );
    let get = pb::GetCountStatementRequest {
        name: created.name.clone(),
    };
    assert_eq!(
        client.get_count_statement(get).await.unwrap().into_inner(),
        created
    );
    let list = pb::ListCountStatementsRequest {
        subject: "media_items".into(),
        ..Default::default()
    };
    assert_eq!(
        client
            .list_count_statements(list)
            .await
            .unwrap()
            .into_inner()
            .count_statements,
        [created]
    );

    let events = published::<ev::CountStated>(&service).await;
    let stated: Vec<_> = events
        .iter()
        .map(|event| (event.subject.as_str(), event.count.unwrap().value))
        .collect();
    assert_eq!(
        stated,
        [("media_items", Some(40)), ("study_tours", Some(3))]
    );
    let fact = events[0].fact.as_ref().unwrap();
    assert_eq!(
        (fact.on.as_str(), fact.sources.as_slice(), fact.occurrences),
        ("2023", ["T16".to_owned()].as_slice(), 1)
    );
}

#[tokio::test]
async fn v109_another_number_for_the_same_key_is_a_conflict_not_an_update() {
    let (service, mut client) = start().await;
    let first = client
        .create_count_statement(statement("media_items", exactly(40)))
        .await
        .unwrap()
        .into_inner();
    let again = client
        .create_count_statement(statement("media_items", exactly(40)))
        .await
        .unwrap_err();
    assert_eq!(repeats(&again), first.name);

    let status = client
        .create_count_statement(statement("media_items", exactly(41)))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let info = status.get_details_error_info().unwrap();
    assert_eq!(
        (info.reason.as_str(), info.domain.as_str()),
        ("COUNT_CONFLICT", "publicity.jianyi")
    );
    assert_eq!(
        (
            info.metadata["recorded"].as_str(),
            info.metadata["stated"].as_str()
        ),
        ("40", "41")
    );
    assert!(
        status
            .get_details_localized_message()
            .unwrap()
            .message
            .contains("41")
    );

    let mut elsewhere = statement("media_items", exactly(41));
    elsewhere.count_statement.as_mut().unwrap().provenance = told("T99");
    client.create_count_statement(elsewhere).await.unwrap();
    assert_eq!(published::<ev::CountStated>(&service).await.len(), 2);
}

#[tokio::test]
async fn p01_a_number_may_be_unknown_a_source_and_a_subject_may_not() {
    let (_service, mut client) = start().await;
    let unknown = client
        .create_count_statement(statement("media_items", None))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(unknown.count.unwrap().value, None, "unknown is not 0");
    let mut unsourced = statement("media_items", exactly(1));
    unsourced.count_statement.as_mut().unwrap().provenance = None;
    let status = client.create_count_statement(unsourced).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let status = client
        .create_count_statement(statement("稿件", exactly(1)))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
}
