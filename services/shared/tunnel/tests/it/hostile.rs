//! Letters that no near end writes and answers that no far end gives: whoever may use the broker can send them.

use std::time::Duration;

use async_nats::HeaderMap;
use bytes::Bytes;
use futures::StreamExt as _;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_telemetry::task;
use jianyi_testkit::eventually;
use jianyi_tunnel::{Line, Tunnel};
use tonic::{Code, Request};

use crate::world::{World, list, reason};

const SUBJECT: &str = "rpc.410621.jianyi_member_v1_MemberService.ListPeople";
const EMPTY: &[u8] = b"\0\0\0\0\0";

/// The code a letter is answered with.
async fn code(client: &async_nats::Client, headers: &[(&str, &str)], payload: &[u8]) -> Code {
    code_at(client, SUBJECT, headers, payload).await
}

async fn code_at(
    client: &async_nats::Client,
    subject: &str,
    headers: &[(&str, &str)],
    payload: &[u8],
) -> Code {
    let mut map = HeaderMap::new();
    map.append("h.x-sent", "1");
    for (name, value) in headers {
        map.append(*name, *value);
    }
    let answer = client
        .request_with_headers(subject.to_owned(), map, Bytes::copy_from_slice(payload))
        .await
        .unwrap();
    let headers = answer.headers.unwrap();
    let code = headers
        .get("h.grpc-status")
        .or(headers.get("t.grpc-status"));
    Code::from_bytes(code.unwrap().as_str().as_bytes())
}

#[tokio::test]
async fn hostile_letters_are_refused_and_the_next_call_is_answered() {
    let world = World::new().await;
    let client = world.raw().await;
    for (headers, why) in [
        (&[("h.", "/x")][..], "no name"),
        (&[("h.X-Upper", "x")], "upper case"),
        (&[("h.x", "张三")], "not ASCII"),
        (&[("h.x", "a\0b")], "control"),
        (&[("h.transfer-encoding", "chunked")], "of one connection"),
        (&[("t.grpc-status", "0")], "a trailer"),
    ] {
        assert_eq!(
            code(&client, headers, EMPTY).await,
            Code::InvalidArgument,
            "{why}"
        );
    }
    for (payload, why) in [
        (&b""[..], "nothing"),
        (b"\0\0\0", "half a frame"),
        (b"\0\xff\xff\xff\xff", "a frame that is not there"),
        (b"\0\0\0\0\0\0\0\0\0\0", "two messages"),
    ] {
        assert_eq!(
            code(&client, &[], payload).await,
            Code::InvalidArgument,
            "{why}"
        );
    }
    let nonsense = [("tunnel-encoding", "gzip")];
    assert_eq!(code(&client, &nonsense, EMPTY).await, Code::InvalidArgument);
    let unknown = [("tunnel-encoding", "br")];
    assert_eq!(code(&client, &unknown, EMPTY).await, Code::InvalidArgument);
    let many: Vec<(String, String)> = (0..100).map(|n| (format!("h.x-{n}"), "1".into())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(code(&client, &many, EMPTY).await, Code::ResourceExhausted);
    let long = "x".repeat(20_000);
    let long = [("h.x-long", long.as_str())];
    assert_eq!(code(&client, &long, EMPTY).await, Code::ResourceExhausted);
    // A method that there is not, and one without a token.
    let unknown = "rpc.410621.jianyi_member_v1_MemberService.NoSuchThing";
    assert_eq!(
        code_at(&client, unknown, &[], EMPTY).await,
        Code::PermissionDenied
    );
    assert_eq!(code(&client, &[], EMPTY).await, Code::Unauthenticated);
    // Nobody waits for these.
    client
        .publish(SUBJECT, Bytes::from_static(EMPTY))
        .await
        .unwrap();
    assert_eq!(world.county.running(), 0);
    world.through().list_people(list("")).await.unwrap();
}

#[tokio::test]
async fn a_call_whose_time_is_up_is_not_worked_on() {
    let world = World::new().await;
    let client = world.raw().await;
    let before = world.county.seen().len();
    let mut map = HeaderMap::new();
    map.append("h.grpc-timeout", "0m");
    let request = async_nats::Request::new()
        .headers(map)
        .payload(Bytes::from_static(EMPTY))
        .timeout(Some(Duration::from_millis(200)));
    let unanswered = client.send_request(SUBJECT, request).await;
    assert!(unanswered.is_err());
    assert_eq!(world.county.seen().len(), before);
}

#[tokio::test]
async fn metadata_that_do_not_travel_are_refused_before_they_are_sent() {
    let world = World::new().await;
    let before = world.county.seen().len();
    let mut request = Request::new(list(""));
    let latin = http::HeaderValue::from_bytes(b"caf\xe9").unwrap();
    let mut headers = http::HeaderMap::new();
    headers.insert("x-name", latin);
    *request.metadata_mut() = tonic::metadata::MetadataMap::from_headers(headers);
    let refused = world.through().list_people(request).await.unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused)),
        (Code::InvalidArgument, "TUNNEL_METADATA_UNFIT".into())
    );
    assert_eq!(world.county.seen().len(), before);
}

/// Headers and a body.
type Answer = (&'static [(&'static str, &'static str)], &'static [u8]);

#[tokio::test]
async fn an_answer_that_is_no_reply_is_an_error_and_not_a_panic() {
    let world = World::new().await;
    let raw = world.raw().await;
    let line = Line::default();
    line.set(world.bus.clone()).unwrap();
    let elsewhere = Tunnel::new(line, "410622".parse().unwrap(), world.policies());
    let mut client = MemberServiceClient::new(elsewhere);
    let mut asked = raw.subscribe("rpc.410622.>").await.unwrap();
    // Once this comes back, the broker has heard of the subscription before it.
    let mut back = raw.subscribe("back").await.unwrap();
    raw.publish("back", Bytes::new()).await.unwrap();
    back.next().await.unwrap();
    let answers: [Answer; 8] = [
        (&[], b"x"),
        (
            &[("h.grpc-status", "3"), ("h.grpc-status-details-bin", "%%%")],
            b"",
        ),
        (
            &[("t.grpc-status", "3"), ("t.grpc-status-details-bin", "!")],
            b"",
        ),
        (&[("t.grpc-status", "0")], b"\0\0\0\0\0\0\0\0\0\0"),
        (&[("t.grpc-status", "0")], b"\0\0"),
        (&[("h.content-type", "application/grpc")], EMPTY),
        (&[("t.grpc-status", "0"), ("tunnel-encoding", "gzip")], b"x"),
        (&[("t.grpc-status", "0"), ("h.X", "x")], EMPTY),
    ];
    let many = answers.len();
    let answering = task::spawn("bad far end", async move {
        for (headers, payload) in answers {
            let asked = asked.next().await.unwrap();
            let mut map = HeaderMap::new();
            map.append("h.x-sent", "1");
            for (name, value) in headers {
                map.append(*name, *value);
            }
            let inbox = asked.reply.unwrap();
            raw.publish_with_headers(inbox, map, Bytes::from_static(payload))
                .await
                .unwrap();
        }
        // A connection that is dropped takes along what it has not sent.
        raw.flush().await.unwrap();
    });
    for at in 0..many {
        let refused = client.list_people(list("")).await.unwrap_err();
        assert_eq!(
            (refused.code(), reason(&refused)),
            (Code::Internal, "TUNNEL_REPLY_UNREADABLE".into()),
            "{at}"
        );
    }
    answering.await.unwrap();
}

#[tokio::test]
async fn streams_do_not_pass_from_either_end() {
    let world = World::new().await;
    let watch = "/jianyi.gateway.v1.GatewayService/WatchEvents";
    assert!(world.policies().streams(watch));
    let mut client = tonic::client::Grpc::new(world.tunnel());
    client.ready().await.unwrap();
    let codec: tonic_prost::ProstCodec<
        jianyi_proto::gateway::v1::WatchEventsRequest,
        jianyi_proto::gateway::v1::WatchEventsResponse,
    > = tonic_prost::ProstCodec::default();
    let request = Request::new(jianyi_proto::gateway::v1::WatchEventsRequest::default());
    let refused = client
        .server_streaming(request, watch.parse().unwrap(), codec)
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code(), reason(&refused)),
        (Code::Unimplemented, "TUNNEL_UNARY_ONLY".into())
    );
    // A far end that serves such a method refuses it as well.
    let far = jianyi_bus::Bus::connect(&world.config, "other")
        .await
        .unwrap();
    let served = jianyi_tunnel::Served {
        place: "410611".parse().unwrap(),
        group: "gateway".into(),
        services: vec!["jianyi.gateway.v1.GatewayService".into()],
        policies: world.policies(),
    };
    let never = tower::service_fn(|_| async {
        Ok::<_, std::convert::Infallible>(http::Response::new(tonic::body::Body::empty()))
    });
    task::spawn(
        "other far end",
        jianyi_tunnel::serve(far, served, never, world.shutdown.child()),
    );
    let raw = world.raw().await;
    let subject = "rpc.410611.jianyi_gateway_v1_GatewayService.WatchEvents";
    eventually!(
        raw.request(subject, Bytes::from_static(EMPTY))
            .await
            .is_ok()
    );
    assert_eq!(
        code_at(&raw, subject, &[], EMPTY).await,
        Code::Unimplemented
    );
}
