//! What a call carries there and back, compared with the same call on the port.

use std::time::Duration;

use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_testkit::eventually;
use tokio::task::JoinSet;
use tonic::metadata::MetadataValue;
use tonic::{Code, Request, Status};

use crate::world::{World, list, reason};

/// A status without what one connection says about itself.
fn told(status: &Status) -> (Code, String, Vec<u8>, Vec<String>) {
    let mut metadata: Vec<String> = status
        .metadata()
        .clone()
        .into_headers()
        .iter()
        .filter(|(name, _)| !["date", "content-length"].contains(&name.as_str()))
        .map(|pair| format!("{pair:?}"))
        .collect();
    metadata.sort();
    let message = status.message().to_owned();
    (status.code(), message, status.details().to_vec(), metadata)
}

#[tokio::test]
async fn a_reply_and_its_metadata_are_those_of_the_port() {
    let world = World::new().await;
    let through = world.through().list_people(list("x")).await.unwrap();
    let direct = world.direct().list_people(list("x")).await.unwrap();
    assert_eq!(through.get_ref(), direct.get_ref());
    for metadata in [through.metadata(), direct.metadata()] {
        let twice: Vec<_> = metadata.get_all("x-twice").iter().collect();
        assert_eq!(twice, ["1", "2"]);
    }
}

#[tokio::test]
async fn a_status_comes_with_its_details_and_metadata_and_a_panic_says_nothing() {
    let world = World::new().await;
    for order in ["refuse", "panic"] {
        let through = world.through().list_people(list(order)).await.unwrap_err();
        let direct = world.direct().list_people(list(order)).await.unwrap_err();
        assert_eq!(told(&through), told(&direct), "{order}");
        // It was sent; clients that repeat what was not must not repeat it.
        assert!(std::error::Error::source(&through).is_none());
    }
    let refused = world.through().list_people(list("refuse")).await;
    let refused = refused.unwrap_err();
    assert_eq!(reason(&refused), "PAGE_TOKEN_INVALID");
    assert_eq!(refused.metadata().get("x-why").unwrap(), "as asked");
    let bytes = refused.metadata().get_bin("x-why-bin").unwrap();
    assert_eq!(bytes.to_bytes().unwrap().as_ref(), [0, 255, 7]);
}

#[tokio::test]
async fn the_gate_stands_before_the_tunnel_as_before_the_port() {
    let world = World::new().await;
    let mut bare = MemberServiceClient::new(world.tunnel());
    let refused = bare.list_people(list("")).await.unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused)),
        (Code::Unauthenticated, "TOKEN_MISSING".into())
    );
    let mut forged = Request::new(list(""));
    let token = MetadataValue::from_static("Bearer ey.forged.token");
    forged.metadata_mut().insert("authorization", token);
    let refused = bare.list_people(forged).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    // What no route answers is answered over HTTP alone.
    let person = jianyi_proto::member::v1::GetPersonRequest {
        name: "counties/410621/people/1".into(),
    };
    let through = world.through().get_person(person.clone()).await;
    let direct = world.direct().get_person(person).await;
    let (through, direct) = (through.unwrap_err(), direct.unwrap_err());
    assert_eq!(told(&through), told(&direct));
    assert_eq!(through.code(), Code::Unimplemented);
}

#[tokio::test]
async fn metadata_travel_with_the_call_and_stay_what_they_are() {
    let world = World::new().await;
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let mut request = Request::new(list(""));
    let metadata = request.metadata_mut();
    for (name, value) in [
        ("traceparent", trace),
        ("x-request-id", "r-1"),
        ("nats-msg-id", "a name that the broker acts on"),
        ("status", "503"),
        ("tunnel-encoding", "gzip"),
    ] {
        metadata.insert(name, MetadataValue::from_static(value));
    }
    metadata.append("x-twice", MetadataValue::from_static("1"));
    metadata.append("x-twice", MetadataValue::from_static("2"));
    metadata.insert_bin("x-bin", MetadataValue::from_bytes(&[0, 255]));
    world.through().list_people(request).await.unwrap();
    let seen = world.county.seen().pop().unwrap();
    assert_eq!(seen.get("traceparent").unwrap(), trace);
    assert_eq!(seen.get("x-request-id").unwrap(), "r-1");
    assert_eq!(
        seen.get("nats-msg-id").unwrap(),
        "a name that the broker acts on"
    );
    assert_eq!(seen.get("status").unwrap(), "503");
    assert_eq!(seen.get("tunnel-encoding").unwrap(), "gzip");
    assert_eq!(seen.get_all("x-twice").iter().count(), 2);
    let bytes = seen.get_bin("x-bin").unwrap().to_bytes().unwrap();
    assert_eq!(bytes.as_ref(), [0, 255]);
}

#[tokio::test]
async fn a_deadline_ends_the_call_at_both_ends() {
    let world = World::new().await;
    let mut request = Request::new(list("hang"));
    request.set_timeout(Duration::from_millis(300));
    let began = tokio::time::Instant::now();
    let late = world.through().list_people(request).await.unwrap_err();
    assert_eq!(
        (late.code(), reason(&late)),
        (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".into())
    );
    let after = began.elapsed();
    assert!(after < Duration::from_millis(1500), "{after:?}");
    eventually!(world.county.running() == 0);
}

#[tokio::test]
async fn sixty_four_at_a_time_each_get_their_own_reply() {
    let world = World::new().await;
    let mut calling = JoinSet::new();
    for n in 0..64 {
        let mut client = world.through();
        calling.spawn(async move {
            for m in 0..4 {
                let token = format!("{n}.{m}");
                let reply = client.list_people(list(&token)).await.unwrap();
                assert_eq!(reply.into_inner().next_page_token, token);
            }
        });
    }
    calling.join_all().await;
}

#[tokio::test]
async fn whoever_stops_finishes_the_calls_that_have_begun() {
    let mut world = World::new().await;
    let mut client = world.through();
    let calling = jianyi_telemetry::task::spawn("calling", async move {
        let mut request = Request::new(list("hang"));
        request.set_timeout(Duration::from_secs(2));
        client.list_people(request).await
    });
    eventually!(world.county.running() == 1);
    world.shutdown.trigger();
    let mut other = world.through();
    eventually!(matches!(
        other.list_people(list("")).await,
        Err(refused) if refused.code() == Code::Unavailable
    ));
    // It was worked on to its own end and got an answer, not silence.
    let ended = calling.await.unwrap().unwrap_err();
    assert_eq!(ended.code(), Code::DeadlineExceeded);
    assert!(
        std::error::Error::source(&ended).is_none(),
        "answered from there"
    );
    (&mut world.running).await.unwrap();
}
