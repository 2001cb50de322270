//! `jianyi events`: the event history and its continuation, as CloudEvents in JSON lines.

use std::process::ExitCode;

use clap::Args;
use jianyi_kernel::Timestamp;
use jianyi_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use jianyi_proto::gateway::v1::watch_events_response::Item;
use jianyi_proto::gateway::v1::{CloudEvent, WatchEventsRequest};
use serde_json::{Value, json};

use super::connect::ConnectArgs;
use super::output;
use crate::client::ClientError;

/// Events on standard output, one JSON object per line.
#[derive(Debug, Args)]
pub(super) struct EventsArgs {
    #[command(flatten)]
    connect: ConnectArgs,

    /// Begin with the first event ever; otherwise with what happens from now on.
    #[arg(long)]
    from_start: bool,

    /// Begin after this position (the `cursor` of an earlier line).
    #[arg(long, value_name = "CURSOR", conflicts_with = "from_start")]
    cursor: Option<String>,

    /// Go on waiting for new events at the end.
    #[arg(long)]
    follow: bool,

    /// Only from these services, e.g. member,care.
    #[arg(long, value_delimiter = ',', value_name = "CONTEXT")]
    contexts: Vec<String>,

    /// Only from these divisions, e.g. 410611.
    #[arg(long, value_delimiter = ',', value_name = "CODE")]
    divisions: Vec<String>,
}

pub(super) async fn run(args: EventsArgs) -> ExitCode {
    output::finish(watch(args).await)
}

async fn watch(args: EventsArgs) -> Result<(), ClientError> {
    let session = args.connect.session()?;
    if !args.from_start && !args.follow && args.cursor.is_none() {
        output::tell("尚无可显示的事件:看历史加 --from-start,等候新事件加 --follow");
    }
    let cursor = match args.cursor {
        Some(cursor) => cursor,
        None if args.from_start => String::new(),
        None => "latest".into(),
    };
    let request = WatchEventsRequest {
        cursor,
        contexts: args.contexts,
        divisions: args.divisions,
        follow: args.follow,
        ..Default::default()
    };
    let request = session.request(request).await?;
    let mut events = GatewayServiceClient::new(session.channel())
        .watch_events(request)
        .await?
        .into_inner();
    while let Some(response) = events.message().await? {
        match response.item {
            Some(Item::Event(event)) => match output::line(cloud_event(&event)) {
                Ok(()) => {}
                // Whoever read has seen enough (`| head`).
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
                Err(error) => return Err(ClientError::Output(error)),
            },
            Some(Item::Lagging(lagging)) if lagging.pending > 0 => {
                output::tell(format_args!("{} events behind", lagging.pending));
            }
            Some(Item::Lagging(_)) | None => {}
        }
    }
    Ok(())
}

/// The event in CloudEvents' JSON format, with our extensions `division`, `sequence` and `cursor`.
fn cloud_event(event: &CloudEvent) -> Value {
    let time = event
        .time
        .as_ref()
        .and_then(|at| Timestamp::from_unix(at.seconds, at.nanos));
    json!({
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event.r#type,
        "subject": event.subject,
        "time": time.map(Timestamp::rfc3339),
        "datacontenttype": "application/json",
        "division": event.division,
        "sequence": event.sequence,
        "cursor": event.cursor,
        "data": serde_json::from_str::<Value>(&event.data_json).unwrap_or_default(),
    })
}
