//! Totals that a source states.

use jianyi_proto::api::v1::{Count, CountStatement, Modality, Provenance};
use jianyi_proto::care::events::v1::CountStated;
use jianyi_proto::care::v1::{
    CreateCountStatementRequest, GetCountStatementRequest, ListCountStatementsRequest,
};
use prost::Message as _;
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::world::World;

fn rounds(value: i64, sources: &[&str], request_id: &str) -> CreateCountStatementRequest {
    CreateCountStatementRequest {
        count_statement: Some(CountStatement {
            subject: "festival_rounds".into(),
            count: Some(Count {
                value: Some(value),
                modality: Modality::AtLeast.into(),
            }),
            unit: "次".into(),
            as_of: "2024".into(),
            provenance: Some(Provenance {
                sources: sources.iter().map(|&code| code.to_owned()).collect(),
                locations: vec!["L53".into()],
            }),
            ..CountStatement::default()
        }),
        request_id: request_id.into(),
    }
}

#[tokio::test]
async fn a_source_states_one_number() {
    let mut world = World::start().await;
    let stated = world
        .care
        .create_count_statement(rounds(2, &["S24", "S25"], "c-1"))
        .await
        .unwrap()
        .into_inner();
    let replayed = world
        .care
        .create_count_statement(rounds(2, &["S24", "S25"], "c-1"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(stated, replayed);
    assert_eq!(stated.division, "410600");
    let same = world
        .care
        .create_count_statement(rounds(2, &["S25", "S24"], "c-2"))
        .await
        .unwrap_err();
    assert_eq!(same.code(), Code::AlreadyExists);

    let other = world
        .care
        .create_count_statement(rounds(3, &["S24", "S25"], "c-3"))
        .await
        .unwrap_err();
    assert_eq!(other.code(), Code::FailedPrecondition);
    let details = other.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(info.reason, "COUNT_CONFLICT");
    assert_eq!(
        (
            info.metadata["recorded"].as_str(),
            info.metadata["stated"].as_str()
        ),
        (">=2", ">=3")
    );
    assert_eq!(info.metadata["statement"], stated.name);
    world
        .care
        .create_count_statement(rounds(3, &["S99"], "c-4"))
        .await
        .unwrap();

    let outbox = world.t.outbox().await;
    assert_eq!(outbox.len(), 2);
    let event = CountStated::decode(outbox[0].data.as_slice()).unwrap();
    assert_eq!(
        (event.statement.as_str(), event.subject.as_str()),
        (stated.name.as_str(), "festival_rounds")
    );
    assert_eq!(event.count, stated.count);
    let read = world
        .care
        .get_count_statement(GetCountStatementRequest {
            name: stated.name.clone(),
        })
        .await;
    assert_eq!(read.unwrap().into_inner(), stated);
    let listed = ListCountStatementsRequest {
        subject: "festival_rounds".into(),
        ..ListCountStatementsRequest::default()
    };
    assert_eq!(
        world
            .care
            .list_count_statements(listed)
            .await
            .unwrap()
            .into_inner()
            .count_statements
            .len(),
        2
    );
}
