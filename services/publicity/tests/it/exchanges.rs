//! Study tours, visits and surveys: one register, three counts.

use jianyi_proto::publicity::events::v1 as ev;
use jianyi_proto::publicity::v1 as pb;
use tonic::Code;

use crate::support::{client_as, published, repeats, reveals_on_record, start, told};

fn exchange(kind: ev::ExchangeKind, title: &str, on: &str) -> pb::CreateExchangeRequest {
    let exchange = pb::Exchange {
        kind: kind.into(),
        title: title.into(),
        held_on: on.into(),
        partner: "某市基金会".into(),
        partner_division: "320500".into(),
        leader: "周大伟".into(),
        findings: "志愿者培训可以借鉴".into(),
        provenance: told("T33"),
        ..Default::default()
    };
    pb::CreateExchangeRequest {
        exchange: Some(exchange),
        ..Default::default()
    }
}

#[tokio::test]
async fn p17_tours_visits_and_surveys_are_not_mixed() {
    let (service, mut client) = start().await;
    for n in 1..=4 {
        let tour = exchange(ev::ExchangeKind::StudyTour, &format!("考察{n}"), "2023");
        client.create_exchange(tour).await.unwrap();
    }
    let visit = exchange(ev::ExchangeKind::InboundVisit, "来访", "2023-10-10");
    let visit = client.create_exchange(visit).await.unwrap().into_inner();
    client
        .create_exchange(exchange(
            ev::ExchangeKind::FieldSurvey,
            "调研",
            "2023-07-23",
        ))
        .await
        .unwrap();

    for (kind, count) in [
        (ev::ExchangeKind::StudyTour, 4),
        (ev::ExchangeKind::InboundVisit, 1),
        (ev::ExchangeKind::FieldSurvey, 1),
    ] {
        let request = pb::ListExchangesRequest {
            kind: kind.into(),
            year: 2023,
            ..Default::default()
        };
        assert_eq!(
            client
                .list_exchanges(request)
                .await
                .unwrap()
                .into_inner()
                .exchanges
                .len(),
            count
        );
        let events = published::<ev::ExchangeHeld>(&service).await;
        assert_eq!(
            events.iter().filter(|event| event.kind() == kind).count(),
            count
        );
    }
    let none = pb::ListExchangesRequest {
        year: 2022,
        ..Default::default()
    };
    assert!(
        client
            .list_exchanges(none)
            .await
            .unwrap()
            .into_inner()
            .exchanges
            .is_empty()
    );
    let unknown = pb::ListExchangesRequest {
        kind: 9,
        ..Default::default()
    };
    assert_eq!(
        client.list_exchanges(unknown).await.unwrap_err().code(),
        Code::InvalidArgument
    );

    let get = pb::GetExchangeRequest {
        name: visit.name.clone(),
    };
    assert_eq!(
        client
            .get_exchange(get.clone())
            .await
            .unwrap()
            .into_inner()
            .leader,
        "周*伟"
    );
    let reveal = pb::RevealExchangeRequest {
        name: visit.name,
        purpose: "编写年鉴".into(),
    };
    assert_eq!(
        client
            .reveal_exchange(reveal.clone())
            .await
            .unwrap()
            .into_inner()
            .leader,
        "周大伟"
    );
    assert_eq!(reveals_on_record(&service, "RevealExchange").await, 1);
    let mut auditor = client_as(&service, "ROLE_AUDITOR");
    assert_eq!(
        auditor.get_exchange(get).await.unwrap().into_inner().leader,
        "周*伟"
    );
    assert_eq!(
        auditor.reveal_exchange(reveal).await.unwrap_err().code(),
        Code::PermissionDenied
    );
}

#[tokio::test]
async fn v124_a_visit_and_a_tour_of_one_day_are_two_records() {
    let (_service, mut client) = start().await;
    let visit = exchange(
        ev::ExchangeKind::InboundVisit,
        "与某市基金会交流",
        "2023-10-10",
    );
    let first = client
        .create_exchange(visit.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        repeats(&client.create_exchange(visit).await.unwrap_err()),
        first.name
    );
    client
        .create_exchange(exchange(
            ev::ExchangeKind::StudyTour,
            "与某市基金会交流",
            "2023-10-10",
        ))
        .await
        .unwrap();
    let nobody = pb::Exchange {
        leader: String::new(),
        partner_division: String::new(),
        ..exchange(ev::ExchangeKind::FieldSurvey, "无人带队", "")
            .exchange
            .unwrap()
    };
    let request = pb::CreateExchangeRequest {
        exchange: Some(nobody),
        ..Default::default()
    };
    assert_eq!(
        client
            .create_exchange(request)
            .await
            .unwrap()
            .into_inner()
            .leader,
        ""
    );
}
