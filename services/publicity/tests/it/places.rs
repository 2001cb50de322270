//! Venues, carriers and bus lines.

use jianyi_proto::api::v1 as api;
use jianyi_proto::publicity::events::v1 as ev;
use jianyi_proto::publicity::v1 as pb;
use tonic::Code;

use crate::support::{Client, published, reason, repeats, start, told};

async fn venue(client: &mut Client, title: &str, opened_on: &str) -> pb::Venue {
    let venue = pb::Venue {
        title: title.into(),
        partner: "朗诵社".into(),
        opened_on: opened_on.into(),
        provenance: told("T18"),
        ..Default::default()
    };
    let request = pb::CreateVenueRequest {
        venue: Some(venue),
        ..Default::default()
    };
    let created = client
        .create_venue(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        repeats(&client.create_venue(request).await.unwrap_err()),
        created.name
    );
    created
}

/// Titles in their own order: records of one instant have none.
async fn overdue(client: &mut Client, days: i32) -> Vec<String> {
    let request = pb::ListVenuesRequest {
        inspection_overdue_days: days,
        ..Default::default()
    };
    let venues = client
        .list_venues(request)
        .await
        .unwrap()
        .into_inner()
        .venues;
    let mut titles: Vec<String> = venues.into_iter().map(|venue| venue.title).collect();
    titles.sort();
    titles
}

fn inspection(name: &str, on: &str) -> pb::RecordInspectionRequest {
    pb::RecordInspectionRequest {
        name: name.into(),
        inspected_on: on.into(),
        finding: "展板完好".into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn p06_what_was_not_inspected_for_ninety_days_is_overdue() {
    // The clock stands at 2024-12-31, 08:00 in Shanghai.
    let (service, mut client) = start().await;
    let old = venue(&mut client, "旧馆", "2024-03").await;
    venue(&mut client, "新馆", "2024-12-01").await;
    venue(&mut client, "不知何时", "").await;
    assert_eq!(overdue(&mut client, 0).await.len(), 3);
    assert_eq!(overdue(&mut client, 90).await, ["旧馆"]);

    let inspected = client
        .record_inspection(inspection(&old.name, "2024-12-20"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (
            inspected.last_inspected_on.as_str(),
            inspected.etag.as_str()
        ),
        ("2024-12-20", "2")
    );
    assert!(overdue(&mut client, 90).await.is_empty());
    assert_eq!(overdue(&mut client, 10).await, ["新馆", "旧馆"]);
    // One entered late does not hide the newer one; the same day twice is one inspection.
    let late = client
        .record_inspection(inspection(&old.name, "2024-06-01"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(late.last_inspected_on, "2024-12-20");
    let again = client
        .record_inspection(inspection(&old.name, "2024-12-20"))
        .await
        .unwrap_err();
    assert_eq!(repeats(&again), old.name);
    let status = client
        .record_inspection(inspection(&old.name, "2025-01-01"))
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "INSPECTION_IN_FUTURE");
    let status = client
        .record_inspection(inspection("venues/x", "soon"))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);

    assert_eq!(published::<ev::VenueOpened>(&service).await.len(), 3);
    let get = pb::GetVenueRequest {
        name: old.name.clone(),
    };
    assert_eq!(client.get_venue(get).await.unwrap().into_inner(), late);
}

#[tokio::test]
async fn p06_carriers_without_a_number_stay_without_one_and_are_inspected_too() {
    let (service, mut client) = start().await;
    let board = pb::Carrier {
        kind: ev::CarrierKind::BusStopBoard.into(),
        title: "站台宣传栏".into(),
        place: "城区".into(),
        installed_on: "2024-01".into(),
        provenance: told("T19"),
        ..Default::default()
    };
    let request = pb::CreateCarrierRequest {
        carrier: Some(board.clone()),
        ..Default::default()
    };
    let created = client
        .create_carrier(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(created.quantity, Some(api::Count::default()));
    assert_eq!(
        repeats(&client.create_carrier(request).await.unwrap_err()),
        created.name
    );
    let screen = pb::Carrier {
        kind: ev::CarrierKind::Screen.into(),
        ..board
    };
    client
        .create_carrier(pb::CreateCarrierRequest {
            carrier: Some(screen),
            ..Default::default()
        })
        .await
        .unwrap();

    let inspect = pb::RecordCarrierInspectionRequest {
        name: created.name.clone(),
        inspected_on: "2024-12-31".into(),
        ..Default::default()
    };
    let inspected = client
        .record_carrier_inspection(inspect)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(inspected.last_inspected_on, "2024-12-31");
    let overdue = pb::ListCarriersRequest {
        inspection_overdue_days: 90,
        ..Default::default()
    };
    let overdue = client
        .list_carriers(overdue)
        .await
        .unwrap()
        .into_inner()
        .carriers;
    assert_eq!(
        (overdue.len(), overdue[0].kind()),
        (1, ev::CarrierKind::Screen)
    );
    let get = pb::GetCarrierRequest { name: created.name };
    assert_eq!(
        client.get_carrier(get).await.unwrap().into_inner(),
        inspected
    );
    let events = published::<ev::CarrierInstalled>(&service).await;
    assert_eq!(
        events
            .iter()
            .map(ev::CarrierInstalled::kind)
            .collect::<Vec<_>>(),
        [ev::CarrierKind::BusStopBoard, ev::CarrierKind::Screen]
    );
}

fn line(line_no: &str, from_on: &str) -> pb::CreateBusLineRequest {
    let line = pb::BusLine {
        line_no: line_no.into(),
        operator: "公交公司".into(),
        from_on: from_on.into(),
        provenance: told("T22"),
        ..Default::default()
    };
    pb::CreateBusLineRequest {
        bus_line: Some(line),
        ..Default::default()
    }
}

async fn active(client: &mut Client, day: &str) -> Vec<String> {
    let request = pb::ListBusLinesRequest {
        active_on: day.into(),
        ..Default::default()
    };
    let lines = client
        .list_bus_lines(request)
        .await
        .unwrap()
        .into_inner()
        .bus_lines;
    let mut numbers: Vec<String> = lines.into_iter().map(|line| line.line_no).collect();
    numbers.sort();
    numbers
}

#[tokio::test]
async fn p07_lines_run_from_their_first_day_to_their_last() {
    let (service, mut client) = start().await;
    let first = client
        .create_bus_line(line("11", "2023-10-27"))
        .await
        .unwrap()
        .into_inner();
    let mut second = line("18", "2023-10-27");
    second.bus_line.as_mut().unwrap().vehicles = vec!["豫F00001".into(), "豫F00002".into()];
    let second = client.create_bus_line(second).await.unwrap().into_inner();
    assert_eq!((first.vehicles.len(), second.vehicles.len()), (0, 2));
    assert_eq!(
        repeats(
            &client
                .create_bus_line(line("11", "2023-10-27"))
                .await
                .unwrap_err()
        ),
        first.name
    );

    assert!(active(&mut client, "2023-10-26").await.is_empty());
    assert_eq!(active(&mut client, "2023-10-27").await, ["11", "18"]);
    let end = pb::EndBusLineRequest {
        name: second.name.clone(),
        to_on: "2024-06-30".into(),
        ..Default::default()
    };
    client.end_bus_line(end.clone()).await.unwrap();
    assert_eq!(
        reason(&client.end_bus_line(end).await.unwrap_err()),
        "LINE_ENDED"
    );
    assert_eq!(active(&mut client, "2024-06-30").await, ["11", "18"]);
    assert_eq!(active(&mut client, "2024-07-01").await, ["11"]);
    let events = published::<ev::BusLineStarted>(&service).await;
    assert_eq!(
        events
            .iter()
            .map(|event| event.line_no.as_str())
            .collect::<Vec<_>>(),
        ["11", "18"]
    );
    assert_eq!(events[0].fact.as_ref().unwrap().on, "2023-10-27");
}

#[tokio::test]
async fn v116_a_renumbered_line_is_still_the_same_line() {
    let (service, mut client) = start().await;
    let first = client
        .create_bus_line(line("11", "2023-10-27"))
        .await
        .unwrap()
        .into_inner();
    client
        .create_bus_line(line("18", "2023-10-27"))
        .await
        .unwrap();
    let renumber = |line_no: &str, from_on: &str| pb::RenumberBusLineRequest {
        name: first.name.clone(),
        line_no: line_no.into(),
        from_on: from_on.into(),
        ..Default::default()
    };
    let renumbered = client
        .renumber_bus_line(renumber("B1", "2024-03-01"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (renumbered.name.as_str(), renumbered.line_no.as_str()),
        (first.name.as_str(), "B1")
    );
    let history: Vec<_> = renumbered
        .numbers
        .iter()
        .map(|n| (n.line_no.as_str(), n.from_on.as_str()))
        .collect();
    assert_eq!(history, [("11", "2023-10-27"), ("B1", "2024-03-01")]);
    let get = pb::GetBusLineRequest {
        name: first.name.clone(),
    };
    assert_eq!(
        client.get_bus_line(get).await.unwrap().into_inner(),
        renumbered
    );

    // Under either number it is on record already, so the year still has two lines and two events.
    assert_eq!(
        repeats(
            &client
                .create_bus_line(line("11", "2023-10-27"))
                .await
                .unwrap_err()
        ),
        first.name
    );
    assert_eq!(
        repeats(
            &client
                .create_bus_line(line("B1", "2024-03-01"))
                .await
                .unwrap_err()
        ),
        first.name
    );
    assert_eq!(active(&mut client, "2024-12-31").await, ["18", "B1"]);
    assert_eq!(published::<ev::BusLineStarted>(&service).await.len(), 2);

    assert_eq!(
        reason(
            &client
                .renumber_bus_line(renumber("B1", "2024-04-01"))
                .await
                .unwrap_err()
        ),
        "NUMBER_UNCHANGED"
    );
    assert_eq!(
        reason(
            &client
                .renumber_bus_line(renumber("B2", "2024-02-01"))
                .await
                .unwrap_err()
        ),
        "RENUMBERED_BACKWARDS"
    );
    assert_eq!(
        client
            .renumber_bus_line(renumber("B2", ""))
            .await
            .unwrap_err()
            .code(),
        Code::InvalidArgument
    );
}
