//! `jianyi keys`: the keys of personal fields, per service: their state, and new ones.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand, ValueEnum};
use jianyi_db::Algorithm;
use jianyi_proto::ops::v1::ops_service_client::OpsServiceClient;
use jianyi_proto::ops::v1::{
    DataKey, GetKeyStatusRequest, KeyScheme, KeyStatus, RotateKeysRequest, SealedCount,
};
use serde_json::{Value, json};
use tonic::Status;

use super::connect::ConnectArgs;
use super::{output, status};
use crate::client::{ClientError, Session};

/// Between two looks at whether everything is sealed again.
const LOOK: Duration = Duration::from_millis(500);

/// Keys of personal fields.
#[derive(Debug, Args)]
pub(super) struct KeysArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show which keys there are and how many values each of them seals.
    Status(StatusArgs),
    /// Make new keys, and wait until everything is sealed again with them. Nothing stops meanwhile.
    Rotate(RotateArgs),
}

#[derive(Debug, Args)]
struct StatusArgs {
    #[command(flatten)]
    services: ServicesArgs,

    /// As a table, or as JSON.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Args)]
struct RotateArgs {
    #[command(flatten)]
    services: ServicesArgs,

    /// How the new keys encrypt: aes-256-gcm or sm4-gcm; as each service is configured when left out.
    #[arg(long, value_name = "NAME")]
    algorithm: Option<Algorithm>,

    /// For how long to wait, in seconds; the services go on by themselves after that.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    wait: u64,
}

#[derive(Debug, Args)]
struct ServicesArgs {
    #[command(flatten)]
    connect: ConnectArgs,

    /// Only these services, e.g. care,member/410611.
    #[arg(long, value_delimiter = ',', value_name = "SERVICE")]
    services: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Json,
}

pub(super) async fn run(args: KeysArgs) -> ExitCode {
    match args.verb {
        Verb::Status(args) => output::finish(show(args).await),
        Verb::Rotate(args) => output::finish(rotate(args).await),
    }
}

async fn show(args: StatusArgs) -> Result<(), ClientError> {
    let session = args.services.connect.session()?;
    let mut statuses = Vec::new();
    for service in named(&session, args.services.services).await? {
        statuses.push(key_status(&session, &service).await?);
    }
    output::answer(match args.format {
        Format::Table => table(&statuses),
        Format::Json => Value::from(statuses.iter().map(as_json).collect::<Vec<_>>()).to_string(),
    });
    Ok(())
}

async fn rotate(args: RotateArgs) -> Result<(), ClientError> {
    let session = args.services.connect.session()?;
    let services = named(&session, args.services.services).await?;
    let algorithm = args.algorithm.map(|it| it.to_string()).unwrap_or_default();
    let (mut waiting, mut away) = (Vec::new(), Vec::new());
    for service in services {
        let request = RotateKeysRequest {
            service: service.clone(),
            algorithm: algorithm.clone(),
            ..Default::default()
        };
        let request = session.request(request).await?;
        let asked = OpsServiceClient::new(session.channel())
            .rotate_keys(request)
            .await
            .map_err(ClientError::from);
        let key = match asked {
            Ok(key) => key.into_inner(),
            // The others turn theirs; a county that is away turns its own when it is back and somebody asks again.
            Err(error) if error.is_away() => {
                output::tell(format_args!("{service}: 未连上,密钥未更换"));
                away.push(service);
                continue;
            }
            Err(error) => return Err(error),
        };
        output::tell(format_args!(
            "{service}: 新密钥 {} ({})",
            key.version, key.algorithm
        ));
        waiting.push((service, key.version));
    }
    let deadline = Instant::now() + Duration::from_secs(args.wait);
    for (service, version) in waiting {
        while !is_settled(&session, &service, version).await? {
            if Instant::now() > deadline {
                let late = format!("{service} still seals again; see `jianyi keys status`");
                return Err(Status::unavailable(late).into());
            }
            tokio::time::sleep(LOOK).await;
        }
        output::answer(format_args!("{service}: 已全部改用密钥 {version}"));
    }
    if away.is_empty() {
        return Ok(());
    }
    let told = format!(
        "not rotated: {}; run it again with --services",
        away.join(",")
    );
    Err(Status::unavailable(told).into())
}

/// A newer key that is settled settles the older ones too.
async fn is_settled(session: &Session, service: &str, version: u32) -> Result<bool, ClientError> {
    let keys = key_status(session, service).await?.data_keys;
    Ok(keys
        .iter()
        .any(|key| key.version >= version && key.settle_time.is_some()))
}

async fn key_status(session: &Session, service: &str) -> Result<KeyStatus, ClientError> {
    let request = GetKeyStatusRequest {
        service: service.to_owned(),
    };
    let request = session.request(request).await?;
    let reply = OpsServiceClient::new(session.channel())
        .get_key_status(request)
        .await?;
    Ok(reply.into_inner())
}

/// The services that were named, or all that have a database.
async fn named(session: &Session, services: Vec<String>) -> Result<Vec<String>, ClientError> {
    if !services.is_empty() {
        return Ok(services);
    }
    let all = status::statuses(session).await?;
    Ok(all.into_iter().map(|status| status.service).collect())
}

fn table(statuses: &[KeyStatus]) -> String {
    let mut text = String::from(
        "service         table             column                  key              values",
    );
    for status in statuses {
        for key in &status.data_keys {
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "\n{:<15} key {} {} {}",
                status.service,
                key.version,
                key.algorithm,
                state(key)
            );
        }
        for column in &status.columns {
            for count in &column.counts {
                let _ = write!(
                    text,
                    "\n{:<15} {:<17} {:<23} {:<16} {}",
                    status.service,
                    column.table,
                    column.column,
                    sealed_with(count),
                    count.values
                );
            }
        }
    }
    text
}

const fn state(key: &DataKey) -> &'static str {
    if key.settle_time.is_some() {
        "settled"
    } else {
        "sealing again, or replaced before it was done"
    }
}

fn sealed_with(count: &SealedCount) -> String {
    match count.scheme() {
        KeyScheme::Unspecified => "damaged".into(),
        KeyScheme::Derived => "derived".into(),
        KeyScheme::DataKey => format!("{} {}", count.version, count.algorithm),
        KeyScheme::Subject => format!("own {}", count.algorithm),
    }
}

fn as_json(status: &KeyStatus) -> Value {
    let keys: Vec<Value> = status
        .data_keys
        .iter()
        .map(|key| {
            json!({
                "version": key.version,
                "algorithm": key.algorithm,
                "provider_key_id": key.provider_key_id,
                "settled": key.settle_time.is_some(),
            })
        })
        .collect();
    let columns: Vec<Value> = status
        .columns
        .iter()
        .flat_map(|column| {
            column.counts.iter().map(|count| {
                json!({
                    "table": column.table,
                    "column": column.column,
                    "key": sealed_with(count),
                    "values": count.values,
                })
            })
        })
        .collect();
    json!({ "service": status.service, "data_keys": keys, "columns": columns })
}
