//! `jianyi dead-letters`: events that could not be handled, shown and handled again.
//!
//! An event that is set aside is missing from somebody's figures until it is replayed, so an operator must be able to
//! see and replay it with the same tool that counted it (`jianyi status`).

use std::collections::HashSet;
use std::fmt::Write as _;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use jianyi_kernel::Timestamp;
use jianyi_proto::ops::v1::ops_service_client::OpsServiceClient;
use jianyi_proto::ops::v1::{DeadLetter, ListDeadLettersRequest, ReplayDeadLetterRequest};
use serde_json::{Value, json};
use tonic::{Code, Status};

use super::connect::ConnectArgs;
use super::{output, status};
use crate::client::{ClientError, Session, explain};

/// Events that could not be handled.
#[derive(Debug, Args)]
pub(super) struct DeadLettersArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show what was set aside, and why; exits 69 when a service could not be asked.
    List(ListArgs),
    /// Handle events again, once what kept them from being handled is mended; exits 1 when one fails again.
    Replay(ReplayArgs),
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    connect: ConnectArgs,

    /// Only these services, e.g. care,member/410611.
    #[arg(long, value_delimiter = ',', value_name = "SERVICE")]
    services: Vec<String>,

    /// As a table, or as JSON.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Args)]
struct ReplayArgs {
    #[command(flatten)]
    connect: ConnectArgs,

    /// The service that set them aside.
    service: String,

    /// Ids of the events, as `list` shows them.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    event: Vec<String>,

    /// Everything that the service set aside.
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Json,
}

pub(super) async fn run(args: DeadLettersArgs) -> ExitCode {
    match args.verb {
        Verb::List(args) => output::finish(list(args).await),
        Verb::Replay(args) => match replay(args).await {
            Ok(true) => ExitCode::SUCCESS,
            // What failed again was told of one by one.
            Ok(false) => ExitCode::FAILURE,
            Err(error) => output::finish(Err(error)),
        },
    }
}

async fn list(args: ListArgs) -> Result<(), ClientError> {
    let session = args.connect.session()?;
    let services = if args.services.is_empty() {
        let all = status::statuses(&session).await?;
        all.into_iter().map(|status| status.service).collect()
    } else {
        args.services
    };
    let (mut found, mut away) = (Vec::new(), Vec::new());
    for service in services {
        match letters(&session, &service).await {
            Ok(letters) => found.extend(letters.into_iter().map(|it| (service.clone(), it))),
            // A county that is away must not hide what the others set aside.
            Err(status) if status.code() == Code::Unavailable => away.push(service),
            Err(status) => return Err(status.into()),
        }
    }
    output::answer(match args.format {
        Format::Table => table(&found),
        Format::Json => Value::from(found.iter().map(as_json).collect::<Vec<_>>()).to_string(),
    });
    if away.is_empty() {
        return Ok(());
    }
    Err(Status::unavailable(format!("not asked: {}", away.join(", "))).into())
}

/// Replays one after another, oldest first; whether all of them are handled now.
async fn replay(args: ReplayArgs) -> Result<bool, ClientError> {
    let session = args.connect.session()?;
    let (mut tried, mut known) = (HashSet::new(), HashSet::new());
    let mut whole = true;
    loop {
        let listed = letters(&session, &args.service).await?;
        // A list has an end; what comes after it shows when the first are handled.
        let fresh: Vec<DeadLetter> = listed
            .into_iter()
            .filter(|it| args.all || args.event.contains(&it.event_id))
            .filter(|it| tried.insert((it.consumer.clone(), it.event_id.clone())))
            .collect();
        if fresh.is_empty() {
            break;
        }
        for letter in fresh {
            known.insert(letter.event_id.clone());
            whole &= replay_one(&session, &args.service, &letter).await?;
        }
    }
    for missing in args.event.iter().filter(|id| !known.contains(*id)) {
        output::tell(format_args!(
            "{missing}: {} has set no such event aside",
            args.service
        ));
        whole = false;
    }
    Ok(whole)
}

async fn replay_one(
    session: &Session,
    service: &str,
    letter: &DeadLetter,
) -> Result<bool, ClientError> {
    let request = ReplayDeadLetterRequest {
        service: service.to_owned(),
        consumer: letter.consumer.clone(),
        event_id: letter.event_id.clone(),
        ..Default::default()
    };
    let request = session.request(request).await?;
    let replayed = OpsServiceClient::new(session.channel())
        .replay_dead_letter(request)
        .await;
    match replayed {
        Ok(_) => {
            output::answer(format_args!(
                "{} {}: 已处理",
                letter.consumer, letter.event_id
            ));
            Ok(true)
        }
        // Nobody is there, or we may not: the next one would not fare better.
        Err(status)
            if matches!(
                status.code(),
                Code::Unavailable | Code::Unauthenticated | Code::PermissionDenied
            ) =>
        {
            Err(status.into())
        }
        Err(status) => {
            output::tell(format_args!(
                "{} {}: {}",
                letter.consumer,
                letter.event_id,
                explain(&status)
            ));
            Ok(false)
        }
    }
}

async fn letters(session: &Session, service: &str) -> Result<Vec<DeadLetter>, Status> {
    let request = ListDeadLettersRequest {
        service: service.to_owned(),
    };
    let request = session.request(request).await?;
    let reply = OpsServiceClient::new(session.channel())
        .list_dead_letters(request)
        .await?;
    Ok(reply.into_inner().dead_letters)
}

fn table(found: &[(String, DeadLetter)]) -> String {
    let mut text = String::from(
        "service         consumer             event                                set aside            reason  event type  resource",
    );
    for (service, letter) in found {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\n{service:<15} {:<20} {:<36} {:<20} {}  {}  {}",
            letter.consumer,
            letter.event_id,
            since(letter),
            letter.error,
            letter.event_type,
            letter.resource,
        );
    }
    text
}

fn as_json((service, letter): &(String, DeadLetter)) -> Value {
    json!({
        "service": service,
        "consumer": letter.consumer,
        "event_id": letter.event_id,
        "event_type": letter.event_type,
        "resource": letter.resource,
        "error": letter.error,
        "set_aside_time": since(letter),
    })
}

fn since(letter: &DeadLetter) -> String {
    letter
        .set_aside_time
        .as_ref()
        .and_then(|at| Timestamp::from_unix(at.seconds, 0))
        .map_or_else(|| "—".into(), Timestamp::rfc3339)
}
