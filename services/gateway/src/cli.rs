//! The command line of the gateway's binary: serve, healthcheck.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use jianyi_kernel::Fault;
use jianyi_telemetry::{Place, Shutdown, task};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::{GatewayArgs, GatewayConfig, Tls, TlsArgs, run};

/// Wrong usage or configuration (`EX_USAGE` of sysexits).
const EXIT_USAGE: u8 = 64;

#[derive(Debug, Parser)]
#[command(
    name = "jianyi-gateway",
    version,
    about = "The one front door of all services and counties"
)]
enum Verb {
    /// Serve until SIGTERM or Ctrl-C.
    Serve(Box<GatewayArgs>),
    /// Exit 0 when the gateway answers; for containers without a shell.
    Healthcheck {
        /// Address the gateway listens on.
        #[arg(long, env = "JIANYI_LISTEN", default_value = "127.0.0.1:8640")]
        listen: SocketAddr,

        #[command(flatten)]
        tls: Box<TlsArgs>,

        /// Folder of the authority of a made certificate.
        #[arg(
            long,
            value_name = "DIR",
            env = "JIANYI_TLS_DIR",
            default_value = ".jianyi/secrets"
        )]
        tls_dir: PathBuf,
    },
}

/// `main` of the gateway's binary.
#[must_use]
pub fn main() -> ExitCode {
    let mut command = Verb::command();
    let arguments = match jianyi_rpc::with_files(&mut command) {
        Ok(arguments) => arguments,
        Err(fault) => return fail(&fault.chain(), ExitCode::from(EXIT_USAGE)),
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
        Err(error) => return fail(&error.to_string(), ExitCode::FAILURE),
    };
    match verb {
        Verb::Serve(args) => match GatewayConfig::try_from(*args) {
            Ok(config) => ended(runtime.block_on(serve(config))),
            Err(fault) => fail(&fault.to_string(), ExitCode::from(EXIT_USAGE)),
        },
        Verb::Healthcheck {
            listen,
            tls,
            tls_dir,
        } => ended(runtime.block_on(async { check(listen, &tls.resolve(listen, tls_dir)?).await })),
    }
}

async fn serve(config: GatewayConfig) -> Result<(), Fault> {
    let _telemetry = jianyi_telemetry::init(&config.telemetry, Place::city("gateway"));
    let shutdown = Shutdown::new();
    task::spawn("signals", stop_on_signal(shutdown.clone()));
    run(config, shutdown).await
}

/// A certificate from files must name `localhost` for this.
async fn check(listen: SocketAddr, tls: &Tls) -> Result<(), Fault> {
    let url = format!("{}://{listen}", tls.scheme());
    let channel = jianyi_rpc::connect_with(&url, &tls.client()?.named("localhost"))?;
    HealthClient::new(channel)
        .check(HealthCheckRequest::default())
        .await
        .map(|_| ())
        .map_err(|status| Fault::Unavailable(status.message().to_owned()))
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

fn ended(result: Result<(), Fault>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fail(&fault.chain(), ExitCode::FAILURE),
    }
}

#[expect(clippy::print_stderr, reason = "the one line a failed start says")]
fn fail(message: &str, code: ExitCode) -> ExitCode {
    eprintln!("jianyi-gateway: {message}");
    code
}
