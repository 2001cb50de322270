//! `jianyi service`: one service as a process of its own, told everything on its standard input.

use std::process::ExitCode;

use jianyi_telemetry::{Place, Shutdown, TelemetryConfig, task};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::signal::unix::{SignalKind, signal};

use super::output;
use crate::world::{Boot, run_service};

pub(super) async fn run() -> ExitCode {
    let mut input = BufReader::new(tokio::io::stdin());
    let mut line = String::new();
    let boot = match input.read_line(&mut line).await {
        Ok(_) => serde_json::from_str::<Boot>(&line),
        Err(error) => return output::fail(&error, 74),
    };
    let Ok(boot) = boot else {
        return output::fail(
            &"this command is for the system itself; see `jianyi up --help`",
            64,
        );
    };
    let telemetry = TelemetryConfig {
        log: boot.log.clone(),
        ..boot.export.config()
    };
    let instance = boot.instance();
    let place = Place {
        instance: &instance,
        site: boot.site(),
    };
    let _telemetry = jianyi_telemetry::init(&telemetry, place);

    let shutdown = Shutdown::new();
    let stop = shutdown.clone();
    task::spawn("stop", async move {
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return;
        };
        let mut rest = String::new();
        tokio::select! {
            _ = terminate.recv() => {}
            // The pipe ends when whoever started us ends, however it ends.
            _ = input.read_line(&mut rest) => {}
        }
        stop.trigger();
    });
    match run_service(boot, shutdown).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => output::fail(&fault.chain(), 70),
    }
}
