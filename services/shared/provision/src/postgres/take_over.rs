//! Takes a cluster over from an instance of ours that was killed and left its server running.

use std::fs;
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::child::send;
use crate::orphans::{self, Mark};

use super::cluster::Cluster;

impl Cluster {
    /// Stops whatever an earlier, killed instance left running here. As `pg_ctl stop -m fast` does,
    /// then as `-m immediate`, then by force.
    pub(super) async fn take_over(&self) {
        let pg = self.pg();
        let pid: Option<u32> = fs::read_to_string(pg.join("postmaster.pid"))
            .ok()
            .and_then(|text| text.lines().next()?.trim().parse().ok());
        let mark = Mark {
            dir: &pg,
            names: &["postgres"],
        };
        let ours = orphans::find(mark);
        if let Some(pid) = pid.filter(|pid| ours.contains(pid)) {
            // Only the postmaster: it ends its backends and writes its checkpoint itself.
            send(pid, Signal::SIGINT);
            send(pid, Signal::SIGCONT);
            orphans::wait(mark, Duration::from_secs(30)).await;
        } else if !ours.is_empty() {
            // Backends whose postmaster was killed notice it and leave.
            orphans::wait(mark, Duration::from_secs(2)).await;
        }
        let by_force = [
            (Signal::SIGQUIT, Duration::from_secs(5)),
            (Signal::SIGKILL, Duration::from_secs(5)),
        ];
        let gone = orphans::stop(mark, &by_force).await;
        if gone && Path::new("/proc/self").exists() {
            // The pids in them may belong to strangers now, whom Postgres would take for itself.
            let sockets = fs::read_dir(self.home.join("sock"))
                .into_iter()
                .flatten()
                .flatten();
            for stale in sockets
                .map(|entry| entry.path())
                .chain([pg.join("postmaster.pid")])
            {
                if let Err(error) = fs::remove_file(&stale) {
                    tracing::trace!(%error, "provision.postgres.nothing_stale");
                }
            }
        }
    }
}
