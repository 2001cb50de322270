//! What is sent, in which order, and what becomes of every kind of answer: over a real connection, to a
//! gateway that answers as told.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jianyi_kernel::{Clock, Fault, Refusal, Violation};
use prost_reflect::prost::bytes::Bytes;
use prost_reflect::{DescriptorPool, DynamicMessage, ReflectMessage as _, Value};
use tonic::transport::{Channel, Endpoint, Server};
use tonic::{Request, Response, Status};

use super::{GOOD, read};
use crate::load::raw::Raw;
use crate::load::{LoadError, Plan, Progress, Summary, TokenSource, send};

/// How the gateway answers a request: by kind, number of attempt and request.
type Answer = dyn Fn(&str, usize, &Sent) -> Result<(), Fault> + Send + Sync;

/// A request as it arrived.
#[derive(Debug, Clone)]
struct Sent {
    token: String,
    request_id: String,
    parent: String,
}

/// What arrived, in order, by method.
type Log = Arc<Mutex<Vec<(String, Sent)>>>;

/// Serves until the test ends.
async fn gateway(listener: tokio::net::TcpListener, log: Log, answer: Arc<Answer>) {
    let pool = DescriptorPool::decode(jianyi_proto::DESCRIPTOR_SET).unwrap();
    let attempts: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
    let service = tower::service_fn(move |request: http::Request<axum::body::Body>| {
        let (pool, log, answer, attempts) =
            (pool.clone(), log.clone(), answer.clone(), attempts.clone());
        async move {
            let path = request.uri().path().trim_start_matches('/').to_owned();
            let unary = tower::service_fn(move |request: Request<Bytes>| {
                let reply = reply(&pool, &log, &attempts, &*answer, &path, &request);
                async move { reply }
            });
            Ok::<_, Infallible>(tonic::server::Grpc::new(Raw).unary(unary, request).await)
        }
    });
    let incoming = tonic::transport::server::TcpIncoming::from(listener);
    let routes = tonic::service::Routes::from(axum::Router::new().fallback_service(service));
    Server::builder()
        .add_routes(routes)
        .serve_with_incoming(incoming)
        .await
        .unwrap();
}

fn reply(
    pool: &DescriptorPool,
    log: &Log,
    attempts: &Mutex<HashMap<String, usize>>,
    answer: &Answer,
    path: &str,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Status> {
    use prost_reflect::prost::Message as _;

    let (service, method) = path.split_once('/').unwrap();
    let service = pool.get_service_by_name(service).unwrap();
    let method = service
        .methods()
        .find(|known| known.name() == method)
        .unwrap();
    let message = DynamicMessage::decode(method.input(), request.get_ref().clone()).unwrap();
    let text = |name: &str| {
        message
            .get_field_by_name(name)
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    let sent = Sent {
        token: request
            .metadata()
            .get("authorization")
            .unwrap()
            .to_str()
            .unwrap()
            .into(),
        request_id: text("request_id"),
        parent: text("parent"),
    };
    let kind = method.name().trim_start_matches("Create").to_owned();
    log.lock().unwrap().push((kind.clone(), sent.clone()));
    let attempt = {
        let mut attempts = attempts.lock().unwrap();
        let attempt = attempts.entry(sent.request_id.clone()).or_default();
        *attempt += 1;
        *attempt
    };
    answer(&kind, attempt, &sent).map_err(jianyi_rpc::status)?;
    let mut resource = DynamicMessage::new(method.output());
    resource.set_field_by_name(
        "name",
        Value::String(format!("{kind}s/{}", Clock::system().new_uuid())),
    );
    assert!(
        resource
            .descriptor()
            .get_field_by_name("provenance")
            .is_some()
    );
    Ok(Response::new(resource.encode_to_vec().into()))
}

fn channel(address: SocketAddr) -> Channel {
    Endpoint::from_shared(format!("http://{address}"))
        .unwrap()
        .connect_lazy()
}

fn tokens() -> (TokenSource, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let source: TokenSource = Arc::new(move || {
        let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
        Box::pin(async move { Ok(format!("token-{number}")) })
    });
    (source, asked)
}

/// How it ended, what arrived, what was told, and how often a token was asked for.
struct Story {
    end: Result<Summary, LoadError>,
    log: Vec<(String, Sent)>,
    told: Vec<Progress>,
    tokens: usize,
}

async fn story(
    plan: &Plan,
    answer: impl Fn(&str, usize, &Sent) -> Result<(), Fault> + Send + Sync + 'static,
) -> Story {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let log = Log::default();
    let (source, asked) = tokens();
    let mut told = Vec::new();
    let end = tokio::select! {
        () = gateway(listener, log.clone(), Arc::new(answer)) => unreachable!(),
        end = send(plan, channel(address), source, |progress| told.push(progress)) => end,
    };
    let log = log.lock().unwrap().clone();
    Story {
        end,
        log,
        told,
        tokens: asked.load(Ordering::SeqCst),
    }
}

fn refused(reason: &'static str) -> Fault {
    Fault::Refused(Refusal {
        domain: "x.jianyi",
        reason,
        message: "no".into(),
        zh: "不行。".into(),
        meta: vec![],
    })
}

#[tokio::test]
async fn a_record_waits_for_the_one_it_refers_to() {
    let plan = read(GOOD).unwrap();
    let story = story(&plan, |_, _, _| Ok(())).await;
    let summary = story.end.unwrap();
    assert_eq!((summary.created, summary.already_there), (4, 0));
    let place = |kind: &str| {
        story
            .log
            .iter()
            .position(|(known, _)| known == kind)
            .unwrap()
    };
    assert!(place("SixEnterCampaign") < place("SixEnterSession"));
    assert!(
        story.log[place("SixEnterSession")]
            .1
            .parent
            .starts_with("SixEnterCampaigns/")
    );
    assert_eq!(
        story.told.last(),
        Some(&Progress::Settled { done: 4, total: 4 })
    );
    assert_eq!(story.tokens, 1);
}

#[tokio::test]
async fn a_service_that_is_away_is_asked_again_with_the_same_request_id() {
    let plan = read(GOOD).unwrap();
    let story = story(&plan, |_, attempt, _| match attempt {
        1 => Err(Fault::Unavailable("x".into())),
        2 => Err(Fault::Busy(Duration::from_millis(1))),
        _ => Ok(()),
    })
    .await;
    assert_eq!(story.end.unwrap().created, 4);
    let mut by_id = BTreeMap::<_, usize>::new();
    for (_, sent) in &story.log {
        *by_id.entry(&sent.request_id).or_default() += 1;
    }
    assert_eq!(by_id.into_values().collect::<Vec<_>>(), [3, 3, 3, 3]);
    assert_eq!(story.told.iter().filter(|told| told.is_notice()).count(), 8);
}

#[tokio::test]
async fn a_gateway_that_comes_up_late_is_waited_for() {
    let plan = read(GOOD).unwrap();
    // A port that is free for certain: it was ours a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let late = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        gateway(
            listener,
            Log::default(),
            Arc::new(|_: &str, _, _: &Sent| Ok(())),
        )
        .await;
    };
    let summary = tokio::select! {
        () = late => unreachable!(),
        end = send(&plan, channel(address), tokens().0, |_| {}) => end.unwrap(),
    };
    assert_eq!(summary.created, 4);
}

#[tokio::test]
async fn a_token_is_renewed_once_for_everybody() {
    let plan = read(GOOD).unwrap();
    let expired = |_: &str, _, sent: &Sent| {
        if sent.token == "Bearer token-1" {
            Err(Fault::Unauthenticated("TOKEN_EXPIRED"))
        } else {
            Ok(())
        }
    };
    let renewed = story(&plan, expired).await;
    assert_eq!((renewed.end.unwrap().created, renewed.tokens), (4, 2));
    let never = story(&plan, |_, _, _| {
        Err(Fault::Unauthenticated("TOKEN_EXPIRED"))
    })
    .await;
    assert!(
        matches!(never.end, Err(LoadError::Refused { reason, .. }) if reason == "TOKEN_EXPIRED")
    );
}

#[tokio::test]
async fn what_is_there_already_is_counted_and_referred_to() {
    let plan = read(GOOD).unwrap();
    let story = story(&plan, |kind, _, _| match kind {
        "SixEnterCampaign" => Err(Fault::Exists("sixEnterCampaigns/old".into())),
        _ => Ok(()),
    })
    .await;
    let summary = story.end.unwrap();
    assert_eq!((summary.created, summary.already_there), (3, 1));
    assert!(
        story
            .log
            .iter()
            .any(|(_, sent)| sent.parent == "sixEnterCampaigns/old")
    );
}

#[tokio::test]
async fn conflicts_are_told_at_the_end_and_stop_only_what_rests_on_them() {
    let plan = read(GOOD).unwrap();
    let story = story(&plan, |kind, _, _| match kind {
        "SixEnterCampaign" => Err(Violation::new(
            "request_id",
            "REQUEST_ID_REUSED",
            "other".into(),
            "该请求编号已用于另一份内容",
        )
        .into()),
        "Event" => Err(refused("COUNT_CONFLICT")),
        _ => Ok(()),
    })
    .await;
    let summary = story.end.unwrap();
    let mut reasons: Vec<&str> = summary
        .conflicts
        .iter()
        .map(|conflict| conflict.reason.as_str())
        .collect();
    reasons.sort_unstable();
    assert_eq!(
        reasons,
        ["COUNT_CONFLICT", "DEPENDS_ON_CONFLICT", "REQUEST_ID_REUSED"]
    );
    assert_eq!(summary.created, 1, "the partner has nothing to do with it");
    assert!(!story.log.iter().any(|(kind, _)| kind == "SixEnterSession"));
    let told = summary.to_string();
    assert!(
        told.contains("新登记 1 项,已在库 0 项,冲突 3 项") && told.contains("01.toml:2 (record 1,"),
        "{told}"
    );
}

#[tokio::test]
async fn a_refusal_stops_with_the_chinese_sentence_and_the_place() {
    let plan = read(GOOD).unwrap();
    let story = story(&plan, |kind, _, _| {
        if kind == "Event" {
            Err(refused("NOT_THIS_WAY"))
        } else {
            Ok(())
        }
    })
    .await;
    let error = story.end.unwrap_err();
    let told = error.to_string();
    assert!(told.starts_with("01.toml:13 (record 3, publicity.Event \"talk\"): 不行。 [FailedPrecondition NOT_THIS_WAY"), "{told}");
    assert_eq!(error.exit_code(), 65);
}
