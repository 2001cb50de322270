//! A server process of ours, in its own process group so that Ctrl-C reaches only us and we stop it in order.

use std::fs;
use std::io;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// Dropping it asks the process to stop but does not wait.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    farewell: Signal,
}

impl Running {
    /// `farewell` is the signal by which this server stops in good order.
    pub(crate) fn spawn(command: &mut Command, farewell: Signal) -> io::Result<Self> {
        let child = command.process_group(0).spawn()?;
        Ok(Self { child, farewell })
    }

    /// None once it has ended.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// A process that is gone needs no signal.
    pub(crate) fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid() {
            send(pid, signal);
        }
    }

    /// Returns when it stands still: the kernel stops the threads one after another.
    pub(crate) async fn suspend(&self) {
        self.signal(Signal::SIGSTOP);
        let Some(pid) = self.pid() else { return };
        let deadline = Instant::now() + Duration::from_secs(1);
        while !stands_still(pid) && Instant::now() < deadline {
            sleep(Duration::from_millis(1)).await;
        }
    }

    pub(crate) fn resume(&self) {
        self.signal(Signal::SIGCONT);
    }

    /// In good order if it obeys within `patience`, by force otherwise.
    pub(crate) async fn stop(&mut self, patience: Duration) {
        self.signal(self.farewell);
        // A suspended process takes no notice of anything else.
        self.signal(Signal::SIGCONT);
        if timeout(patience, self.child.wait()).await.is_err() {
            tracing::warn!(pid = self.pid(), "provision.child.killed");
            self.kill9().await;
        }
    }

    pub(crate) async fn kill9(&mut self) {
        self.signal(Signal::SIGKILL);
        if let Err(error) = self.child.wait().await {
            tracing::debug!(%error, "provision.child.wait");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.has_ended() {
            self.signal(self.farewell);
            self.signal(Signal::SIGCONT);
        }
    }
}

/// The state is the letter after the name, which is in parentheses and may hold any.
fn stands_still(pid: u32) -> bool {
    let threads = fs::read_dir(format!("/proc/{pid}/task"));
    threads.into_iter().flatten().flatten().all(|thread| {
        fs::read_to_string(thread.path().join("stat")).is_ok_and(|stat| {
            stat.rsplit(") ")
                .next()
                .is_some_and(|rest| rest.starts_with('T'))
        })
    })
}

/// Fails only when the process is gone or not ours; both are what the caller finds out next anyway.
pub(crate) fn send(pid: u32, signal: Signal) {
    if let Ok(pid) = i32::try_from(pid)
        && let Err(error) = kill(Pid::from_raw(pid), signal)
    {
        tracing::debug!(pid, %signal, %error, "provision.child.signal");
    }
}
