//! Runs a service: database, bus, relay, consumers, and the gated server, readable top to bottom.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jianyi_bus::{Bus, Subscription};
use jianyi_db::Db;
use jianyi_kernel::{Clock, Division, Fault};
use jianyi_proto::DESCRIPTOR_SET;
use jianyi_proto::ops::v1::ops_service_server::OpsServiceServer;
use jianyi_rpc::{Edge, Entrance, Gate, Inside, Mtls, Policies, TokenVerifier};
use jianyi_telemetry::{Shutdown, task};
use tower::Layer as _;

use crate::endpoint::Ops;
use crate::figures::Figures;
use crate::patience::{PAUSE, patiently};
use crate::{Parts, ServiceConfig, ServiceSpec, audit, keeper, keys, tunnel};

/// What background work has to end by itself after the last call; with the calls' own grace it is less than five
/// seconds. What it leaves is durable and taken up at the next start.
const WINDING_UP: Duration = Duration::from_millis(1500);

/// Runs one instance until shutdown.
pub fn run(
    spec: ServiceSpec,
    config: ServiceConfig,
    shutdown: Shutdown,
) -> BoxFuture<'static, Result<(), Fault>> {
    Box::pin(async move {
        let instance = spec.instance(config.division.as_ref());
        let mtls = config.rpc.mtls.load()?;
        let opened = patiently("database", &shutdown, || open(&spec, &config));
        let Some(db) = opened.await? else {
            return Ok(());
        };
        let Some(bus) = connect(&config, &instance, &shutdown).await else {
            return Ok(());
        };
        let parts = Parts {
            db: db.clone(),
            bus: Some(bus.clone()),
            division: config.division.clone(),
            settings: config.settings.clone(),
            tls: mtls.as_ref().map(Mtls::client).unwrap_or_default(),
            shutdown: shutdown.clone(),
        };
        if let Some(prepare) = spec.prepare {
            let prepared = patiently("database", &shutdown, || prepare(parts.clone())).await?;
            if prepared.is_none() {
                return Ok(());
            }
        }

        let subscribe = || {
            let mut all = (spec.subscriptions)(&parts);
            all.push(audit::subscription(&instance));
            all
        };
        let subscriptions: Arc<Vec<Subscription>> = Arc::new(subscribe());
        let mut tasks = vec![task::spawn(
            "declare stream",
            declare(bus.clone(), spec.context, shutdown.clone()),
        )];
        tasks.push(task::spawn(
            "declare audit stream",
            declare(bus.clone(), audit::CONTEXT, shutdown.clone()),
        ));
        let division = config.division.clone().unwrap_or_else(Division::city);
        tasks.push(task::spawn(
            "audit sealer",
            audit::seal(db.clone(), instance.clone(), division, shutdown.clone()),
        ));
        tasks.push(task::spawn(
            "relay",
            jianyi_bus::relay(bus.clone(), db.clone(), shutdown.clone()),
        ));
        tasks.push(task::spawn(
            "keys",
            keeper::learn(db.clone(), shutdown.clone()),
        ));
        tasks.push(task::spawn(
            "reseal",
            keeper::reseal(db.clone(), spec.sealed, shutdown.clone()),
        ));
        let figures = Figures {
            instance: instance.clone(),
            db: db.clone(),
            bus: bus.clone(),
            subscriptions: Arc::clone(&subscriptions),
        };
        tasks.push(task::spawn("figures", figures.keep(shutdown.clone())));
        for subscription in subscribe() {
            let consuming =
                jianyi_bus::consume(bus.clone(), db.clone(), subscription, shutdown.clone());
            tasks.push(task::spawn("consumer", consuming));
        }
        if let Some(background) = spec.background {
            tasks.push(task::spawn("background", background(parts.clone())));
        }

        let (health, health_service) = tonic_health::server::health_reporter();
        health
            .set_service_status("", tonic_health::ServingStatus::Serving)
            .await;
        let reflection = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTOR_SET)
            .build_v1()
            .map_err(Fault::internal)?;
        let ops = Ops {
            instance: instance.clone(),
            db: db.clone(),
            bus: bus.clone(),
            subscriptions,
            sealed: spec.sealed,
        };
        let routes = (spec.routes)(&parts)
            .add_service(OpsServiceServer::new(ops))
            .add_service(health_service)
            .add_service(reflection);
        let edge = Edge {
            listen: config.rpc.listen,
            tls: mtls.as_ref().map(Mtls::server).transpose()?,
            limits: config.rpc.limits.clone(),
        };
        let gate = gate(&config, mtls.as_ref(), &db)?;
        let through_the_bus = tunnel::served(spec.context, &config, gate.policies())?;
        let inside = Inside::of(&instance, gate, &config.rpc.limits).noting(spec.egress(&parts)?);
        if let Some(served) = through_the_bus {
            let stack = inside.from(Entrance::Bus).layer(routes.clone());
            tasks.push(task::spawn(
                "tunnel",
                jianyi_tunnel::serve(bus, served, stack, shutdown.clone()),
            ));
        }
        let served = jianyi_rpc::serve_inside(routes, inside, edge, shutdown.clone()).await;

        // Whatever ended the server ends the rest; the relay gets to finish what it is publishing.
        shutdown.trigger();
        let ending = async {
            for running in tasks {
                // A task that was cancelled or failed has said so in the log.
                let _ = running.await;
            }
            db.close().await;
        };
        // Together, and not each: with the bus and the database gone none of them comes to an end by itself.
        let _ = tokio::time::timeout(WINDING_UP, ending).await;
        served
    })
}

async fn open(spec: &ServiceSpec, config: &ServiceConfig) -> Result<Db, Fault> {
    let db = Db::connect(&config.db, Clock::system()).await?;
    db.migrate(spec.migrations).await?;
    Ok(db)
}

fn gate(config: &ServiceConfig, mtls: Option<&Mtls>, db: &Db) -> Result<Gate, Fault> {
    let policies = Arc::new(Policies::from_descriptors(DESCRIPTOR_SET)?);
    let tls = mtls.map(Mtls::client).unwrap_or_default();
    let fetcher = keys::fetcher(&config.rpc.identity_url, &tls)?;
    let verifier = TokenVerifier::new(fetcher, db.clock().clone());
    Ok(Gate::new(
        policies,
        Arc::new(verifier),
        config.division.clone(),
    ))
}

/// Waits for NATS as long as it takes; `None` when told to stop meanwhile.
async fn connect(config: &ServiceConfig, instance: &str, shutdown: &Shutdown) -> Option<Bus> {
    loop {
        tokio::select! {
            () = shutdown.wait() => return None,
            connected = Bus::connect(&config.bus, instance) => match connected {
                Ok(bus) => return Some(bus),
                Err(fault) => tracing::warn!(%fault, "waiting for NATS"),
            },
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn declare(bus: Bus, context: &'static str, shutdown: Shutdown) {
    while !shutdown.is_triggered() {
        match bus.declare_stream(context).await {
            Ok(()) => return,
            Err(fault) => tracing::warn!(%fault, "cannot declare the stream yet"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
