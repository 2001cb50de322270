//! Servers left behind by an instance of ours that was killed: found by what they work on, and stopped.
//!
//! A pid file alone is not trusted: after a reboot its number may belong to anybody.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use tokio::time::sleep;

use crate::child::send;

/// How a process of ours is recognised.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark<'a> {
    /// The directory it works in, or that its command line names.
    pub(crate) dir: &'a Path,
    /// Its names as the kernel shows them, so that somebody's shell in that directory is spared.
    pub(crate) names: &'a [&'a str],
}

/// The pids that carry the mark. Where there is no /proc nothing is found,
/// and the server's own lock file decides.
pub(crate) fn find(mark: Mark<'_>) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|pid| *pid != std::process::id() && matches(*pid, mark))
        .collect()
}

fn matches(pid: u32, mark: Mark<'_>) -> bool {
    let proc = Path::new("/proc").join(pid.to_string());
    let named = fs::read_to_string(proc.join("comm"))
        .is_ok_and(|comm| mark.names.contains(&comm.trim_end()));
    if !named {
        return false;
    }
    if fs::read_link(proc.join("cwd")).is_ok_and(|cwd| cwd == mark.dir) {
        return true;
    }
    let dir = mark.dir.as_os_str().as_encoded_bytes();
    fs::read(proc.join("cmdline"))
        .is_ok_and(|line| line.split(|byte| *byte == 0).any(|word| word == dir))
}

/// Sends each signal in turn and waits for it to work; true when nothing is left.
pub(crate) async fn stop(mark: Mark<'_>, steps: &[(Signal, Duration)]) -> bool {
    for (signal, patience) in steps {
        let found = find(mark);
        if found.is_empty() {
            return true;
        }
        tracing::warn!(?found, %signal, "provision.orphans.stopped");
        for pid in found {
            send(pid, *signal);
            send(pid, Signal::SIGCONT);
        }
        if wait(mark, *patience).await {
            return true;
        }
    }
    find(mark).is_empty()
}

/// Waits for all of them to leave by themselves; true when they did.
pub(crate) async fn wait(mark: Mark<'_>, patience: Duration) -> bool {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        if find(mark).is_empty() {
            return true;
        }
        sleep(Duration::from_millis(50)).await;
    }
    find(mark).is_empty()
}
