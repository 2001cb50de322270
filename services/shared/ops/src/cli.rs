//! The command line of every service binary: serve, migrate, healthcheck.

use std::process::ExitCode;

use clap::{Args, Command, FromArgMatches as _, Subcommand};
use jianyi_db::Db;
use jianyi_kernel::{Clock, Fault};
use jianyi_rpc::MtlsConfig;
use jianyi_telemetry::{Place, Shutdown, task};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::{ServiceConfig, ServiceSpec, Settings, run};

/// Wrong usage or configuration (`EX_USAGE` of sysexits).
const EXIT_USAGE: u8 = 64;

#[derive(Debug, Subcommand)]
enum Verb {
    /// Serve until SIGTERM or Ctrl-C; migrates first, unless its login may not.
    Serve(Box<ServiceConfig>),
    /// Bring the database to the newest version and exit.
    Migrate(Box<ServiceConfig>),
    /// Exit 0 when the service answers; for containers without a shell.
    Healthcheck(HealthcheckArgs),
}

#[derive(Debug, Args)]
struct HealthcheckArgs {
    /// Address the service listens on.
    #[arg(long, env = "JIANYI_LISTEN", default_value = "127.0.0.1:8650")]
    listen: std::net::SocketAddr,

    #[command(flatten)]
    mtls: MtlsConfig,
}

/// `main` of a service binary.
#[must_use]
pub fn main(spec: ServiceSpec) -> ExitCode {
    let mut command = Verb::augment_subcommands(
        Command::new(spec.context)
            .version(env!("CARGO_PKG_VERSION"))
            .subcommand_required(true),
    );
    let arguments = match jianyi_rpc::with_files(&mut command) {
        Ok(arguments) => arguments,
        Err(fault) => return fail(spec.context, &fault.chain()),
    };
    let verb = match command
        .try_get_matches_from(arguments)
        .and_then(|matches| Verb::from_arg_matches(&matches))
    {
        Ok(verb) => verb,
        Err(error) => {
            // Printing help may fail when the pipe is closed; there is nobody left to tell.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(EXIT_USAGE)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(spec.context, &error.to_string()),
    };
    match runtime.block_on(act(spec, verb)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fail(spec.context, &fault.chain()),
    }
}

async fn act(spec: ServiceSpec, verb: Verb) -> Result<(), Fault> {
    match verb {
        Verb::Serve(mut config) => {
            let instance = spec.instance(config.division.as_ref());
            let site = config.site_name();
            let place = Place {
                instance: &instance,
                site: &site,
            };
            let _telemetry = jianyi_telemetry::init(&config.telemetry, place);
            config.settings = Settings::from_env();
            let shutdown = Shutdown::new();
            task::spawn("signals", stop_on_signal(shutdown.clone()));
            run(spec, *config, shutdown).await
        }
        Verb::Migrate(config) => {
            let db = Db::connect(&config.db, Clock::system()).await?;
            db.migrate(spec.migrations).await
        }
        Verb::Healthcheck(args) => {
            let channel = match args.mtls.load()? {
                None => jianyi_rpc::connect_lazy(&format!("http://{}", args.listen))?,
                // Whatever it listens on, from here it is the local one.
                Some(mtls) => jianyi_rpc::connect_with(
                    &format!("https://{}", args.listen),
                    &mtls.client().named("localhost"),
                )?,
            };
            HealthClient::new(channel)
                .check(HealthCheckRequest::default())
                .await
                .map(|_| ())
                .map_err(|status| Fault::Unavailable(status.message().to_owned()))
        }
    }
}

async fn stop_on_signal(shutdown: Shutdown) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        tracing::error!("signals cannot be caught; stop this process with SIGKILL");
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    shutdown.trigger();
}

#[expect(clippy::print_stderr, reason = "the one line a failed start says")]
fn fail(context: &str, message: &str) -> ExitCode {
    eprintln!("jianyi-{context}: {message}");
    ExitCode::FAILURE
}
