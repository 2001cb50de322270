//! What holds for every record: sealed people, repeated calls, clerks who race.

use jianyi_proto::publicity::events::v1 as ev;
use jianyi_proto::publicity::v1 as pb;
use tonic::Code;

use crate::support::{create_item, item, outlet, published, reason, repeats, start, told};

#[tokio::test]
async fn people_and_texts_are_sealed_at_rest_and_absent_from_events() {
    let (service, mut client) = start().await;
    let paper = outlet(&mut client, "晨报", true).await;
    create_item(&mut client, item(&paper, "甲", "2023"))
        .await
        .unwrap();
    let exchange = pb::Exchange {
        kind: ev::ExchangeKind::StudyTour.into(),
        title: "考察".into(),
        leader: "周大伟".into(),
        ..Default::default()
    };
    client
        .create_exchange(pb::CreateExchangeRequest {
            exchange: Some(exchange),
            request_id: "with-a-sealed-reply".into(),
        })
        .await
        .unwrap();
    let import = pb::ImportSourceDocumentRequest {
        title: "纪事".into(),
        text: "吴用说,树要年年种。".into(),
        ..Default::default()
    };
    client.import_source_document(import).await.unwrap();

    let dump = service.dump().await;
    assert!(dump.contains("晨报"), "the dump shows what is not personal");
    for secret in ["钱多多", "孙小果", "周大伟", "吴用"] {
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!dump.contains(secret) && !dump.contains(&hex), "{secret}");
        for row in service.outbox().await {
            assert!(
                !String::from_utf8_lossy(&row.data).contains(secret),
                "{secret}"
            );
        }
    }
    for row in service.outbox().await {
        assert!(
            !String::from_utf8_lossy(&row.data).contains("晨报"),
            "events carry no titles"
        );
        assert!(row.resource.is_ascii());
    }
}

#[tokio::test]
async fn a_repeated_call_repeats_the_answer_and_not_the_effect() {
    let (service, mut client) = start().await;
    let venue = pb::Venue {
        title: "展馆".into(),
        opened_on: "2023".into(),
        provenance: told("T18"),
        ..Default::default()
    };
    let request = pb::CreateVenueRequest {
        venue: Some(venue),
        request_id: "v-1".into(),
    };
    let first = client
        .create_venue(request.clone())
        .await
        .unwrap()
        .into_inner();
    for _ in 0..3 {
        assert_eq!(
            client
                .create_venue(request.clone())
                .await
                .unwrap()
                .into_inner(),
            first
        );
    }
    assert_eq!(published::<ev::VenueOpened>(&service).await.len(), 1);
    let inspect = pb::RecordInspectionRequest {
        name: first.name.clone(),
        inspected_on: "2024-05-01".into(),
        request_id: "v-2".into(),
        ..Default::default()
    };
    let inspected = client
        .record_inspection(inspect.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        client
            .record_inspection(inspect)
            .await
            .unwrap()
            .into_inner(),
        inspected
    );

    let mut other = request.clone();
    other.venue.as_mut().unwrap().title = "另一处".into();
    assert_eq!(
        reason(&client.create_venue(other).await.unwrap_err()),
        "REQUEST_ID_REUSED"
    );
    // Under another request id it is the same fact still.
    let loaded_again = pb::CreateVenueRequest {
        request_id: "v-3".into(),
        ..request
    };
    assert_eq!(
        repeats(&client.create_venue(loaded_again).await.unwrap_err()),
        first.name
    );
}

#[tokio::test]
async fn of_many_who_record_the_same_fact_at_once_one_succeeds() {
    let (service, mut client) = start().await;
    let paper = outlet(&mut client, "晨报", true).await;
    let attempts = (0..8).map(|n| {
        let mut client = client.clone();
        let request = pb::CreateMediaItemRequest {
            media_item: Some(item(&paper, "甲", "2023-05-01")),
            request_id: format!("r-{n}"),
        };
        async move { client.create_media_item(request).await }
    });
    let answers = futures::future::join_all(attempts).await;
    let created: Vec<_> = answers
        .iter()
        .filter_map(|answer| answer.as_ref().ok())
        .collect();
    assert_eq!(created.len(), 1);
    let name = &created[0].get_ref().name;
    for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert_eq!(&repeats(refused), name);
    }
    assert_eq!(published::<ev::MediaItemPublished>(&service).await.len(), 1);
}

#[tokio::test]
async fn of_many_who_state_different_totals_at_once_one_succeeds_and_the_others_hear_of_it() {
    let (service, client) = start().await;
    let attempts = (1..=6).map(|n| {
        let mut client = client.clone();
        let statement = jianyi_proto::api::v1::CountStatement {
            subject: "media_items".into(),
            count: crate::support::exactly(n),
            as_of: "2023".into(),
            provenance: told("T16"),
            ..Default::default()
        };
        let request = pb::CreateCountStatementRequest {
            count_statement: Some(statement),
            ..Default::default()
        };
        async move { client.create_count_statement(request).await }
    });
    let answers = futures::future::join_all(attempts).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert_eq!(
            (refused.code(), reason(refused).as_str()),
            (Code::FailedPrecondition, "COUNT_CONFLICT")
        );
    }
    assert_eq!(published::<ev::CountStated>(&service).await.len(), 1);
}
