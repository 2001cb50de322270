//! What one instance must be told to start, in memory or as a line on a child's standard input.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use futures::future::BoxFuture;
use jianyi_bus::BusConfig;
use jianyi_db::DbConfig;
use jianyi_gateway::{Console, GatewayConfig, Tls};
use jianyi_kernel::{Division, Fault, Pii};
use jianyi_ops::{ServiceConfig, Settings, Site};
use jianyi_rpc::{LimitsConfig, MtlsConfig, RpcConfig};
use jianyi_telemetry::{Shutdown, TelemetryConfig};
use serde::{Deserialize, Serialize};

use super::ExportOptions;
use super::instance::spec;

/// Everything an instance must be told. Serialised only onto a pipe, never onto disk or an argument list.
#[derive(Clone, Serialize, Deserialize)]
pub struct Boot {
    /// Context, e.g. `care`.
    pub context: String,
    /// County of a member service.
    pub division: Option<String>,
    /// Whether it is called through the bus, as at a county that only dials out.
    pub through_the_bus: bool,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Own database, with credentials.
    pub database_url: String,
    /// The same as the owner of its tables; `None` where there is one login only.
    pub database_owner_url: Option<String>,
    /// Connections to keep to it.
    pub connections: u32,
    /// Key for personal fields, base64.
    pub field_key: String,
    /// How new keys for personal fields encrypt.
    pub field_algorithm: String,
    /// NATS.
    pub nats_url: String,
    /// NATS user and password, when it asks for them.
    pub nats_login: Option<(String, String)>,
    /// Where identity answers.
    pub identity_url: String,
    /// Settings of this service alone.
    pub settings: BTreeMap<String, String>,
    /// For the gateway: central services by context.
    pub services: BTreeMap<String, String>,
    /// For the gateway: member services by county.
    pub counties: BTreeMap<String, String>,
    /// For the gateway: how it listens.
    pub tls: BootTls,
    /// For the gateway: the authority whose client certificates callers may show.
    pub client_ca: Option<PathBuf>,
    /// For the gateway: the folder of the console's pages, the file that says how far they are, and whether this is
    /// a demonstration.
    pub console: (Option<PathBuf>, Option<PathBuf>, bool),
    /// Mutual TLS with the others.
    pub mtls: BootMtls,
    /// What one caller may ask for.
    pub limits: BootLimits,
    /// Where spans and figures go.
    pub export: ExportOptions,
    /// Log filter.
    pub log: String,
    /// Where a process of its own writes them; standard error otherwise.
    pub log_dir: Option<PathBuf>,
}

impl Boot {
    /// How operators call the instance.
    pub(crate) fn instance(&self) -> String {
        match &self.division {
            Some(division) => format!("{}/{division}", self.context),
            None => self.context.clone(),
        }
    }

    /// Where it runs, in telemetry.
    pub(crate) fn site(&self) -> &str {
        match &self.division {
            Some(division) if self.through_the_bus => division,
            Some(_) | None => "city",
        }
    }
}

/// [`Tls`] of the gateway as it travels to a child.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum BootTls {
    /// Plain text.
    #[default]
    Off,
    /// Made by the authority in this folder, for these names, too.
    Generated(PathBuf, Vec<String>),
    /// Certificate and key.
    Files(PathBuf, PathBuf),
}

impl From<Tls> for BootTls {
    fn from(tls: Tls) -> Self {
        match tls {
            Tls::Off => Self::Off,
            Tls::Generated { dir, names } => Self::Generated(dir, names),
            Tls::Files { certificate, key } => Self::Files(certificate, key),
        }
    }
}

impl From<BootTls> for Tls {
    fn from(tls: BootTls) -> Self {
        match tls {
            BootTls::Off => Self::Off,
            BootTls::Generated(dir, names) => Self::Generated { dir, names },
            BootTls::Files(certificate, key) => Self::Files { certificate, key },
        }
    }
}

/// [`MtlsConfig`] as it travels to a child: authority, certificate and key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootMtls([Option<PathBuf>; 3]);

impl From<MtlsConfig> for BootMtls {
    fn from(config: MtlsConfig) -> Self {
        Self([config.mtls_ca, config.mtls_cert, config.mtls_key])
    }
}

impl From<BootMtls> for MtlsConfig {
    fn from(BootMtls([mtls_ca, mtls_cert, mtls_key]): BootMtls) -> Self {
        Self {
            mtls_ca,
            mtls_cert,
            mtls_key,
        }
    }
}

/// [`LimitsConfig`] as it travels to a child: rate, burst, calls at a time of one caller and of all.
pub type BootLimits = [u32; 4];

fn limits(
    [
        rate_per_second,
        rate_burst,
        concurrency_per_caller,
        concurrency,
    ]: BootLimits,
) -> LimitsConfig {
    LimitsConfig {
        rate_per_second,
        rate_burst,
        concurrency_per_caller,
        concurrency,
    }
}

impl std::fmt::Debug for Boot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Boot")
            .field("context", &self.context)
            .field("division", &self.division)
            .field("listen", &self.listen)
            .finish_non_exhaustive()
    }
}

/// Runs the instance that `boot` describes until shutdown.
#[must_use]
pub fn run_service(boot: Boot, shutdown: Shutdown) -> BoxFuture<'static, Result<(), Fault>> {
    let (user, password) = boot.nats_login.clone().unzip();
    let bus = BusConfig {
        nats_url: boot.nats_url.clone(),
        nats_user: user,
        nats_password: password.map(Pii::new),
    };
    let telemetry = TelemetryConfig {
        log: boot.log.clone(),
        ..boot.export.config()
    };
    let Some(spec) = spec(&boot.context) else {
        let counties = boot
            .counties
            .into_iter()
            .filter_map(|(code, url)| Some((code.parse().ok()?, url)))
            .collect();
        let config = GatewayConfig {
            listen: boot.listen,
            tls: boot.tls.into(),
            client_ca: boot.client_ca,
            mtls: boot.mtls.into(),
            limits: limits(boot.limits),
            identity_url: boot.identity_url,
            services: boot.services,
            counties,
            counties_file: None,
            console: Console {
                dir: boot.console.0,
                notice: boot.console.1,
                demonstration: boot.console.2,
            },
            bus,
            telemetry,
        };
        return jianyi_gateway::run(config, shutdown);
    };
    // As for a service of its own; what the world decides goes before it.
    let settings = boot
        .settings
        .iter()
        .fold(Settings::from_env(), |settings, (key, value)| {
            settings.with(key, Pii::new(value.clone()))
        });
    let division = boot
        .division
        .as_deref()
        .map(|code| Division::parse("division", code))
        .transpose();
    let division = match division {
        Ok(division) => division,
        Err(violation) => return Box::pin(async move { Err(violation.into()) }),
    };
    let Ok(field_algorithm) = boot.field_algorithm.parse() else {
        return Box::pin(async { Err(Fault::internal("an unknown field algorithm")) });
    };
    let config = ServiceConfig {
        rpc: RpcConfig {
            listen: boot.listen,
            identity_url: boot.identity_url,
            mtls: boot.mtls.into(),
            limits: limits(boot.limits),
        },
        db: DbConfig {
            database_url: Pii::new(boot.database_url),
            database_owner_url: boot.database_owner_url.map(Pii::new),
            field_key: Some(Pii::new(boot.field_key)),
            field_key_file: None,
            field_algorithm,
            database_connections: boot.connections,
            audit_hash: jianyi_db::AuditHash::default(),
        },
        bus,
        telemetry,
        division,
        site: if boot.through_the_bus {
            Site::County
        } else {
            Site::City
        },
        settings,
    };
    jianyi_ops::run(spec, config, shutdown)
}
