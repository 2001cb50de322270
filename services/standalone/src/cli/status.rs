//! `jianyi status`: every service at a glance, and the wait until nothing is on its way any more.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use jianyi_kernel::Clock;
use jianyi_proto::gateway::v1::ListServiceStatusRequest;
use jianyi_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use jianyi_proto::ops::v1::ServiceStatus;
use jianyi_proto::oversight::v1::oversight_service_client::OversightServiceClient;
use jianyi_proto::oversight::v1::{ListCountyStatusRequest, ListCountyStatusResponse};
use serde_json::{Value, json};
use tonic::Status;

use super::connect::ConnectArgs;
use super::{county_status, output};
use crate::client::{ClientError, Session};
use crate::site;
use crate::world::Addresses;

/// How every service is.
#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    #[command(flatten)]
    connect: ConnectArgs,

    /// As a table, or as JSON with all addresses.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Json,
}

pub(super) async fn run(args: StatusArgs) -> ExitCode {
    let outcome = async {
        let session = args.connect.session()?;
        let services = statuses(&session).await?;
        let counties = counties(&session).await;
        let text = match args.format {
            Format::Table => table(&services) + &county_status::table(&counties),
            Format::Json => json(&args.connect, &services, &counties).to_string(),
        };
        output::answer(text);
        certificates(&args.connect);
        Ok(services.iter().all(|service| service.healthy))
    };
    match outcome.await {
        Ok(true) => ExitCode::SUCCESS,
        // Something is wrong, and the table says what.
        Ok(false) => ExitCode::FAILURE,
        Err(error) => output::finish(Err(error)),
    }
}

/// A site of containers has certificates that end; a world on one machine makes its own at every start.
fn certificates(connect: &ConnectArgs) {
    if connect.gateway().is_none()
        && let Ok(endings) = site::endings(&site::Place::new(&connect.data_dir))
    {
        super::site::warn(&endings, Clock::system().now().as_offset());
    }
}

pub(super) async fn statuses(session: &Session) -> Result<Vec<ServiceStatus>, ClientError> {
    let request = session.request(ListServiceStatusRequest {}).await?;
    let reply = GatewayServiceClient::new(session.channel())
        .list_service_status(request)
        .await?;
    Ok(reply.into_inner().services)
}

/// How the joined counties are; what cannot be asked is told like a service that does not answer.
async fn counties(session: &Session) -> Result<ListCountyStatusResponse, ClientError> {
    let request = session.request(ListCountyStatusRequest {}).await?;
    let reply = OversightServiceClient::new(session.channel())
        .list_county_status(request)
        .await?;
    Ok(reply.into_inner())
}

/// Waits until every event that was committed is published and handled by everybody.
pub(super) async fn caught_up(session: &Session, patience: Duration) -> Result<(), ClientError> {
    let deadline = Instant::now() + patience;
    let mut quiet = 0;
    // Twice in a row: what one service did last may have become an event of another meanwhile.
    while quiet < 2 {
        let services = statuses(session).await?;
        let waiting = services.iter().any(|service| {
            service.outbox_pending > 0
                || service
                    .consumers
                    .iter()
                    .any(|consumer| consumer.pending > 0 || consumer.in_flight > 0)
        });
        quiet = if waiting { 0 } else { quiet + 1 };
        if Instant::now() > deadline {
            return Err(Status::unavailable(
                "the projections do not catch up; see `jianyi status`",
            )
            .into());
        }
        if quiet < 2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    Ok(())
}

fn table(services: &[ServiceStatus]) -> String {
    let mut text =
        String::from("service         healthy  version  outbox  oldest  lag     dead  problem");
    for service in services {
        let lag: i64 = service
            .consumers
            .iter()
            .map(|consumer| consumer.pending + consumer.in_flight)
            .sum();
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n{:<15} {:<8} {:<8} {:<7} {:<7} {:<7} {:<5} {}",
            service.service,
            if service.healthy { "yes" } else { "NO" },
            service.version,
            service.outbox_pending,
            format!("{}s", service.outbox_age_seconds),
            lag,
            service.dead_letters,
            service.problem,
        );
    }
    text
}

fn json(
    connect: &ConnectArgs,
    services: &[ServiceStatus],
    counties: &Result<ListCountyStatusResponse, ClientError>,
) -> Value {
    let addresses = match connect.gateway() {
        Some(gateway) => {
            let grpc = gateway
                .split_once("://")
                .map_or(gateway, |(_, address)| address)
                .trim_end_matches('/');
            json!({ "gateway": { "grpc": grpc, "http": format!("http://{grpc}") } })
        }
        None => Addresses::read(&connect.data_dir)
            .ok()
            .and_then(|addresses| serde_json::to_value(addresses).ok())
            .unwrap_or_default(),
    };
    let endpoints = addresses.get("services").cloned().unwrap_or_default();
    let mut whole = json!({
        "gateway": addresses.get("gateway"),
        "nats": addresses.get("nats"),
        "postgres": addresses.get("postgres"),
    });
    let rows: Vec<Value> = services
        .iter()
        .map(|service| {
            json!({
                "service": service.service,
                "grpc": endpoints.get(&service.service),
                "healthy": service.healthy,
                "version": service.version,
                "outbox_pending": service.outbox_pending,
                "outbox_age_seconds": service.outbox_age_seconds,
                "dead_letters": service.dead_letters,
                "problem": service.problem,
                "consumers": service.consumers.iter().map(|consumer| json!({
                    "consumer": consumer.consumer,
                    "pending": consumer.pending,
                    "in_flight": consumer.in_flight,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    if let Some(object) = whole.as_object_mut() {
        object.insert("services".into(), rows.into());
        object.insert("counties".into(), county_status::json(counties));
    }
    whole
}
