//! `jianyi county`: lets counties in at the city, and joins at the county.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jianyi_bus::{BusConfig, Leaves, reload_server};
use jianyi_kernel::{Clock, Pii};
use jianyi_proto::identity::v1::GetJwksRequest;
use jianyi_proto::identity::v1::identity_service_client::IdentityServiceClient;
use jianyi_provision::federation::SYSTEM_USER;
use jianyi_provision::{Layout, Secrets};

use super::output;
use super::site::{DirArgs, finish};
use crate::client;
use crate::site::{self, Bundle, Code, Place, SiteError};

/// The counties of a city.
#[derive(Debug, Args)]
pub(super) struct CountyArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// At the city: let a county in, and write the sealed bundle that it is given.
    Add(InviteArgs),
    /// At the city: a new certificate and password for a county, in a new bundle. The old password ends at once.
    Renew(InviteArgs),
    /// At the city: let a county in no longer, and end its connection.
    Remove(RemoveArgs),
    /// At the city: which counties are let in, and until when.
    List(DirArgs),
    /// At the county: make or renew its site from a bundle.
    Join(JoinArgs),
}

#[derive(Debug, Args)]
struct InviteArgs {
    /// Code of the county, six digits.
    code: String,

    /// Where the bundle is written.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// A file for the code that opens the bundle: read when it is there, else made. Without it the code is
    /// printed, once.
    #[arg(long, value_name = "FILE")]
    code_file: Option<PathBuf>,

    /// Do nothing when the county has joined and its bundle is there.
    #[arg(long)]
    if_missing: bool,

    /// The city's identity, whose public keys go into the bundle.
    #[arg(
        long,
        value_name = "URL",
        env = "JIANYI_IDENTITY_URL",
        default_value = "https://identity:8650"
    )]
    identity_url: String,

    #[command(flatten)]
    bus: ReloadArgs,
}

#[derive(Debug, Args)]
struct RemoveArgs {
    /// Code of the county, six digits.
    code: String,

    #[command(flatten)]
    bus: ReloadArgs,
}

#[derive(Debug, Args)]
struct ReloadArgs {
    #[command(flatten)]
    dir: DirArgs,

    /// The city's message bus, which is told at once.
    #[arg(
        long,
        value_name = "URL",
        env = "JIANYI_NATS_URL",
        default_value = "nats://nats:4222"
    )]
    nats_url: String,

    /// The message bus does not run yet; it reads its users when it starts.
    #[arg(long)]
    no_reload: bool,
}

#[derive(Debug, Args)]
struct JoinArgs {
    /// The bundle that the city gave.
    bundle: PathBuf,

    #[command(flatten)]
    dir: DirArgs,

    /// A file with the code; without it the code is read from standard input.
    #[arg(long, value_name = "FILE")]
    code_file: Option<PathBuf>,

    /// More names of the county's own gateway, for its certificate; several separated by commas.
    #[arg(
        long = "name",
        value_name = "NAME",
        env = "JIANYI_TLS_NAMES",
        value_delimiter = ','
    )]
    names: Vec<String>,

    /// Folder where the message bus keeps its streams; it is given to its user.
    #[arg(long, value_name = "DIR", env = "JIANYI_STREAMS_DIR")]
    streams: Option<PathBuf>,
}

pub(super) async fn run(args: CountyArgs) -> ExitCode {
    finish(match args.verb {
        Verb::Add(args) => invite(&args, false).await,
        Verb::Renew(args) => invite(&args, true).await,
        Verb::Remove(args) => remove(&args).await,
        Verb::List(args) => list(&Place::new(&args.dir)),
        Verb::Join(args) => join(&args),
    })
}

async fn invite(args: &InviteArgs, again: bool) -> Result<(), SiteError> {
    let place = Place::new(&args.bus.dir.dir);
    let known = site::list(&place)?.iter().any(|it| it.code == args.code);
    if args.if_missing && known && args.out.exists() {
        return Ok(());
    }
    let keys = identity_keys(&place, &args.identity_url).await?;
    let code = code_to_seal(args.code_file.as_deref())?;
    // A bundle that was lost before anybody joined is made once more.
    let again = again || (args.if_missing && known);
    let bundle = if again {
        site::renew(&place, &args.code, &keys)?
    } else {
        site::add(&place, &args.code, &keys)?
    };
    bundle.write(&args.out, &code)?;
    // Who renews drops the connection of the old certificate; the others are back within a second.
    let leaves = if again { Leaves::Drop } else { Leaves::Stay };
    reload(&args.bus, leaves).await?;
    output::tell(format_args!("接入包已写入 {}", args.out.display()));
    if args.code_file.is_none() {
        output::tell("开启码如下,只显示这一次;请通过接入包以外的途径(如电话)告知县级管理员:");
        output::answer(code.reveal());
    }
    Ok(())
}

async fn remove(args: &RemoveArgs) -> Result<(), SiteError> {
    site::remove(&Place::new(&args.bus.dir.dir), &args.code)?;
    reload(&args.bus, Leaves::Drop).await?;
    output::tell(format_args!("{} 已移除,其连接已断开", args.code));
    Ok(())
}

fn list(place: &Place) -> Result<(), SiteError> {
    let now = Clock::system().now().as_offset();
    for county in site::list(place)? {
        output::answer(format_args!(
            "{}  certificate until {}  {:>4} days",
            county.code,
            county.ends.date(),
            (county.ends - now).whole_days()
        ));
    }
    Ok(())
}

fn join(args: &JoinArgs) -> Result<(), SiteError> {
    let code = match &args.code_file {
        Some(path) => read(path)?,
        None => {
            output::tell("请输入开启码:");
            let mut line = String::new();
            std::io::stdin()
                .read_line(&mut line)
                .map_err(|source| SiteError::File {
                    path: "standard input".into(),
                    source,
                })?;
            line
        }
    };
    let bundle = Bundle::read(&args.bundle, &Code::parse(&code)?)?;
    let names = args
        .names
        .iter()
        .filter(|name| !name.is_empty())
        .cloned()
        .collect();
    let place = Place::new(&args.dir.dir);
    let site = site::join(&place, &bundle, names, args.streams.as_deref())?;
    output::tell(format_args!(
        "县级站点 {} 已就绪(市级地址 {})",
        site.division, site.city
    ));
    Ok(())
}

/// The one in the file, or a new one that is put there, or a new one.
fn code_to_seal(file: Option<&Path>) -> Result<Code, SiteError> {
    let Some(path) = file else {
        return Ok(Code::new_one());
    };
    if path.exists() {
        return Code::parse(&read(path)?);
    }
    let code = Code::new_one();
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| writeln!(file, "{}", code.reveal()))
        .map_err(|source| SiteError::File {
            path: path.into(),
            source,
        })?;
    Ok(code)
}

fn read(path: &Path) -> Result<String, SiteError> {
    fs::read_to_string(path).map_err(|source| SiteError::File {
        path: path.into(),
        source,
    })
}

/// Asks identity as one of the site's own: with a certificate of its authority.
async fn identity_keys(place: &Place, url: &str) -> Result<String, SiteError> {
    let channel = jianyi_rpc::connect_with(url, &place.neighbour()?)?;
    let reply = IdentityServiceClient::new(channel)
        .get_jwks(GetJwksRequest {})
        .await
        .map_err(|status| {
            SiteError::Fault(format!("identity at {url}: {}", client::explain(&status)))
        })?;
    Ok(reply.into_inner().jwks_json)
}

/// Has the city's message bus read its users again.
async fn reload(args: &ReloadArgs, leaves: Leaves) -> Result<(), SiteError> {
    if args.no_reload {
        return Ok(());
    }
    let secrets = Secrets::load_or_create(&Layout::open(&args.dir.dir)?)?;
    let config = BusConfig {
        nats_url: args.nats_url.clone(),
        nats_user: Some(SYSTEM_USER.into()),
        nats_password: Some(Pii::new(secrets.system_password().to_owned())),
    };
    reload_server(&config, leaves).await?;
    Ok(())
}
