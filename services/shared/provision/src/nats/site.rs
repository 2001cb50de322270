//! Which part a server of ours plays among several sites, and its configuration on loopback.

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::federation::{CityNats, CountyNats, LeafUser, SiteUsers, TlsFiles};
use crate::files;
use crate::secret::Secret;
use crate::secrets::Secrets;

const USERS_FILE: &str = "users.conf";
const MAX_FILE_STORE: u64 = 8 * 1024 * 1024 * 1024;

/// What a server is to others.
#[derive(Debug, Clone)]
pub enum Site {
    /// There are no others.
    Alone,
    /// Counties connect to it.
    City(CitySite),
    /// It connects to the city's.
    County(CountySite),
}

/// The city's server.
#[derive(Debug, Clone)]
pub struct CitySite {
    /// The port on 127.0.0.1 where counties connect.
    pub leaf_port: u16,
    /// Its certificate.
    pub tls: TlsFiles,
    /// Who may connect.
    pub counties: Vec<LeafUser>,
}

/// A county's server.
#[derive(Debug, Clone)]
pub struct CountySite {
    /// Where the city lets counties in, `host:port`.
    pub city: String,
    /// How it logs in there.
    pub leaf: LeafUser,
    /// Its certificate.
    pub tls: TlsFiles,
}

impl CitySite {
    pub(super) fn write(
        &self,
        config: &Path,
        secrets: &Secrets,
        client: u16,
        monitor: u16,
    ) -> Result<()> {
        self.write_users(config, secrets)?;
        let nats = CityNats {
            listen: loopback(client),
            monitor: loopback(monitor),
            leaf_listen: loopback(self.leaf_port),
            store_dir: store(config),
            max_file_store: MAX_FILE_STORE,
            tls: self.tls.clone(),
            users_file: USERS_FILE.to_owned(),
            system_password: Secret::new(secrets.system_password()),
        };
        files::write_private(config, nats.text().as_bytes())
    }

    pub(super) fn write_users(&self, config: &Path, secrets: &Secrets) -> Result<()> {
        write_users(config, secrets, self.counties.clone())
    }
}

impl CountySite {
    pub(super) fn write(
        &self,
        config: &Path,
        secrets: &Secrets,
        client: u16,
        monitor: u16,
    ) -> Result<()> {
        write_users(config, secrets, Vec::new())?;
        let nats = CountyNats {
            listen: loopback(client),
            monitor: loopback(monitor),
            store_dir: store(config),
            max_file_store: MAX_FILE_STORE,
            city: self.city.clone(),
            leaf: self.leaf.clone(),
            tls: self.tls.clone(),
            users_file: USERS_FILE.to_owned(),
            system_password: Secret::new(secrets.system_password()),
        };
        files::write_private(config, nats.text().as_bytes())
    }
}

fn write_users(config: &Path, secrets: &Secrets, counties: Vec<LeafUser>) -> Result<()> {
    let users = SiteUsers {
        services_password: Secret::new(secrets.nats_password()),
        dashboard_password: Secret::new(secrets.dashboard_password()),
        counties,
    };
    files::write_private(&config.with_file_name(USERS_FILE), users.text().as_bytes())
}

fn store(config: &Path) -> String {
    let store: PathBuf = config.with_file_name("store");
    store.to_string_lossy().into_owned()
}

fn loopback(port: u16) -> String {
    format!("127.0.0.1:{port}")
}
