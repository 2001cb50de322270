//! Launches the postmaster and watches it until it is ready or says why not.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use tokio::process::Command;
use tokio::time::sleep;

use crate::child::Running;
use crate::error::{Error, Result};
use crate::log::{Log, telling_line};
use crate::options::Progress;
use crate::probe;

use super::cluster::Cluster;
use super::server::STOP_WITHIN;

/// Recovery after a crash of a large database takes long; giving up would only make it start over.
const READY_WITHIN: Duration = Duration::from_secs(300);

/// Personal data must not reach the log: no statements, no DETAIL lines (they quote rows).
/// Everything else is the default, above all fsync.
const SETTINGS: [&str; 14] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_permissions=0700",
    "max_connections=300",
    "shared_buffers=128MB",
    "fsync=on",
    "timezone=UTC",
    "log_timezone=UTC",
    "logging_collector=off",
    "log_destination=stderr",
    "log_min_messages=log",
    "log_statement=none",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_checkpoints=off",
];

/// Starts the process and waits until it accepts connections.
pub(super) async fn launch(
    cluster: &Cluster,
    bin: &Path,
    socket: &Path,
    log_path: &Path,
    port: u16,
    progress: &Progress,
) -> Result<Running> {
    let (log, stderr) = Log::open(log_path)?;
    let stdout = stderr.try_clone().map_err(|e| Error::at(log_path, e))?;
    let mut command = command(cluster, bin, socket, port);
    command.stdout(stdout).stderr(stderr);
    let mut running =
        Running::spawn(&mut command, Signal::SIGINT).map_err(|e| Error::at(bin, e))?;
    let begun = Instant::now();
    let mut told = false;
    loop {
        if running.has_ended() {
            return Err(reason(&log, cluster, port));
        }
        if running
            .pid()
            .is_some_and(|pid| is_ready(&cluster.pg(), pid))
        {
            return Ok(running);
        }
        if begun.elapsed() > READY_WITHIN {
            running.stop(STOP_WITHIN).await;
            return Err(reason(&log, cluster, port));
        }
        if begun.elapsed() > Duration::from_secs(2) && !told {
            told = true;
            progress.say("正在恢复数据库… the database is recovering");
        }
        sleep(Duration::from_millis(10)).await;
    }
}

fn command(cluster: &Cluster, bin: &Path, socket: &Path, port: u16) -> Command {
    let mut command = probe::quiet(&bin.join("postgres"));
    command.kill_on_drop(false).arg("-D").arg(cluster.pg());
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    // A list of paths: quoted, because a path may hold commas and spaces.
    let quoted = socket.to_string_lossy().replace('"', "\"\"");
    command
        .args(["-c", &format!("unix_socket_directories=\"{quoted}\"")])
        .args(["-c", &format!("port={port}")]);
    if let Some(user) = &cluster.run_as {
        user.apply(&mut command);
    }
    command
}

/// The postmaster writes its state into the eighth line of its pid file, where `pg_ctl` reads it too.
fn is_ready(pg: &Path, pid: u32) -> bool {
    fs::read_to_string(pg.join("postmaster.pid")).is_ok_and(|text| {
        let mut lines = text.lines().map(str::trim);
        lines.next().is_some_and(|line| line.parse() == Ok(pid)) && lines.nth(6) == Some("ready")
    })
}

fn reason(log: &Log, cluster: &Cluster, port: u16) -> Error {
    let text = log.text();
    if text.contains("Address already in use") {
        return Error::PortTaken { port };
    }
    if text.contains("No space left on device") {
        return Error::DiskFull { path: cluster.pg() };
    }
    Error::PostgresFailed {
        line: telling_line(&text, &["PANIC:", "FATAL:"]),
        log: log.path(),
    }
}
