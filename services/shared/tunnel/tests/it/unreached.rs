//! Nobody there: no service, no broker, no connection yet.

use std::time::Duration;

use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_testkit::eventually;
use jianyi_tunnel::{Line, Tunnel, Unreached};
use tokio::time::Instant;
use tonic::{Code, Status};

use crate::world::{World, list};

/// Nobody sent this status: it was made here, as when a connection cannot be made.
fn is_unreached(status: &Status) -> bool {
    status.code() == Code::Unavailable
        && std::error::Error::source(status).is_some_and(<dyn std::error::Error>::is::<Unreached>)
}

#[tokio::test]
async fn a_place_where_nobody_listens_is_unavailable_at_once() {
    let world = World::new().await;
    let line = Line::default();
    line.set(world.bus.clone()).unwrap();
    let empty = Tunnel::new(line, "410699".parse().unwrap(), world.policies());
    let mut client = MemberServiceClient::new(empty);
    let mut fastest = Duration::MAX;
    for _ in 0..20 {
        let began = Instant::now();
        let refused = client.list_people(list("")).await.unwrap_err();
        fastest = fastest.min(began.elapsed());
        assert!(is_unreached(&refused), "{refused:?}");
        assert!(!refused.message().contains("127.0.0.1"));
    }
    println!("nobody listens: told after {fastest:?} at best");
    // The best of twenty: the machine of a test may be busy, the broker's answer is not what takes long.
    assert!(fastest < Duration::from_millis(50), "{fastest:?}");
}

#[tokio::test]
async fn without_a_broker_calls_are_unavailable_at_once_and_come_back_with_it() {
    let mut world = World::new().await;
    let unconnected = Tunnel::new(Line::default(), crate::world::place(), world.policies());
    let refused = MemberServiceClient::new(unconnected)
        .list_people(list(""))
        .await
        .unwrap_err();
    assert!(is_unreached(&refused), "{refused:?}");

    let mut client = world.through();
    let mut hanging = client.clone();
    let calling =
        jianyi_telemetry::task::spawn(
            "calling",
            async move { hanging.list_people(list("hang")).await },
        );
    eventually!(world.county.running() == 1);
    world.nats.kill9().await;
    let began = Instant::now();
    let cut = calling.await.unwrap().unwrap_err();
    assert!(is_unreached(&cut), "{cut:?}");
    let refused = client.list_people(list("")).await.unwrap_err();
    assert!(is_unreached(&refused), "{refused:?}");
    assert!(began.elapsed() < Duration::from_secs(5));

    world.nats.restart().await.unwrap();
    eventually!(client.list_people(list("")).await.is_ok());
}
