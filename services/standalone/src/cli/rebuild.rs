//! `jianyi rebuild oversight`: the read models again, from the history of events.

use std::process::ExitCode;
use std::time::Instant;

use clap::{Args, ValueEnum};
use jianyi_proto::oversight::v1::RebuildProjectionsRequest;
use jianyi_proto::oversight::v1::oversight_service_client::OversightServiceClient;

use super::connect::ConnectArgs;
use super::output;
use crate::client::ClientError;

/// Which projections to build again; the old ones answer until the new ones have caught up.
#[derive(Debug, Args)]
pub(super) struct RebuildArgs {
    /// The service whose projections to build again.
    #[arg(value_enum)]
    service: Service,

    #[command(flatten)]
    connect: ConnectArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Service {
    Oversight,
}

pub(super) async fn run(args: RebuildArgs) -> ExitCode {
    output::finish(rebuild(args).await)
}

async fn rebuild(args: RebuildArgs) -> Result<(), ClientError> {
    let Service::Oversight = args.service;
    let session = args.connect.session()?;
    let began = Instant::now();
    let request = session
        .request(RebuildProjectionsRequest::default())
        .await?;
    let reply = OversightServiceClient::new(session.channel())
        .rebuild_projections(request)
        .await?
        .into_inner();
    output::answer(format_args!(
        "已由 {} 条事件重建,用时 {:.1?}",
        reply.events_replayed,
        began.elapsed()
    ));
    Ok(())
}
