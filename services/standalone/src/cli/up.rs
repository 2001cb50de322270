//! `jianyi up`: start everything, load the record into a new data directory, report, serve.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use jianyi_db::Algorithm;
use jianyi_gateway::{Console, TlsArgs};
use jianyi_provision::{Ephemeral, Options, Progress};
use jianyi_rpc::LimitsConfig;
use jianyi_telemetry::{Place, TelemetryConfig};
use tokio::signal::unix::{SignalKind, signal};

use super::{accounts, load, output, report, status};
use crate::client::{ClientError, Session};
use crate::console::{ConsoleArgs, Pages};
use crate::program_key::ProgramKey;
use crate::world::{
    DEFAULT_PORT, EdgeOptions, ExportOptions, Mode, World, WorldError, WorldOptions,
};

/// Where the system keeps everything unless told otherwise.
const DEFAULT_DIR: &str = ".jianyi";

/// Written when the demo record is in completely; until then every start goes on loading it.
const LOADED: &str = "demo.loaded";

/// Exit code of what Ctrl-C ended before it was done, as shells count it.
const EXIT_INTERRUPTED: u8 = 130;

/// The year of the demo record.
const YEAR: i32 = 2024;

/// Starting the whole system.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches of a command line"
)]
pub struct UpArgs {
    /// Where the system keeps everything.
    #[arg(
        long,
        value_name = "DIR",
        default_value = DEFAULT_DIR,
        env = "JIANYI_DATA_DIR"
    )]
    data_dir: PathBuf,

    /// Keep nothing: a fresh data directory that is removed at the end.
    #[arg(long, conflicts_with = "data_dir")]
    ephemeral: bool,

    /// Port of the gateway; the services take the eleven after it. 0 takes any free ones.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_PORT, env = "JIANYI_PORT_BASE")]
    port_base: u16,

    /// Do not load the 2024 record into a new data directory.
    #[arg(long)]
    no_demo: bool,

    /// Folder of the record that is loaded into a new data directory.
    #[arg(long, value_name = "DIR")]
    demo: Option<PathBuf>,

    /// Print the report as Markdown on standard output, stop everything, and exit.
    #[arg(long)]
    once: bool,

    /// Run each service as a process of its own instead of all in this one.
    #[arg(long)]
    processes: bool,

    /// A running Postgres to use instead of starting one (a user that may create databases).
    #[arg(long, value_name = "URL", env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,

    /// A running NATS with JetStream to use instead of starting one.
    #[arg(long, value_name = "URL", env = "NATS_URL", hide_env_values = true)]
    nats_url: Option<String>,

    /// Folder with `postgres` and `initdb`, version 15 or newer.
    #[arg(long, value_name = "DIR", env = "JIANYI_POSTGRES_BIN")]
    postgres_bin: Option<PathBuf>,

    /// The `nats-server` executable, version 2.10 or newer.
    #[arg(long, value_name = "FILE", env = "JIANYI_NATS_SERVER")]
    nats_server: Option<PathBuf>,

    /// Where downloaded servers are kept.
    #[arg(long, value_name = "DIR", env = "JIANYI_CACHE_DIR")]
    cache_dir: Option<PathBuf>,

    /// What to log on standard error, e.g. `info` or `jianyi_bus=debug`.
    #[arg(
        long,
        value_name = "FILTER",
        default_value = "error",
        env = "JIANYI_LOG"
    )]
    log: String,

    /// How new keys for personal fields encrypt: aes-256-gcm or sm4-gcm.
    #[arg(
        long,
        value_name = "NAME",
        env = "JIANYI_FIELD_ALGORITHM",
        default_value_t
    )]
    field_algorithm: Algorithm,

    #[command(flatten)]
    console: ConsoleArgs,

    #[command(flatten)]
    tls: TlsArgs,

    #[command(flatten)]
    limits: LimitsConfig,

    #[command(flatten)]
    export: ExportOptions,
}

pub(super) async fn run(args: UpArgs) -> ExitCode {
    let telemetry = TelemetryConfig {
        log: args.log.clone(),
        ..args.export.config()
    };
    let _telemetry = jianyi_telemetry::init(&telemetry, Place::city("jianyi"));
    let ephemeral = match args.ephemeral.then(Ephemeral::new).transpose() {
        Ok(ephemeral) => ephemeral,
        Err(error) => return output::ended(Err(error.into())),
    };
    let data_dir = ephemeral
        .as_ref()
        .map_or(args.data_dir.as_path(), Ephemeral::path)
        .to_owned();
    match serve(&args, &data_dir).await {
        Ok(code) => code,
        Err(error) => output::ended(Err(error)),
    }
}

async fn serve(args: &UpArgs, data_dir: &Path) -> Result<ExitCode, WorldError> {
    let began = Instant::now();
    // Asked for before anything starts, so that Ctrl-C at any moment stops what was started.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    output::tell(format_args!("正在启动(数据目录 {})…", data_dir.display()));
    let pages = Pages::find(&args.console, data_dir)?;
    let provision = Options {
        database_url: args.database_url.clone(),
        nats_url: args.nats_url.clone(),
        postgres_bin_dir: args.postgres_bin.clone(),
        nats_server: args.nats_server.clone(),
        cache_dir: args.cache_dir.clone(),
        ignore_installed: false,
        progress: Progress::new(|message| output::tell(message)),
    };
    let starting = World::start(WorldOptions {
        data_dir: data_dir.into(),
        port_base: args.port_base,
        provision: provision.clone(),
        mode: if args.processes {
            Mode::Processes(std::env::current_exe()?)
        } else {
            Mode::InProcess
        },
        edge: EdgeOptions {
            tls: args.tls.resolve(
                SocketAddr::from((Ipv4Addr::LOCALHOST, args.port_base)),
                data_dir.join("secrets"),
            )?,
            client_ca: args.tls.client_ca(),
            limits: args.limits.clone(),
            console: Console {
                demonstration: !args.no_demo,
                ..pages.served()
            },
            ..EdgeOptions::default()
        },
        log: args.log.clone(),
        log_dir: None,
        federation: None,
        export: args.export.clone(),
        field_algorithm: args.field_algorithm,
    });
    tokio::pin!(starting);
    let mut interrupted = false;
    let started = loop {
        // Half a start is finished before it is stopped: that leaves nothing behind.
        tokio::select! {
            started = &mut starting => break started,
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        interrupted = true;
        output::tell("收到停止信号,当前步骤完成后停止…");
    };
    let mut world = match started {
        Ok(world) => world,
        // Ctrl-C on a terminal reaches what was being started, too.
        Err(error) if interrupted => {
            output::tell(format_args!("已停止({error})"));
            return Ok(ExitCode::from(EXIT_INTERRUPTED));
        }
        Err(error) => return Err(error),
    };
    if interrupted {
        world.stop().await?;
        return Ok(stopped(args));
    }
    output::tell(format_args!("全部服务已就绪,用时 {:.1?}", began.elapsed()));
    // Beside everything else, which does not wait for it; it ends with this function.
    let mut beside = tokio::task::JoinSet::new();
    if !args.once {
        let url = world.addresses().gateway.http.clone();
        beside.spawn(pages.bring(provision, url));
    }

    let outcome = tokio::select! {
        outcome = work(args, &world, data_dir) => Some(outcome),
        _ = interrupt.recv() => None,
        _ = terminate.recv() => None,
    };
    let code = match outcome {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(code)) => {
            world.stop().await?;
            return Ok(code);
        }
        None => stopped(args),
    };
    if !args.once && outcome.is_some() {
        output::tell(format_args!(
            "用时 {:.1?}。按 Ctrl-C 停止。",
            began.elapsed()
        ));
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            error = world.failed() => {
                output::tell(&error);
                world.stop().await?;
                return Ok(output::ended(Err(error)));
            }
        }
    }
    output::tell("正在停止…");
    beside.shutdown().await;
    world.stop().await?;
    Ok(code)
}

/// To be stopped is the ordinary end of a system that serves, but `--once` has not printed its report.
fn stopped(args: &UpArgs) -> ExitCode {
    if args.once {
        ExitCode::from(EXIT_INTERRUPTED)
    } else {
        ExitCode::SUCCESS
    }
}

/// Loads, waits for the projections, and prints. The error is an exit code: it has been told already.
async fn work(args: &UpArgs, world: &World, data_dir: &Path) -> Result<(), ExitCode> {
    let gateway = &world.addresses().gateway;
    let key = ProgramKey::parse(world.secrets().operator_key())
        .map_err(|fault| output::fail(&fault.chain(), 70))?;
    let session = Session::as_operator(&gateway.http, gateway.ca.as_deref(), key)
        .map_err(|error| output::fail(&error, error.exit_code()))?;
    let marker = data_dir.join(LOADED);
    if !args.no_demo && !marker.exists() {
        let folder = args.demo.clone().unwrap_or_else(demo_folder);
        load::load(&session, &folder).await?;
        std::fs::write(&marker, format!("{}\n", folder.display()))
            .map_err(|error| output::fail(&error, 74))?;
    }
    let refused = |error: ClientError| output::fail(&error, error.exit_code());
    status::caught_up(&session, Duration::from_secs(120))
        .await
        .map_err(refused)?;
    if args.once {
        output::answer(report::markdown(&session, YEAR).await.map_err(refused)?);
        return Ok(());
    }
    output::answer(report::summary(&session, YEAR).await.map_err(refused)?);
    let console = args.console.is_wanted().then_some(gateway.http.as_str());
    accounts::show_once(&session, data_dir, !args.no_demo, console).await?;
    output::answer(welcome(world, data_dir, args.console.is_wanted()));
    Ok(())
}

/// The record beside the sources, found from the current folder or from where it was built.
fn demo_folder() -> PathBuf {
    let here = PathBuf::from("deploy/demo/hebi-2024");
    if here.is_dir() {
        return here;
    }
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../deploy/demo/hebi-2024"
    ))
}

/// Addresses, tokens, and three calls to try.
fn welcome(world: &World, data_dir: &Path, console: bool) -> String {
    let addresses = world.addresses();
    let grpc = &addresses.gateway.grpc;
    let http = &addresses.gateway.http;
    let console = if console {
        format!("  控制台 {http}/(浏览器打开;公众页 {http}/public)\n")
    } else {
        String::new()
    };
    let dir = data_dir.display();
    // As it can be typed here: by the name it was called with, and without what is the default anyway.
    let jianyi = std::env::args().next().unwrap_or_else(|| "jianyi".into());
    let at = if data_dir == Path::new(DEFAULT_DIR) {
        String::new()
    } else {
        format!(" --data-dir {dir}")
    };
    let dashboard = world.dashboard_login().map_or(String::new(), |(user, _)| {
        format!("(只读账号 {user},密码在 {dir}/secrets/)")
    });
    format!(
        "\n地址\n{console}  gRPC   {grpc}(支持反射,grpcurl、Postman 可直接浏览)\n  HTTP   {http}/healthz\n  事件   \
         {http}/v1/events(SSE)\n  NATS   {nats}{dashboard}\n\n脚本取令牌\n  \
         {jianyi} token{at}\n\n试一试\n  {jianyi} status{at}\n  \
         {jianyi} report annual --year 2024 --format xlsx --out 2024.xlsx{at}\n  \
         curl{cacert} -N -H \"Authorization: Bearer $({jianyi} token{at})\" {http}/v1/events\n",
        cacert = addresses
            .gateway
            .ca
            .as_ref()
            .map_or(String::new(), |ca| format!(" --cacert {}", ca.display())),
        nats = addresses.nats,
    )
}
