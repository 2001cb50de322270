//! gRPC-Web as a browser speaks it: over HTTP/1.1 and 2, with and without TLS, past the same gate as everybody.
//!
//! The client is written by hand, frame by frame, so that what is read here is what the wire says.

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use futures::StreamExt as _;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use jianyi_proto::gateway::v1::{WatchEventsRequest, WatchEventsResponse};
use jianyi_proto::identity::v1 as identity;
use jianyi_proto::member::v1 as member;
use jianyi_rpc::{ClientTls, connect_with};
use jianyi_standalone::world::{EdgeOptions, Mode, Tls};
use jianyi_tests::{Lenience, System, demo_folder};
use prost::Message;
use tonic::body::Body;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use tower::ServiceExt as _;

const WEB: &str = "application/grpc-web+proto";
const WHO_AM_I: &str = "/jianyi.identity.v1.IdentityService/WhoAmI";
const GET_UNIT: &str = "/jianyi.member.v1.MemberService/GetOrgUnit";
const LIST_ACTIVITIES: &str = "/jianyi.care.v1.CareService/ListActivities";
const WATCH: &str = "/jianyi.gateway.v1.GatewayService/WatchEvents";

/// What carries the requests.
enum Wire {
    /// HTTP/1.1.
    One(String, reqwest::Client),
    /// HTTP/2.
    Two(Channel),
}

/// What came back.
struct Answer {
    code: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// A call as it is sent.
struct Call<'a> {
    path: &'a str,
    token: Option<&'a str>,
    headers: &'a [(&'static str, &'a str)],
    body: Bytes,
}

impl<'a> Call<'a> {
    fn new(path: &'a str, token: &'a str, message: &impl Message) -> Self {
        Self {
            path,
            token: Some(token),
            headers: &[],
            body: frame(0, &message.encode_to_vec()),
        }
    }
}

fn frame(flag: u8, message: &[u8]) -> Bytes {
    let mut frame = BytesMut::new();
    frame.put_u8(flag);
    frame.put_u32(u32::try_from(message.len()).unwrap());
    frame.put_slice(message);
    frame.freeze()
}

impl Wire {
    async fn post(&self, call: Call<'_>) -> Answer {
        self.send(Method::POST, WEB, call).await
    }

    async fn send(&self, method: Method, kind: &str, call: Call<'_>) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::try_from(kind).unwrap());
        headers.insert("x-grpc-web", HeaderValue::from_static("1"));
        headers.insert("origin", HeaderValue::from_static("http://elsewhere.test"));
        if let Some(token) = call.token {
            let bearer = HeaderValue::try_from(format!("Bearer {token}")).unwrap();
            headers.insert("authorization", bearer);
        }
        for (name, value) in call.headers {
            let value = HeaderValue::try_from(*value).unwrap();
            headers.insert(HeaderName::from_static(name), value);
        }
        match self {
            Self::One(base, client) => {
                let request = client.request(method, format!("{base}{}", call.path));
                let response = request.headers(headers).body(call.body).send().await;
                let response = response.unwrap();
                Answer {
                    code: response.status(),
                    headers: response.headers().clone(),
                    body: response.bytes().await.unwrap(),
                }
            }
            Self::Two(channel) => {
                let mut request = Request::new(Body::new(Full::new(call.body)));
                *request.method_mut() = method;
                *request.uri_mut() = call.path.parse().unwrap();
                *request.headers_mut() = headers;
                let (parts, body) = channel.clone().oneshot(request).await.unwrap().into_parts();
                let body = body.collect().await.unwrap();
                assert!(body.trailers().is_none(), "a browser would not see them");
                Answer {
                    code: parts.status,
                    headers: parts.headers,
                    body: body.to_bytes(),
                }
            }
        }
    }
}

impl Answer {
    /// Messages and the status, all of it from the body.
    fn read<M: Message + Default>(&self) -> (Vec<M>, Status) {
        assert_eq!(self.code, 200);
        assert_eq!(self.headers["content-type"], WEB);
        assert!(!self.headers.contains_key("grpc-status"));
        let (mut body, mut messages, mut status) = (self.body.clone(), Vec::new(), None);
        while body.has_remaining() {
            assert!(status.is_none(), "nothing comes after the trailers");
            let flag = body.get_u8();
            let length = usize::try_from(body.get_u32()).unwrap();
            let part = body.split_to(length);
            if flag == 0 {
                messages.push(M::decode(part).unwrap());
            } else {
                assert_eq!(flag, 0x80);
                status = Some(trailers(&part));
            }
        }
        (messages, status.expect("trailers"))
    }

    /// The status alone: its code and reason.
    fn refusal(&self) -> (Code, String) {
        let (messages, status) = self.read::<()>();
        assert!(messages.is_empty());
        let details = status.get_error_details();
        let reason = details.error_info().unwrap().reason.clone();
        assert!(!details.localized_message().unwrap().message.is_empty());
        (status.code(), reason)
    }

    fn assert_same_origin_only(&self) {
        let names = self.headers.keys().map(HeaderName::as_str);
        let cors: Vec<_> = names
            .filter(|name| name.starts_with("access-control"))
            .collect();
        assert!(cors.is_empty(), "{cors:?}");
    }
}

fn trailers(text: &[u8]) -> Status {
    let mut map = HeaderMap::new();
    for line in std::str::from_utf8(text).unwrap().lines() {
        let (name, value) = line.split_once(':').unwrap();
        let name = HeaderName::try_from(name).unwrap();
        map.insert(name, HeaderValue::try_from(value.trim()).unwrap());
    }
    Status::from_header_map(&map).expect("grpc-status")
}

fn wires(system: &System) -> [Wire; 2] {
    let base = system.http();
    let plain = connect_with(&base, &ClientTls::default()).unwrap();
    [Wire::One(base, reqwest::Client::new()), Wire::Two(plain)]
}

async fn speaks(wire: &Wire, token: &str) {
    let who = Call::new(WHO_AM_I, token, &identity::WhoAmIRequest {});
    let answer = wire.post(who).await;
    answer.assert_same_origin_only();
    let (messages, status) = answer.read::<identity::WhoAmIResponse>();
    assert_eq!((messages.len(), status.code()), (1, Code::Ok));

    // Refused at the gate, by the gateway's own joining, by a service, and by the clock.
    let nobody = Call {
        token: None,
        ..Call::new(WHO_AM_I, "", &identity::WhoAmIRequest {})
    };
    let answer = wire.post(nobody).await;
    answer.assert_same_origin_only();
    let missing = (Code::Unauthenticated, "TOKEN_MISSING".to_owned());
    assert_eq!(answer.refusal(), missing);
    let unknown = member::GetOrgUnitRequest {
        name: "counties/410611/orgUnits/01890000-0000-7000-8000-000000000000".into(),
        ..Default::default()
    };
    let answer = wire.post(Call::new(GET_UNIT, token, &unknown)).await;
    assert_eq!(answer.refusal(), (Code::NotFound, "NOT_FOUND".to_owned()));
    // Over HTTP/2 the client itself would give up first.
    if matches!(wire, Wire::One(..)) {
        // A quick answer may be there before the clock has ticked: asked until the clock is first.
        let over = (Code::DeadlineExceeded, "DEADLINE_EXCEEDED".to_owned());
        let mut tries = 0;
        loop {
            let late = Call {
                headers: &[("grpc-timeout", "1n")],
                ..Call::new(WHO_AM_I, token, &identity::WhoAmIRequest {})
            };
            let answer = wire.post(late).await;
            if answer.read::<identity::WhoAmIResponse>().0.is_empty() {
                assert_eq!(answer.refusal(), over);
                break;
            }
            tries += 1;
            assert!(tries < 500, "no deadline was ever over");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_calls_reads_refusals_and_watches_over_http_1_and_2() {
    let system = System::start().await;
    system.load(&demo_folder()).await.unwrap();
    let token = system.token_as("ROLE_AUDITOR", "410600").await;
    let operator = system.token().await;
    for wire in wires(&system) {
        speaks(&wire, &operator).await;

        // A stream that ends.
        let watch = WatchEventsRequest::default();
        let answer = wire.post(Call::new(WATCH, &token, &watch)).await;
        let (events, status) = answer.read::<WatchEventsResponse>();
        assert_eq!(status.code(), Code::Ok);
        assert!(events.len() > 50, "{} events", events.len());
    }

    // A stream that goes on: what has happened comes while it does.
    let watch = WatchEventsRequest {
        follow: true,
        ..WatchEventsRequest::default()
    };
    let response = reqwest::Client::new()
        .post(format!("{}{WATCH}", system.http()))
        .header("content-type", WEB)
        .bearer_auth(&token)
        .body(frame(0, &watch.encode_to_vec()))
        .send()
        .await
        .unwrap();
    let mut body = response.bytes_stream();
    let first = tokio::time::timeout(jianyi_testkit::patience(), body.next())
        .await
        .expect("an event in time")
        .unwrap();
    assert_eq!(first.unwrap().first(), Some(&0));
    system.finish(Lenience::Strict).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_calls_are_told_what_is_wrong_and_harm_nobody() {
    let system = System::start().await;
    let token = system.token().await;
    let too_large = (Code::ResourceExhausted, "TOO_LARGE".to_owned());
    for wire in wires(&system) {
        // Answered by the gateway itself, passed on as it is, and joined from counties.
        for path in [WATCH, LIST_ACTIVITIES, GET_UNIT, WHO_AM_I] {
            let call = |body: Bytes| Call {
                path,
                token: Some(&token),
                headers: &[],
                body,
            };
            let mut truncated = frame(0, &[b'x'; 100]);
            truncated.truncate(20);
            for body in [
                truncated,
                frame(0x80, b"grpc-status:0\r\n"),
                frame(0, &[0xff; 9]),
            ] {
                let (code, reason) = wire.post(call(body)).await.refusal();
                assert_eq!(code, Code::InvalidArgument, "{path}");
                assert!(reason.ends_with("_MALFORMED"), "{path}: {reason}");
            }
            let mut endless = BytesMut::new();
            endless.put_u8(0);
            endless.put_u32(u32::MAX);
            endless.put_slice(b"and no more");
            let refused = wire.post(call(endless.freeze())).await.refusal();
            assert_eq!(refused, too_large, "{path}");
        }
        let large = Call {
            path: LIST_ACTIVITIES,
            token: Some(&token),
            headers: &[],
            body: frame(0, &vec![0; 17 << 20]),
        };
        assert_eq!(wire.post(large).await.refusal(), too_large);
        // What is not spoken here is not guessed at, and nobody from elsewhere is let ask first.
        let who = || Call::new(WHO_AM_I, &token, &identity::WhoAmIRequest {});
        for (method, kind, code) in [
            (Method::POST, "application/grpc-web-text+proto", 415),
            (Method::POST, "application/grpc-web+json", 415),
            (Method::PUT, WEB, 405),
            (Method::OPTIONS, "text/plain", 404),
        ] {
            let answer = wire.send(method, kind, who()).await;
            assert_eq!(answer.code, code, "{kind}");
            answer.assert_same_origin_only();
        }
        speaks(&wire, &token).await;
    }
    system.finish(Lenience::Strict).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_calls_over_tls() {
    let system = System::start_as(Mode::InProcess, |secrets| EdgeOptions {
        tls: Tls::Generated {
            dir: secrets.into(),
            names: Vec::new(),
        },
        ..EdgeOptions::default()
    })
    .await;
    let ca = std::fs::read_to_string(system.data_dir().join("secrets/tls-ca.pem")).unwrap();
    let tls = ClientTls::trusting(ca).named("localhost");
    let channel = connect_with(&system.http(), &tls).unwrap();
    speaks(&Wire::Two(channel), &system.token().await).await;
    system.finish(Lenience::Strict).await;
}
