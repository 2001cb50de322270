//! How the world meets its callers: TLS of the gateway and what one caller may ask for.

use std::net::SocketAddr;
use std::path::PathBuf;

pub use jianyi_gateway::{Console, Tls};

use jianyi_gateway::AUTHORITY_FILE;
use jianyi_rpc::{ClientTls, LimitsConfig, MtlsConfig};

use super::{BootLimits, WorldError};

/// The edge of a world; plain text and the usual limits unless told otherwise.
#[derive(Debug, Clone, Default)]
pub struct EdgeOptions {
    /// TLS of the gateway.
    pub tls: Tls,
    /// PEM file of the authority whose client certificates callers may show.
    pub client_ca: Option<PathBuf>,
    /// Mutual TLS of the gateway with the services, and among them: one certificate, for `localhost`.
    pub mtls: MtlsConfig,
    /// What one caller may ask for, of the gateway and of each service.
    pub limits: LimitsConfig,
    /// The console's pages.
    pub console: Console,
    /// Counties whose member service the gateway calls through the bus.
    pub through_the_bus: Vec<String>,
}

impl EdgeOptions {
    pub(super) fn is_through_the_bus(&self, division: Option<&str>) -> bool {
        division.is_some_and(|code| self.through_the_bus.iter().any(|known| known == code))
    }

    pub(super) fn limits(&self) -> BootLimits {
        let LimitsConfig {
            rate_per_second,
            rate_burst,
            concurrency_per_caller,
            concurrency,
        } = self.limits;
        [
            rate_per_second,
            rate_burst,
            concurrency_per_caller,
            concurrency,
        ]
    }

    /// How services are addressed: a certificate has names.
    pub(super) fn service_url(&self, at: SocketAddr) -> String {
        if self.mtls.mtls_ca.is_some() {
            format!("https://localhost:{}", at.port())
        } else {
            format!("http://{at}")
        }
    }

    /// How services are called.
    pub(super) fn service_client(&self) -> Result<ClientTls, WorldError> {
        let mtls = self.mtls.load()?;
        Ok(mtls.map(|mtls| mtls.client()).unwrap_or_default())
    }

    /// The PEM file that a client on this machine must trust.
    pub(super) fn ca(&self) -> Option<PathBuf> {
        match &self.tls {
            Tls::Off => None,
            Tls::Generated { dir, .. } => Some(dir.join(AUTHORITY_FILE)),
            Tls::Files { certificate, .. } => Some(certificate.clone()),
        }
    }

    /// What a client on this machine must trust. Certificates from elsewhere name the machine, not the
    /// loopback address; made ones name both.
    pub(super) fn client(&self) -> Result<ClientTls, WorldError> {
        Ok(self.tls.client()?)
    }
}
