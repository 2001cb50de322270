//! Where in a site's folder everything lies, and at which names its servers answer.

use std::path::{Path, PathBuf};

use jianyi_kernel::Clock;
use jianyi_provision::federation::Authority;
use jianyi_provision::{Layout, Secrets};
use jianyi_rpc::{ClientTls, MtlsConfig};
use time::OffsetDateTime;

use super::SiteError;

/// The folder of a site.
#[derive(Debug, Clone)]
pub struct Place {
    root: PathBuf,
}

impl Place {
    /// Names the folder; nothing is made yet.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.into() }
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn now() -> OffsetDateTime {
        Clock::system().now().as_offset()
    }

    /// The site's passwords and keys, made at the first call.
    pub(super) fn secrets(&self) -> Result<Secrets, SiteError> {
        Ok(Secrets::load_or_create(&Layout::open(&self.root)?)?)
    }

    /// Who certifies the services among themselves and the front door: one authority for each site.
    pub(super) fn services_authority(&self) -> Result<Authority, SiteError> {
        let dir = self.root.join("pki/services");
        Ok(Authority::load_or_create(&dir, Self::now())?)
    }

    /// Who certifies the sites: the city's alone.
    pub(super) fn sites_authority(&self) -> Result<Authority, SiteError> {
        Ok(Authority::load_or_create(
            &self.root.join("pki/sites"),
            Self::now(),
        )?)
    }

    pub(super) fn service(&self, context: &str) -> PathBuf {
        self.root.join("services").join(context)
    }

    pub(super) fn nats(&self) -> PathBuf {
        self.root.join("nats")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.root.join("postgres")
    }

    /// How the operator's commands call a service of this site: as the gateway does.
    ///
    /// # Errors
    /// [`SiteError`] when the gateway's folder cannot be read.
    pub fn neighbour(&self) -> Result<ClientTls, SiteError> {
        let file = |name| Some(self.service("gateway").join(name));
        let files = MtlsConfig {
            mtls_ca: file("ca.pem"),
            mtls_cert: file("service.pem"),
            mtls_key: file("service.key"),
        };
        let loaded = files.load()?;
        Ok(loaded.map(|mtls| mtls.client()).unwrap_or_default())
    }

    /// What the city knows of a county that joined.
    pub(super) fn county(&self, code: &str) -> PathBuf {
        self.root.join("counties").join(code)
    }

    pub(super) fn counties(&self) -> PathBuf {
        self.root.join("counties")
    }
}

/// Names by which containers of one site call each other.
pub(super) mod host {
    /// The database server.
    pub(crate) const POSTGRES: &str = "postgres:5432";
    /// The message bus.
    pub(crate) const NATS: &str = "nats://nats:4222";
    /// The front door.
    pub(crate) const GATEWAY: &str = "gateway:8640";
    /// Where the city lets counties in.
    pub(crate) const LEAF_PORT: u16 = 7422;
}
