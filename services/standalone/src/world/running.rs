//! A running world: its services as tasks or processes, and the ways to stop, kill and restart them.

use std::process::Stdio;
use std::time::{Duration, Instant};

use jianyi_kernel::Fault;
use jianyi_provision::{Nats, Postgres, Provisioned, Secrets};
use jianyi_telemetry::{Shutdown, task};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use super::sites::{self, CountyBroker};
use super::{
    ADDRESSES_FILE, Addresses, Boot, EdgeOptions, Instance, Mode, WorldError, WorldOptions,
    run_service,
};

/// How long a service may take until it answers: longer than it waits for its database.
const PATIENCE: Duration = Duration::from_mins(2);

/// The running system.
#[derive(Debug)]
pub struct World {
    options: WorldOptions,
    provisioned: Provisioned,
    brokers: Vec<CountyBroker>,
    services: Vec<Service>,
    addresses: Addresses,
}

#[derive(Debug)]
struct Service {
    instance: Instance,
    boot: Boot,
    shutdown: Shutdown,
    running: Running,
}

#[derive(Debug)]
enum Running {
    Task(JoinHandle<Result<(), Fault>>),
    Process(Box<Child>),
    Stopped,
}

impl World {
    pub(super) async fn run(
        options: WorldOptions,
        provisioned: Provisioned,
        brokers: Vec<CountyBroker>,
        boots: Vec<(Instance, Boot)>,
        addresses: Addresses,
    ) -> Result<Self, WorldError> {
        let services = boots
            .into_iter()
            .map(|(instance, boot)| Service {
                instance,
                boot,
                shutdown: Shutdown::new(),
                running: Running::Stopped,
            })
            .collect();
        let mut world = Self {
            options,
            provisioned,
            brokers,
            services,
            addresses,
        };
        let started = world.start_all().await;
        match started {
            Ok(()) => Ok(world),
            Err(error) => {
                world.stop().await?;
                Err(error)
            }
        }
    }

    async fn start_all(&mut self) -> Result<(), WorldError> {
        for service in &mut self.services {
            service.launch(&self.options.mode).await?;
        }
        for service in &mut self.services {
            service.answers(&self.options.edge).await?;
        }
        self.addresses.write(&self.options.data_dir)?;
        Ok(())
    }

    /// Where everything listens.
    #[must_use]
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Secrets of the data directory, for the command line that runs beside it.
    #[must_use]
    pub const fn secrets(&self) -> &Secrets {
        &self.provisioned.secrets
    }

    /// The Postgres underneath.
    pub const fn postgres(&mut self) -> &mut Postgres {
        &mut self.provisioned.postgres
    }

    /// The NATS underneath.
    pub const fn nats(&mut self) -> &mut Nats {
        &mut self.provisioned.nats
    }

    /// The NATS of a county on a site of its own.
    pub fn county_nats(&mut self, code: &str) -> Option<&mut Nats> {
        let mut brokers = self.brokers.iter_mut();
        let broker = brokers.find(|broker| broker.code == code)?;
        Some(&mut broker.nats)
    }

    /// Names of all instances, `identity` first and `gateway` last.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.services
            .iter()
            .map(|service| service.instance.name())
            .collect()
    }

    /// URL of one instance's database as its owner; for tests that look past the services.
    #[must_use]
    pub fn database_url(&self, name: &str) -> Option<String> {
        let service = self
            .services
            .iter()
            .find(|service| service.instance.name() == name)?;
        let boot = &service.boot;
        let owner = boot.database_owner_url.as_ref();
        Some(owner.unwrap_or(&boot.database_url).clone())
    }

    /// NATS user and password of the services, when it asks for them.
    #[must_use]
    pub fn nats_login(&self) -> Option<(&str, &str)> {
        self.provisioned
            .nats
            .user_password(jianyi_provision::Role::Jianyi)
    }

    /// NATS user and password of read-only dashboards.
    #[must_use]
    pub fn dashboard_login(&self) -> Option<(&str, &str)> {
        self.provisioned
            .nats
            .user_password(jianyi_provision::Role::Dashboard)
    }

    /// Kills one instance: SIGKILL for a process, an abort at the next await for a task.
    ///
    /// # Errors
    /// When the name is unknown or the signal cannot be sent.
    pub async fn kill9(&mut self, name: &str) -> Result<(), WorldError> {
        let service = self.service(name)?;
        match std::mem::replace(&mut service.running, Running::Stopped) {
            Running::Task(task) => task.abort(),
            Running::Process(mut child) => child.kill().await?,
            Running::Stopped => {}
        }
        Ok(())
    }

    /// Stops one instance the polite way.
    ///
    /// # Errors
    /// When the name is unknown.
    pub async fn stop_service(&mut self, name: &str) -> Result<(), WorldError> {
        self.service(name)?.stop().await;
        Ok(())
    }

    /// Starts one instance again on the port it had.
    ///
    /// # Errors
    /// When the name is unknown, or it does not come to answer.
    pub async fn restart(&mut self, name: &str) -> Result<(), WorldError> {
        let (mode, edge) = (self.options.mode.clone(), self.options.edge.clone());
        let service = self.service(name)?;
        service.stop().await;
        service.launch(&mode).await?;
        service.answers(&edge).await
    }

    /// Has one instance ask another identity from its next start on: a county's branch.
    ///
    /// # Errors
    /// When the name is unknown.
    pub fn ask_identity_at(&mut self, name: &str, url: &str) -> Result<(), WorldError> {
        url.clone_into(&mut self.service(name)?.boot.identity_url);
        Ok(())
    }

    fn service(&mut self, name: &str) -> Result<&mut Service, WorldError> {
        self.services
            .iter_mut()
            .find(|service| service.instance.name() == name)
            .ok_or_else(|| WorldError::Service {
                service: name.into(),
                why: "no such service".into(),
            })
    }

    /// Stops everything in order: the gateway, the services, NATS, Postgres.
    ///
    /// # Errors
    /// When Postgres or NATS cannot be stopped.
    pub async fn stop(mut self) -> Result<(), WorldError> {
        // A missing file is what we want.
        let _ = std::fs::remove_file(self.options.data_dir.join(ADDRESSES_FILE));
        if let Some(gateway) = self.services.last_mut() {
            gateway.stop().await;
        }
        futures::future::join_all(self.services.iter_mut().map(Service::stop)).await;
        sites::stop(self.brokers).await?;
        self.provisioned.stop().await?;
        Ok(())
    }

    /// Resolves when a service ends although nobody asked it to.
    pub async fn failed(&mut self) -> WorldError {
        loop {
            for service in &mut self.services {
                if let Some(why) = service.ended().await {
                    return WorldError::Service {
                        service: service.instance.name(),
                        why,
                    };
                }
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}

impl Service {
    async fn launch(&mut self, mode: &Mode) -> Result<(), WorldError> {
        self.shutdown = Shutdown::new();
        self.running = match mode {
            Mode::InProcess => {
                let serving = run_service(self.boot.clone(), self.shutdown.clone());
                Running::Task(task::spawn(&self.instance.name(), serving))
            }
            Mode::Processes(executable) => {
                let mut child = Command::new(executable)
                    .arg("service")
                    .stdin(Stdio::piped())
                    .stderr(self.log()?)
                    .process_group(0)
                    .kill_on_drop(true)
                    .spawn()?;
                // The child reads one line and then waits for the end of its input, which is our end.
                if let Some(stdin) = child.stdin.as_mut() {
                    let line = serde_json::to_string(&self.boot).map_err(std::io::Error::other)?;
                    stdin.write_all(format!("{line}\n").as_bytes()).await?;
                    stdin.flush().await?;
                }
                Running::Process(Box::new(child))
            }
        };
        Ok(())
    }

    /// Where a process of its own says what it does.
    fn log(&self) -> std::io::Result<Stdio> {
        let Some(folder) = &self.boot.log_dir else {
            return Ok(Stdio::inherit());
        };
        std::fs::create_dir_all(folder)?;
        let file = folder.join(format!("{}.log", self.instance.database()));
        let file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)?;
        Ok(Stdio::from(file))
    }

    /// Waits until the instance answers health checks.
    async fn answers(&mut self, edge: &EdgeOptions) -> Result<(), WorldError> {
        let mut channel = None;
        let deadline = Instant::now() + PATIENCE;
        loop {
            // What is to be trusted may be made by the gateway itself.
            if channel.is_none() {
                channel = self.channel(edge).ok();
            }
            if let Some(channel) = &channel
                && HealthClient::new(channel.clone())
                    .check(HealthCheckRequest::default())
                    .await
                    .is_ok()
            {
                return Ok(());
            }
            let why = match self.ended().await {
                Some(why) => why,
                None if Instant::now() > deadline => "no answer within two minutes".into(),
                None => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                }
            };
            return Err(WorldError::Service {
                service: self.instance.name(),
                why,
            });
        }
    }

    fn channel(&self, edge: &EdgeOptions) -> Result<Channel, WorldError> {
        let at = self.boot.listen;
        if self.instance.context == "gateway" {
            let tls = edge.client()?.named("localhost");
            let url = format!("{}://{at}", edge.tls.scheme());
            return Ok(jianyi_rpc::connect_with(&url, &tls)?);
        }
        let tls = edge.service_client()?;
        Ok(jianyi_rpc::connect_with(&edge.service_url(at), &tls)?)
    }

    /// Why it ended, when it ended by itself.
    async fn ended(&mut self) -> Option<String> {
        match &mut self.running {
            Running::Task(task) if task.is_finished() => {
                let ended = task.await;
                self.running = Running::Stopped;
                Some(match ended {
                    Ok(Ok(())) => "it stopped".into(),
                    Ok(Err(fault)) => fault.chain(),
                    Err(error) => error.to_string(),
                })
            }
            Running::Process(child) => match child.try_wait() {
                Ok(None) => None,
                Ok(Some(status)) => Some(format!("it ended with {status}")),
                Err(error) => Some(error.to_string()),
            },
            Running::Task(_) | Running::Stopped => None,
        }
    }

    async fn stop(&mut self) {
        self.shutdown.trigger();
        match std::mem::replace(&mut self.running, Running::Stopped) {
            Running::Task(task) => {
                // A task that failed has said why already.
                let _ = tokio::time::timeout(Duration::from_secs(15), task).await;
            }
            Running::Process(mut child) => {
                if let Some(pid) = child.id().and_then(|pid| i32::try_from(pid).ok()) {
                    // A process that is gone needs no signal.
                    let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
                }
                if tokio::time::timeout(Duration::from_secs(15), child.wait())
                    .await
                    .is_err()
                {
                    // It had its time.
                    let _ = child.kill().await;
                }
            }
            Running::Stopped => {}
        }
    }
}
