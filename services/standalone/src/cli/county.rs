//! `jianyi county`: lets counties in at the city, and joins at the county.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jianyi_bus::{BusConfig, Leaves, reload_server};
use jianyi_kernel::{Clock, Pii};
use jianyi_provision::federation::SYSTEM_USER;
use jianyi_provision::{Layout, Secrets};

use super::output;
use super::site::{DirArgs, finish};
use crate::site::{self, Branches, Bundle, Code, Place, SiteError};

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
    Renew(RenewArgs),
    /// At the city: let a county in no longer, end its connection, and tell its logins nothing more.
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

    #[command(flatten)]
    identity: IdentityArgs,

    #[command(flatten)]
    bus: ReloadArgs,
}

#[derive(Debug, Args)]
struct RenewArgs {
    #[command(flatten)]
    invite: InviteArgs,

    /// Also another key for the county's logins: its machine was lost or stolen. What lies there opens nothing new.
    #[arg(long)]
    new_key: bool,
}

#[derive(Debug, Args)]
struct RemoveArgs {
    /// Code of the county, six digits.
    code: String,

    #[command(flatten)]
    identity: IdentityArgs,

    #[command(flatten)]
    bus: ReloadArgs,
}

#[derive(Debug, Args)]
struct IdentityArgs {
    /// The city's identity, which makes the key of the county's own logins and ends it.
    #[arg(
        long,
        value_name = "URL",
        env = "JIANYI_IDENTITY_URL",
        default_value = "https://identity:8650"
    )]
    identity_url: String,
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
        Verb::Add(args) => add(&args).await,
        Verb::Renew(args) => renew(&args).await,
        Verb::Remove(args) => remove(&args).await,
        Verb::List(args) => list(&Place::new(&args.dir)),
        Verb::Join(args) => join(&args),
    })
}

async fn add(args: &InviteArgs) -> Result<(), SiteError> {
    let place = Place::new(&args.bus.dir.dir);
    let known = site::knows(&place, &args.code)?;
    match (known, args.if_missing) {
        (true, true) if args.out.exists() => return Ok(()),
        (true, false) => return Err(SiteError::Known(args.code.clone())),
        // A bundle that was lost before anybody joined is made once more.
        (true, true) | (false, _) => {}
    }
    // What a lost bundle, or one of before the county was removed, would have opened, it no longer does.
    let key = branch_key(&place, args, true).await?;
    let code = code_to_seal(args.code_file.as_deref())?;
    let bundle = if known {
        site::renew(&place, &args.code, key)?
    } else {
        site::add(&place, &args.code, key)?
    };
    give(args, &bundle, &code, known).await
}

async fn renew(args: &RenewArgs) -> Result<(), SiteError> {
    let place = Place::new(&args.invite.bus.dir.dir);
    if !site::knows(&place, &args.invite.code)? {
        return Err(SiteError::Unknown(args.invite.code.clone()));
    }
    // The key stays unless it was lost: a branch that cannot open what it is told takes the account for taken back.
    let key = branch_key(&place, &args.invite, args.new_key).await?;
    let code = code_to_seal(args.invite.code_file.as_deref())?;
    let bundle = site::renew(&place, &args.invite.code, key)?;
    give(&args.invite, &bundle, &code, true).await
}

async fn branch_key(
    place: &Place,
    args: &InviteArgs,
    replace: bool,
) -> Result<Option<String>, SiteError> {
    Branches::new(place, &args.identity.identity_url)?
        .ensure(&args.code, replace)
        .await
}

/// Writes the bundle, and has the bus let in whom it names.
async fn give(
    args: &InviteArgs,
    bundle: &Bundle,
    code: &Code,
    again: bool,
) -> Result<(), SiteError> {
    bundle.write(&args.out, code)?;
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

/// The branch first, so that what it is told to forget may still arrive; but whoever is to be shut out is shut out
/// also while identity does not answer, and the command again ends the branch.
async fn remove(args: &RemoveArgs) -> Result<(), SiteError> {
    let place = Place::new(&args.bus.dir.dir);
    let known = site::knows(&place, &args.code)?;
    let ended = Branches::new(&place, &args.identity.identity_url)?
        .end(&args.code)
        .await;
    if known {
        site::remove(&place, &args.code)?;
        reload(&args.bus, Leaves::Drop).await?;
        output::tell(format_args!("{} 已移除,其连接已断开", args.code));
    }
    match ended {
        Ok(false) if !known => Err(SiteError::Unknown(args.code.clone())),
        Ok(_) => Ok(()),
        Err(error) => {
            output::tell("县级登录分支尚未终止;身份服务恢复后请再次执行本命令");
            Err(error)
        }
    }
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
