//! Oversight's projections built again from history give the same report, byte for byte.

use jianyi_proto::oversight::v1::RebuildProjectionsRequest;
use jianyi_proto::oversight::v1::oversight_service_client::OversightServiceClient;
use jianyi_tests::{Lenience, System, demo_folder};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn o10_a_rebuilt_report_is_the_live_report() {
    let mut system = System::start().await;
    system.load(&demo_folder()).await.unwrap();
    let live = serde_json::to_string(&system.report(2024).await.0).unwrap();
    let mut oversight = OversightServiceClient::new(system.channel().await);
    for _ in 0..2 {
        let rebuilt = oversight
            .rebuild_projections(RebuildProjectionsRequest::default())
            .await
            .unwrap()
            .into_inner();
        assert!(rebuilt.events_replayed > 50, "{rebuilt:?}");
        assert_eq!(
            serde_json::to_string(&system.report(2024).await.0).unwrap(),
            live
        );
    }
    // The new generation goes on listening, also after a restart.
    system.world.restart("oversight").await.unwrap();
    assert_eq!(
        serde_json::to_string(&system.report(2024).await.0).unwrap(),
        live
    );
    let mut publicity =
        jianyi_proto::publicity::v1::publicity_service_client::PublicityServiceClient::new(
            system.channel().await,
        );
    let venue = jianyi_proto::publicity::v1::Venue {
        title: "第三处阵地".into(),
        opened_on: "2024-05-01".into(),
        ..Default::default()
    };
    let request = jianyi_proto::publicity::v1::CreateVenueRequest {
        venue: Some(venue),
        request_id: "third".into(),
    };
    publicity.create_venue(request).await.unwrap();
    assert_eq!(system.report(2024).await.value("fixed_venues"), Some(3));
    system.finish(Lenience::Strict).await;
}
