//! Our own NATS process: started, watched until it is ready, stopped, suspended, restarted.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use tokio::time::sleep;

use crate::child::Running;
use crate::error::{Error, Result};
use crate::federation::LeafUser;
use crate::files;
use crate::layout::Layout;
use crate::log::{Log, telling_line};
use crate::options::{Options, Progress};
use crate::orphans::{self, Mark};
use crate::ports::Wish;
use crate::probe;
use crate::secrets::Secrets;

use super::{Role, Site, Wishes, binary, config, health};

/// Large streams are read back before the server calls itself healthy.
const READY_WITHIN: Duration = Duration::from_secs(120);
const STOP_WITHIN: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Server {
    running: Running,
    place: Place,
    client: u16,
    monitor: u16,
}

/// What stays the same from one start to the next.
#[derive(Debug)]
struct Place {
    program: PathBuf,
    dir: PathBuf,
    config: PathBuf,
    log: PathBuf,
    secrets: Secrets,
    site: Site,
    progress: Progress,
}

impl Server {
    pub(super) async fn start(
        layout: &Layout,
        options: &Options,
        secrets: &Secrets,
        wishes: Wishes,
        site: Site,
    ) -> Result<Self> {
        let dir = layout.nats_dir();
        let place = Place {
            program: binary::find(options, layout.root()).await?,
            config: dir.join("nats.conf"),
            dir,
            log: layout.nats_log(),
            secrets: secrets.clone(),
            site,
            progress: options.progress.clone(),
        };
        files::make_dir(&place.dir, 0o700)?;
        place.take_over().await;
        let mut tries = 0_u32;
        loop {
            let client = wishes.client.settle()?;
            let monitor = wishes.monitor.settle()?;
            match place.launch(client, monitor).await {
                Ok(running) => {
                    return Ok(Self {
                        running,
                        place,
                        client,
                        monitor,
                    });
                }
                // Somebody took a port between our look and the bind.
                Err(Error::PortTaken { .. }) if tries < 3 => {
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.client)
    }

    pub(super) fn user_password(&self, role: Role) -> (&str, &str) {
        match role {
            Role::Jianyi => ("jianyi", self.place.secrets.nats_password()),
            Role::Dashboard => ("dashboard", self.place.secrets.dashboard_password()),
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.client
    }

    pub(super) fn monitor_port(&self) -> u16 {
        self.monitor
    }

    pub(super) fn pid(&self) -> Option<u32> {
        self.running.pid()
    }

    pub(super) async fn stop(&mut self) {
        self.running.stop(STOP_WITHIN).await;
    }

    pub(super) fn admit(&mut self, counties: Vec<LeafUser>) -> Result<()> {
        if let Site::City(city) = &mut self.place.site {
            city.counties = counties;
            city.write_users(&self.place.config, &self.place.secrets)?;
            self.running.signal(Signal::SIGHUP);
        }
        Ok(())
    }

    pub(super) async fn kill9(&mut self) {
        self.running.kill9().await;
    }

    pub(super) async fn suspend(&self) {
        self.running.suspend().await;
    }

    pub(super) fn resume(&self) {
        self.running.resume();
    }

    pub(super) async fn restart(&mut self) -> Result<()> {
        self.stop().await;
        let client = Wish::Exactly(self.client).settle()?;
        // Nobody but us looks at the monitoring port, so it may move.
        self.monitor = Wish::Prefer(self.monitor).settle()?;
        self.running = self.place.launch(client, self.monitor).await?;
        Ok(())
    }
}

impl Place {
    /// Two servers on one store would destroy it, and NATS itself does not look.
    async fn take_over(&self) {
        // The kernel cuts names; a given program may be called anything.
        let name = self
            .program
            .file_name()
            .map_or_else(Default::default, |name| name.to_string_lossy());
        let cut: String = name.chars().take(15).collect();
        let mark = Mark {
            dir: &self.dir,
            names: &["nats-server", &cut],
        };
        let steps = [
            (Signal::SIGTERM, STOP_WITHIN),
            (Signal::SIGKILL, Duration::from_secs(5)),
        ];
        orphans::stop(mark, &steps).await;
    }

    async fn launch(&self, client: u16, monitor: u16) -> Result<Running> {
        match &self.site {
            Site::Alone => {
                config::write(&self.config, &self.dir, &self.secrets, client, monitor)?;
            }
            Site::City(city) => city.write(&self.config, &self.secrets, client, monitor)?,
            Site::County(county) => county.write(&self.config, &self.secrets, client, monitor)?,
        }
        let (log, stderr) = Log::open(&self.log)?;
        let stdout = stderr.try_clone().map_err(|e| Error::at(&self.log, e))?;
        let mut command = probe::quiet(&self.program);
        command
            .kill_on_drop(false)
            // By its working directory it is found again if we are killed.
            .current_dir(&self.dir)
            .arg("--config")
            .arg(&self.config)
            .stdout(stdout)
            .stderr(stderr);
        let mut running = Running::spawn(&mut command, Signal::SIGTERM)
            .map_err(|e| Error::at(&self.program, e))?;
        let begun = Instant::now();
        let mut told = false;
        while !health::is_ready(client, monitor).await {
            if running.has_ended() {
                return Err(reason(&log, client));
            }
            if begun.elapsed() > READY_WITHIN {
                running.stop(STOP_WITHIN).await;
                return Err(reason(&log, client));
            }
            if begun.elapsed() > Duration::from_secs(2) && !told {
                told = true;
                self.progress
                    .say("正在恢复消息流… NATS is recovering its streams");
            }
            sleep(Duration::from_millis(10)).await;
        }
        Ok(running)
    }
}

fn reason(log: &Log, client: u16) -> Error {
    let text = log.text();
    if text.contains("address already in use") {
        return Error::PortTaken { port: client };
    }
    Error::NatsFailed {
        line: telling_line(&text, &["[FTL]", "[ERR]", "nats-server:"]),
        log: log.path(),
    }
}
