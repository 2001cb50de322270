//! Starting the world: servers, databases, services, gateway; each step waits for the one before.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jianyi_db::Algorithm;
use jianyi_kernel::Fault;
use jianyi_provision::{Nats, Options, Ports, Provisioned, Role, Site, free_port};
use sha2::{Digest as _, Sha256};

use super::instance::{Instance, instances};
use super::sites::{self, CountyBroker, Federation, Sites};
use super::{Addresses, Boot, EdgeOptions, ExportOptions, GatewayAddress, World};
use crate::program_key::ProgramKey;

/// Why the world did not start; one line each, with an exit code.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// Postgres or NATS could not be had.
    #[error("{0}")]
    Provision(#[from] jianyi_provision::Error),
    /// A port of ours is taken.
    #[error("port {0} on 127.0.0.1 is taken; stop what uses it, or choose others with --port-base")]
    PortTaken(u16),
    /// A start would end on a full disk.
    #[error("only {free} MiB are free at {}, {needed} are needed; free some space and start again", .path.display())]
    LittleSpace {
        /// Where.
        path: PathBuf,
        /// What there is.
        free: u64,
        /// What a start takes.
        needed: u64,
    },
    /// A service failed while starting.
    #[error("{service} did not start: {why}")]
    Service {
        /// Which one.
        service: String,
        /// What it said.
        why: String,
    },
    /// The data directory could not be written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl WorldError {
    /// Exit code after `sysexits.h`.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Provision(error) => u8::try_from(error.exit_code()).unwrap_or(1),
            Self::PortTaken(_) => 75,
            Self::Service { .. } => 70,
            Self::Io(_) | Self::LittleSpace { .. } => 74,
        }
    }
}

impl From<Fault> for WorldError {
    fn from(fault: Fault) -> Self {
        Self::Service {
            service: "jianyi".into(),
            why: fault.to_string(),
        }
    }
}

/// Where the services run.
#[derive(Debug, Clone)]
pub enum Mode {
    /// As tasks of this process.
    InProcess,
    /// As processes of their own, started from this executable with `service`.
    Processes(PathBuf),
}

/// How to start.
#[derive(Debug, Clone)]
pub struct WorldOptions {
    /// Everything this system keeps.
    pub data_dir: PathBuf,
    /// The gateway's port, the services take the next ones; 0 takes any free ones.
    pub port_base: u16,
    /// Where Postgres and NATS come from.
    pub provision: Options,
    /// Where the services run.
    pub mode: Mode,
    /// How it meets its callers.
    pub edge: EdgeOptions,
    /// Where spans and figures go.
    pub export: ExportOptions,
    /// Log filter for services in processes of their own.
    pub log: String,
    /// A folder for the logs of services in processes of their own, one file each; without it they go to
    /// standard error.
    pub log_dir: Option<PathBuf>,
    /// How new keys for personal fields encrypt.
    pub field_algorithm: Algorithm,
    /// Counties on sites of their own; without it everything shares one broker.
    pub federation: Option<Federation>,
}

impl World {
    /// Starts everything and returns when every service answers.
    ///
    /// # Errors
    /// [`WorldError`]; what had been started is stopped again.
    pub async fn start(options: WorldOptions) -> Result<Self, WorldError> {
        // What can be known before anything is created is told before anything is created.
        enough_space(&options)?;
        if options.port_base != 0 {
            ports(options.port_base, &instances())?;
        }
        let federation = options.federation.as_ref();
        let sites = federation.map(|it| Sites::new(&options.data_dir, it));
        let sites = sites.transpose()?;
        let mut provisioned = Box::pin(jianyi_provision::up_site(
            &options.data_dir,
            &options.provision,
            Ports::default(),
            sites.as_ref().map_or(Site::Alone, Sites::city),
        ))
        .await?;
        let brokers = match &sites {
            Some(sites) => sites.start(&options.provision).await,
            None => Ok(Vec::new()),
        };
        let brokers = match brokers {
            Ok(brokers) => brokers,
            Err(error) => {
                provisioned.stop().await?;
                return Err(error);
            }
        };
        match Self::start_services(&options, &mut provisioned, &brokers).await {
            Ok((boots, addresses)) => {
                Self::run(options, provisioned, brokers, boots, addresses).await
            }
            Err(error) => {
                sites::stop(brokers).await?;
                provisioned.stop().await?;
                Err(error)
            }
        }
    }

    async fn start_services(
        options: &WorldOptions,
        provisioned: &mut Provisioned,
        brokers: &[CountyBroker],
    ) -> Result<(Vec<(Instance, Boot)>, Addresses), WorldError> {
        let instances = instances();
        let ports = ports(options.port_base, &instances)?;
        let databases: Vec<String> = instances
            .iter()
            .filter(|it| it.context != "gateway")
            .map(Instance::database)
            .collect();
        let names: Vec<&str> = databases.iter().map(String::as_str).collect();
        provisioned.postgres.ensure_databases(&names).await?;

        let url = |name: &str| {
            ports
                .get(name)
                .map(|at| options.edge.service_url(*at))
                .unwrap_or_default()
        };
        let by = |wanted: fn(&Instance) -> Option<String>| -> BTreeMap<String, String> {
            instances
                .iter()
                .filter_map(|it| Some((wanted(it)?, url(&it.name()))))
                .collect()
        };
        let mut counties = by(|it| it.division.map(str::to_owned));
        for (code, url) in &mut counties {
            if options.edge.is_through_the_bus(Some(code)) {
                "nats:".clone_into(url);
            }
        }
        let services = by(|it| {
            (it.division.is_none() && it.context != "gateway").then(|| it.context.to_owned())
        });
        let operator = ProgramKey::parse(provisioned.secrets.operator_key())?.public()?;
        let broker = |it: &Instance| {
            let own = brokers
                .iter()
                .find(|broker| Some(broker.code.as_str()) == it.division);
            own.map_or(&provisioned.nats, |broker| &broker.nats)
        };
        let login = |nats: &Nats| {
            let login = nats.user_password(Role::Jianyi);
            login.map(|(user, password)| (user.to_owned(), password.to_owned()))
        };
        let federated: Vec<&str> = brokers.iter().map(|it| it.code.as_str()).collect();
        let boots = instances
            .iter()
            .filter_map(|it| {
                let owner = provisioned.postgres.url_for(&it.database());
                let application = provisioned.postgres.application_url_for(&it.database());
                let boot = Boot {
                    context: it.context.into(),
                    division: it.division.map(str::to_owned),
                    through_the_bus: options.edge.is_through_the_bus(it.division),
                    listen: *ports.get(&it.name())?,
                    database_url: application.clone().unwrap_or_else(|| owner.clone()),
                    database_owner_url: application.is_some().then_some(owner),
                    connections: it.connections(),
                    field_key: field_key(provisioned.secrets.master_key(), &it.name()),
                    nats_url: broker(it).url(),
                    nats_login: login(broker(it)),
                    identity_url: url("identity"),
                    settings: settings(it, &operator, &federated),
                    services: services.clone(),
                    counties: counties.clone(),
                    tls: options.edge.tls.clone().into(),
                    client_ca: options.edge.client_ca.clone(),
                    console: (
                        options.edge.console.dir.clone(),
                        options.edge.console.notice.clone(),
                        options.edge.console.demonstration,
                    ),
                    mtls: options.edge.mtls.clone().into(),
                    limits: options.edge.limits(),
                    export: options.export.clone(),
                    log: options.log.clone(),
                    log_dir: options.log_dir.clone(),
                    field_algorithm: options.field_algorithm.to_string(),
                };
                Some((it.clone(), boot))
            })
            .collect();
        let gateway = ports
            .get("gateway")
            .map(ToString::to_string)
            .unwrap_or_default();
        let addresses = Addresses {
            gateway: GatewayAddress {
                http: format!("{}://{gateway}", options.edge.tls.scheme()),
                ca: options.edge.ca(),
                grpc: gateway,
            },
            nats: provisioned.nats.url(),
            postgres: format!("127.0.0.1:{}", provisioned.postgres.port()),
            services: ports
                .iter()
                .map(|(name, at)| (name.clone(), at.to_string()))
                .collect(),
        };
        Ok((boots, addresses))
    }
}

/// A new system takes some 150 MiB; one that is there needs room to write its logs ahead.
fn enough_space(options: &WorldOptions) -> Result<(), WorldError> {
    let dir = &options.data_dir;
    let fresh = !dir.join("VERSION").exists() && options.provision.database_url.is_none();
    let needed = if fresh { 256 } else { 8 };
    let Some(there) = std::path::absolute(dir)?
        .ancestors()
        .find(|path| path.exists())
        .map(PathBuf::from)
    else {
        return Ok(());
    };
    // A file system that does not tell is taken at its word later.
    let Ok(stat) = nix::sys::statvfs::statvfs(&there) else {
        return Ok(());
    };
    let bytes = stat.blocks_available().saturating_mul(stat.fragment_size());
    let free = bytes >> 20;
    if free < needed {
        return Err(WorldError::LittleSpace {
            path: there,
            free,
            needed,
        });
    }
    Ok(())
}

/// The gateway on the base, the others after it; or any free ports. Checked before anything listens.
fn ports(base: u16, instances: &[Instance]) -> Result<BTreeMap<String, SocketAddr>, WorldError> {
    let mut held = Vec::new();
    let mut ports = BTreeMap::new();
    // The gateway is last in the order of starting and first in the order of ports.
    for (offset, instance) in (0_u16..).zip(instances.iter().rev()) {
        let wanted = if base == 0 {
            free_port()
        } else {
            base.saturating_add(offset)
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, wanted))
            .map_err(|_| WorldError::PortTaken(wanted))?;
        ports.insert(instance.name(), listener.local_addr()?);
        held.push(listener);
    }
    Ok(ports)
}

/// Each instance has a key of its own: what one service leaks opens nothing of another.
pub(crate) fn field_key(master: &str, instance: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"jianyi instance key v1");
    hash.update(master.as_bytes());
    hash.update(instance.as_bytes());
    STANDARD.encode(hash.finalize())
}

fn settings(instance: &Instance, operator: &str, federated: &[&str]) -> BTreeMap<String, String> {
    let mut settings = BTreeMap::new();
    if instance.context == "identity" {
        settings.insert("JIANYI_OPERATOR_PUBLIC_KEY".into(), operator.to_owned());
    }
    if instance.context == "oversight" {
        settings.insert("JIANYI_FEDERATED_COUNTIES".into(), federated.join(","));
    }
    let at_county = instance
        .division
        .is_some_and(|code| federated.contains(&code));
    let site = if at_county { "county" } else { "city" };
    settings.insert("JIANYI_SITE".into(), site.into());
    settings
}
