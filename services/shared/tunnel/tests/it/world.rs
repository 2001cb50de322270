//! A broker, a county's service behind it and behind a port of its own, and two ways to call it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::Request;
use jianyi_bus::{Bus, BusConfig};
use jianyi_kernel::{Clock, Division, Fault, Pii, Violation};
use jianyi_proto::DESCRIPTOR_SET;
use jianyi_proto::member::v1 as pb;
use jianyi_proto::member::v1::member_service_client::MemberServiceClient;
use jianyi_provision::{Ephemeral, Layout, Nats, Options, Role, Secrets};
use jianyi_rpc::{Edge, Entrance, Gate, Inside, Policies};
use jianyi_telemetry::{Shutdown, task};
use jianyi_testkit::{Bearer, TestTokens, eventually};
use jianyi_tunnel::{Line, Served, Tunnel};
use tokio::task::JoinHandle;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::service::Routes;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Response, Status};
use tonic_prost::ProstCodec;
use tower::{Layer as _, service_fn};

pub(crate) type Through = MemberServiceClient<InterceptedService<Tunnel, Bearer>>;
pub(crate) type Direct = MemberServiceClient<InterceptedService<Channel, Bearer>>;

pub(crate) struct World {
    pub(crate) nats: Nats,
    /// The near end's.
    pub(crate) bus: Bus,
    pub(crate) config: BusConfig,
    pub(crate) county: County,
    pub(crate) address: SocketAddr,
    tokens: TestTokens,
    policies: Arc<Policies>,
    pub(crate) running: JoinHandle<()>,
    pub(crate) shutdown: Shutdown,
    _dir: Ephemeral,
}

/// What the handlers of the test have seen.
#[derive(Clone, Default)]
pub(crate) struct County {
    seen: Arc<Mutex<Vec<MetadataMap>>>,
    running: Arc<AtomicUsize>,
}

impl County {
    pub(crate) fn seen(&self) -> Vec<MetadataMap> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn running(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }

    fn routes(&self) -> Routes {
        let this = self.clone();
        let list = axum::routing::post(move |request: Request| {
            let this = this.clone();
            async move {
                let codec: ProstCodec<pb::ListPeopleResponse, pb::ListPeopleRequest> =
                    ProstCodec::default();
                let answer = service_fn(move |request: tonic::Request<pb::ListPeopleRequest>| {
                    let this = this.clone();
                    async move { this.list(request).await }
                });
                tonic::server::Grpc::new(codec)
                    .accept_compressed(tonic::codec::CompressionEncoding::Gzip)
                    .unary(answer, request)
                    .await
            }
        });
        let path = "/jianyi.member.v1.MemberService/ListPeople";
        Routes::from(axum::Router::new().route(path, list))
    }

    /// The page token tells what to do; without an order it comes back.
    async fn list(
        &self,
        request: tonic::Request<pb::ListPeopleRequest>,
    ) -> Result<Response<pb::ListPeopleResponse>, Status> {
        self.seen.lock().unwrap().push(request.metadata().clone());
        let _counted = Counted::new(&self.running);
        let (order, rest) = {
            let token = &request.get_ref().page_token;
            token.split_once(':').unwrap_or((token, ""))
        };
        let next_page_token = match order {
            "refuse" => return Err(refusal()),
            "hang" => std::future::pending().await,
            "panic" => panic!("as asked"),
            "zeros" => "0".repeat(rest.parse().unwrap()),
            "noise" => noise(rest.parse().unwrap()),
            _ => request.get_ref().page_token.clone(),
        };
        let mut response = Response::new(pb::ListPeopleResponse {
            next_page_token,
            ..pb::ListPeopleResponse::default()
        });
        let twice = response.metadata_mut();
        twice.append("x-twice", MetadataValue::from_static("1"));
        twice.append("x-twice", MetadataValue::from_static("2"));
        Ok(response)
    }
}

/// Counts as running until it is dropped, whatever ends it.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(running: &Arc<AtomicUsize>) -> Self {
        running.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(running))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A refusal with all that a status can carry.
fn refusal() -> Status {
    let violation = Violation::new(
        "page_token",
        "PAGE_TOKEN_INVALID",
        "of another list".into(),
        "分页标记无效",
    );
    let mut status = jianyi_rpc::status(Fault::from(violation));
    let metadata = status.metadata_mut();
    metadata.insert("x-why", MetadataValue::from_static("as asked"));
    metadata.insert_bin("x-why-bin", MetadataValue::from_bytes(&[0, 255, 7]));
    status
}

/// Text that does not shrink to half: 62 letters from a generator that repeats after 2^64 of them.
pub(crate) fn noise(length: usize) -> String {
    const LETTERS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    (0..length)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(LETTERS[usize::try_from(state % 62).unwrap()])
        })
        .collect()
}

pub(crate) fn place() -> Division {
    "410621".parse().unwrap()
}

impl World {
    pub(crate) async fn new() -> Self {
        let dir = Ephemeral::new().unwrap();
        let layout = Layout::open(dir.path()).unwrap();
        let secrets = Secrets::load_or_create(&layout).unwrap();
        let nats = Nats::start(&layout, &Options::default(), &secrets, 0)
            .await
            .unwrap();
        let (user, password) = nats.user_password(Role::Jianyi).unwrap();
        let config = BusConfig {
            nats_url: nats.url(),
            nats_user: Some(user.into()),
            nats_password: Some(Pii::new(password.into())),
        };
        let policies = Arc::new(Policies::from_descriptors(DESCRIPTOR_SET).unwrap());
        let tokens = TestTokens::generate();
        let verifier = Arc::new(tokens.verifier(Clock::system()));
        let gate = Gate::new(Arc::clone(&policies), verifier, Some(place()));
        let address = SocketAddr::from(([127, 0, 0, 1], jianyi_provision::free_port()));
        let edge = Edge::plain(address);
        let inside = Inside::new(gate, &edge.limits);
        let county = County::default();
        let shutdown = Shutdown::new();
        let routes = county.routes();
        let stack = inside.from(Entrance::Bus).layer(routes.clone());
        let serving = jianyi_rpc::serve_inside(routes, inside, edge, shutdown.child());
        task::spawn("port", async move { serving.await.unwrap() });
        let served = Served {
            place: place(),
            group: "member".into(),
            services: vec!["jianyi.member.v1.MemberService".into()],
            policies: Arc::clone(&policies),
        };
        let far = Bus::connect(&config, "county").await.unwrap();
        let stop = shutdown.clone();
        let running = task::spawn("far end", jianyi_tunnel::serve(far, served, stack, stop));
        let bus = Bus::connect(&config, "city").await.unwrap();
        let world = Self {
            nats,
            bus,
            config,
            county,
            address,
            tokens,
            policies,
            running,
            shutdown,
            _dir: dir,
        };
        let mut through = world.through();
        let mut direct = world.direct();
        eventually!(through.list_people(list("")).await.is_ok());
        eventually!(direct.list_people(list("")).await.is_ok());
        world
    }

    pub(crate) fn bearer(&self) -> Bearer {
        Bearer::new(self.tokens.token("accounts/1", "ROLE_LEADER", "410600"))
    }

    pub(crate) fn tunnel(&self) -> Tunnel {
        let line = Line::default();
        line.set(self.bus.clone()).unwrap();
        Tunnel::new(line, place(), Arc::clone(&self.policies))
    }

    /// Calls through the bus.
    pub(crate) fn through(&self) -> Through {
        MemberServiceClient::new(InterceptedService::new(self.tunnel(), self.bearer()))
            .max_decoding_message_size(64 << 20)
    }

    /// Calls the port.
    pub(crate) fn direct(&self) -> Direct {
        let channel = jianyi_rpc::connect_lazy(&format!("http://{}", self.address)).unwrap();
        MemberServiceClient::new(InterceptedService::new(channel, self.bearer()))
    }

    /// A connection past the tunnel, for letters that no near end writes.
    pub(crate) async fn raw(&self) -> async_nats::Client {
        let (user, password) = self.nats.user_password(Role::Jianyi).unwrap();
        async_nats::ConnectOptions::with_user_and_password(user.into(), password.into())
            .request_timeout(Some(Duration::from_secs(10)))
            .connect(self.nats.url())
            .await
            .unwrap()
    }

    pub(crate) fn policies(&self) -> Arc<Policies> {
        Arc::clone(&self.policies)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.shutdown.trigger();
    }
}

pub(crate) fn list(page_token: &str) -> pb::ListPeopleRequest {
    pb::ListPeopleRequest {
        parent: "counties/410621".into(),
        page_token: page_token.into(),
        ..pb::ListPeopleRequest::default()
    }
}

pub(crate) fn reason(status: &Status) -> String {
    use tonic_types::StatusExt as _;
    let details = status.get_error_details();
    let reason = details.error_info().map(|info| info.reason.clone());
    reason.unwrap_or_default()
}
