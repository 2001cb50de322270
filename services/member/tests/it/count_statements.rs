//! Totals that sources state.

use jianyi_proto::api::v1::{Count, CountStatement, Modality};
use jianyi_proto::member::events::v1::CountStated;
use jianyi_proto::member::v1::{
    CreateCountStatementRequest, GetCountStatementRequest, ListCountStatementsRequest,
};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::support::{Client, county_of, existing, published, source, violations};

const CITY: &str = "counties/410600";

fn volunteers(value: i64) -> CountStatement {
    CountStatement {
        subject: "volunteers".into(),
        count: Some(Count {
            value: Some(value),
            modality: Modality::Exact.into(),
        }),
        unit: "人".into(),
        as_of: "2024 (目前)".into(),
        provenance: source("S11"),
        ..CountStatement::default()
    }
}

async fn state(client: &mut Client, statement: CountStatement) -> Result<CountStatement, Status> {
    let request = CreateCountStatementRequest {
        parent: CITY.into(),
        count_statement: Some(statement),
        request_id: String::new(),
    };
    client
        .create_count_statement(request)
        .await
        .map(tonic::Response::into_inner)
}

#[tokio::test]
async fn s11_a_stated_total_is_kept_with_its_source_and_told() {
    let (service, mut client) = county_of("410600").await;
    let stated = state(&mut client, volunteers(3628)).await.unwrap();
    assert_eq!(stated.division, "410600");
    let get = GetCountStatementRequest {
        name: stated.name.clone(),
    };
    assert_eq!(
        client.get_count_statement(get).await.unwrap().into_inner(),
        stated
    );
    let unknown = CountStatement {
        subject: "rescue_organisations".into(),
        count: None,
        ..volunteers(0)
    };
    let unknown = state(&mut client, unknown).await.unwrap();
    assert_eq!(unknown.count.unwrap().value, None, "unknown is not 0");
    let list = |subject: &str| ListCountStatementsRequest {
        parent: CITY.into(),
        subject: subject.into(),
        ..ListCountStatementsRequest::default()
    };
    let found = client
        .list_count_statements(list("volunteers"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(found.count_statements, std::slice::from_ref(&stated));
    assert_eq!(
        client
            .list_count_statements(list(""))
            .await
            .unwrap()
            .into_inner()
            .count_statements
            .len(),
        2
    );

    let (event, version) = published::<CountStated>(&service).await.remove(0);
    let fact = event.fact.unwrap();
    assert_eq!(
        (event.statement, event.subject.as_str(), version),
        (stated.name, "volunteers", 1)
    );
    assert_eq!(event.count.unwrap().value, Some(3628));
    assert_eq!(
        (fact.on.as_str(), fact.sources),
        ("2024", vec!["S11".to_owned()]),
        "codes, no words"
    );
}

#[tokio::test]
async fn v109_one_source_says_one_number() {
    let (service, mut client) = county_of("410600").await;
    let first = state(&mut client, volunteers(3628)).await.unwrap();
    assert_eq!(
        existing(state(&mut client, volunteers(3628)).await),
        first.name
    );
    let other = CountStatement {
        as_of: "2024".into(),
        ..volunteers(3629)
    };
    let other = state(&mut client, other).await.unwrap_err();
    let details = other.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(
        (other.code(), info.reason.as_str()),
        (Code::FailedPrecondition, "COUNT_CONFLICT")
    );
    assert_eq!(
        (
            info.metadata["recorded"].as_str(),
            info.metadata["stated"].as_str()
        ),
        ("3628", "3629")
    );
    assert_eq!(info.metadata["statement"], first.name);
    // Another source may say something else: both stand.
    state(
        &mut client,
        CountStatement {
            provenance: source("S98"),
            ..volunteers(3629)
        },
    )
    .await
    .unwrap();
    assert_eq!(published::<CountStated>(&service).await.len(), 2);
}

#[tokio::test]
async fn v109_two_numbers_stated_at_the_same_time_leave_one() {
    let (service, client) = county_of("410600").await;
    let calls = (0..8).map(|n| {
        let mut client = client.clone();
        async move { state(&mut client, volunteers(3628 + n % 2)).await }
    });
    let results = futures::future::join_all(calls).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for status in results.into_iter().filter_map(Result::err) {
        assert!(
            matches!(
                status.code(),
                Code::AlreadyExists | Code::FailedPrecondition
            ),
            "{status:?}"
        );
    }
    assert_eq!(service.outbox().await.len(), 1);
}

#[tokio::test]
async fn a_statement_needs_a_subject_a_source_and_a_sound_count() {
    let (_service, mut client) = county_of("410600").await;
    let bad = CountStatement {
        subject: "志愿者".into(),
        count: Some(Count {
            value: Some(-1),
            modality: Modality::Exact.into(),
        }),
        provenance: None,
        ..volunteers(0)
    };
    let found: Vec<_> = violations(state(&mut client, bad).await)
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(
        found,
        [
            "count_statement.subject",
            "count_statement.count",
            "count_statement.provenance.sources"
        ]
    );
}
