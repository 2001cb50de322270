//! NATS is gone for half a minute while people go on working; nothing they did is lost.

use std::time::{Duration, Instant};

use jianyi_proto::publicity::v1 as pb;
use jianyi_proto::publicity::v1::publicity_service_client::PublicityServiceClient;
use jianyi_tests::{Lenience, System};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn g08_writes_go_on_for_thirty_seconds_without_nats() {
    let mut system = System::start().await;
    let mut publicity = PublicityServiceClient::new(system.channel().await);
    system.world.nats().kill9().await;

    let began = Instant::now();
    let mut written = 0_i64;
    while began.elapsed() < Duration::from_secs(30) {
        let venue = pb::Venue {
            title: format!("宣传阵地{written}"),
            opened_on: "2024-03-01".into(),
            ..Default::default()
        };
        let request = pb::CreateVenueRequest {
            venue: Some(venue),
            request_id: format!("venue-{written}"),
        };
        publicity.create_venue(request).await.unwrap();
        written += 1;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let waiting = system
        .statuses()
        .await
        .into_iter()
        .find(|service| service.service == "publicity")
        .unwrap();
    assert_eq!(waiting.outbox_pending, written);
    assert!(waiting.outbox_age_seconds >= 25, "{waiting:?}");
    assert!(!waiting.healthy, "a service without NATS says so");

    // It can be stopped all the same, and what it could not publish is published by its successor.
    let began = Instant::now();
    system.world.stop_service("publicity").await.unwrap();
    let took = began.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    system.world.nats().restart().await.unwrap();
    system.world.restart("publicity").await.unwrap();
    assert_eq!(
        system.report(2024).await.value("fixed_venues"),
        Some(written)
    );
    system.finish(Lenience::Strict).await;
}
