//! Runs the gateway, readable top to bottom.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::BoxFuture;
use jianyi_bus::{Bus, BusConfig};
use jianyi_kernel::{Clock, Fault};
use jianyi_proto::DESCRIPTOR_SET;
use jianyi_proto::gateway::v1::gateway_service_server::GatewayServiceServer;
use jianyi_rpc::{Deadlines, Entrance, Gate, Limits, Observed, TokenVerifier};
use jianyi_telemetry::{Shutdown, task};
use jianyi_tunnel::Line;
use tonic::service::Routes;

use crate::api::Api;
use crate::contracts::Contracts;
use crate::counties_file::CountiesFile;
use crate::data_owners::DataOwners;
use crate::directory::Directory;
use crate::events::{BusSlot, Events};
use crate::front::Guard;
use crate::joined::Joined;
use crate::sealed::Sealed;
use crate::web::Web;
use crate::{GatewayConfig, front, keys};
use jianyi_tunnel::Links;

/// How long open calls may go on after a shutdown was asked for.
const GRACE: Duration = Duration::from_secs(3);
/// How long to wait before asking a missing dependency again.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long NATS may delay the start; after that the gateway serves without events.
const HEAD_START: Duration = Duration::from_secs(2);

/// Serves until shutdown. Services, counties and NATS may come and go meanwhile; only the port must be free.
#[must_use]
pub fn run(config: GatewayConfig, shutdown: Shutdown) -> BoxFuture<'static, Result<(), Fault>> {
    Box::pin(async move {
        let contracts = Contracts::embedded()?;
        let clock = Clock::system();
        let mtls = config.mtls.load()?;
        let tls = config
            .tls
            .server(config.listen, config.client_ca.as_deref(), &clock)?;
        let line = Line::default();
        let links = Links {
            tls: mtls.map(|mtls| mtls.client()).unwrap_or_default(),
            line: Arc::clone(&line),
            policies: Arc::clone(contracts.policies()),
        };
        let directory = Directory::new(&config, links)?;
        if let Some(path) = config.counties_file.clone() {
            let given = config.counties.keys().cloned().collect();
            let file = CountiesFile::read(path, given, &directory)?;
            task::spawn("counties", file.follow(directory.clone(), shutdown.clone()));
        }
        let keys = keys::fetcher(directory.service("identity")?);
        let verifier = TokenVerifier::new(keys, clock.clone());
        let policies = Arc::clone(contracts.policies());
        let guard = Guard {
            gate: Gate::new(Arc::clone(&policies), Arc::new(verifier), None),
            limits: Limits::new(&config.limits, Arc::clone(&policies)),
        };
        let bus = BusSlot::default();
        let sealed = Sealed::default();
        let events = Events {
            bus: Arc::clone(&bus),
            sealed: sealed.clone(),
            contracts: contracts.clone(),
            shutdown: shutdown.clone(),
        };
        let data_owners = DataOwners::new();
        task::spawn(
            "data owners",
            data_owners
                .clone()
                .ask(directory.clone(), clock, shutdown.clone()),
        );
        let own = own_services(Api {
            directory: directory.clone(),
            events: events.clone(),
            data_owners,
        })
        .await?;
        let learning = Learning {
            joined: Joined::new(directory.clone(), config.counties.clone()),
            sealed,
        };
        let routes = Routes::from(front::router(
            guard,
            contracts,
            directory,
            events,
            config.console,
            own,
        ));

        let incoming = jianyi_rpc::incoming(config.listen, tls)?;
        let connecting = task::spawn(
            "bus",
            connect(
                config.bus,
                line,
                Arc::clone(&bus),
                learning,
                shutdown.clone(),
            ),
        );
        // Readers of events who come back with the gateway should find it connected: a browser's
        // EventSource gives up for good on anything but 200.
        let deadline = Instant::now() + HEAD_START;
        while bus.get().is_none() && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let stop = shutdown.clone();
        let serving = jianyi_rpc::server()
            .accept_http1(true)
            .layer(Web)
            .layer(Observed::new("gateway", Arc::clone(&policies)))
            .layer(Entrance::Front)
            .layer(Deadlines::new(policies))
            .add_routes(routes)
            .serve_with_incoming_shutdown(incoming, async move { stop.wait().await });
        let served = tokio::select! {
            served = serving => served.map_err(Fault::internal),
            () = async { shutdown.wait().await; tokio::time::sleep(GRACE).await } => Ok(()),
        };
        shutdown.trigger();
        // It ends with the shutdown; if it failed it has said so.
        let _ = connecting.await;
        served
    })
}

/// What the gateway answers itself: its own service, reflection of all contracts, health.
async fn own_services(api: Api) -> Result<Routes, Fault> {
    let (health, health_service) = tonic_health::server::health_reporter();
    health
        .set_service_status("", tonic_health::ServingStatus::Serving)
        .await;
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTOR_SET)
    };
    Ok(Routes::new(GatewayServiceServer::new(api))
        .add_service(health_service)
        .add_service(reflection().build_v1().map_err(Fault::internal)?)
        .add_service(reflection().build_v1alpha().map_err(Fault::internal)?))
}

/// What the gateway learns from events.
struct Learning {
    joined: Joined,
    sealed: Sealed,
}

/// Connects to NATS as soon as it is there, and then counties can be called through it; until it is known who
/// is sealed, events are unavailable and the rest is served. Then it keeps learning who is sealed and who joined.
async fn connect(
    config: BusConfig,
    line: Line,
    slot: BusSlot,
    learning: Learning,
    shutdown: Shutdown,
) {
    let Learning { joined, sealed } = learning;
    loop {
        tokio::select! {
            () = shutdown.wait() => return,
            connected = Bus::connect(&config, "gateway") => match connected {
                Ok(bus) => {
                    // Only this task fills the line and the slot.
                    let _ = line.set(bus.clone());
                    let (reached, joined_until) = tokio::join!(
                        sealed.catch_up(&bus, &shutdown),
                        joined.catch_up(&bus, &shutdown),
                    );
                    let _ = slot.set(bus.clone());
                    tokio::join!(
                        sealed.follow(&bus, reached, &shutdown),
                        joined.follow(&bus, joined_until, &shutdown),
                    );
                    return;
                }
                Err(fault) => tracing::warn!(%fault, "waiting for NATS"),
            },
        }
        tokio::time::sleep(PATIENCE).await;
    }
}
