//! Postgres: a server of our own, or one that was given by its URL; the caller need not know which.

mod binaries;
mod cluster;
mod databases;
mod initdb;
mod launch;
mod server;
mod take_over;
mod tools;
mod url;

use crate::error::Result;
use crate::layout::Layout;
use crate::options::Options;
use crate::ports::Wish;
use crate::secret::Secret;
use crate::secrets::Secrets;

use self::server::Server;

pub use self::tools::client_tools;

/// A Postgres that answers. Dropping it asks the server to stop without waiting; `stop` waits.
#[derive(Debug)]
pub struct Postgres {
    source: Source,
}

#[derive(Debug)]
enum Source {
    Own(Box<Server>),
    Given { url: Secret, port: u16 },
}

impl Postgres {
    /// Starts the server on this port (0 means any free one), or checks the given one.
    pub async fn start(
        layout: &Layout,
        options: &Options,
        secrets: &Secrets,
        port: u16,
    ) -> Result<Self> {
        Box::pin(Self::start_on(
            layout,
            options,
            secrets,
            Wish::from_number(port),
        ))
        .await
    }

    pub(crate) async fn start_on(
        layout: &Layout,
        options: &Options,
        secrets: &Secrets,
        wish: Wish,
    ) -> Result<Self> {
        let source = match &options.database_url {
            Some(url) => {
                let port = url::check(url).await?;
                let url = Secret::new(url.as_str());
                Source::Given { url, port }
            }
            None => Source::Own(Box::new(
                Server::start(layout, options, secrets, wish).await?,
            )),
        };
        Ok(Self { source })
    }

    /// The address of one database for the services, as a role that owns nothing. `None` for a given server,
    /// which has one login: there the services step down themselves.
    pub fn application_url_for(&self, database: &str) -> Option<String> {
        match &self.source {
            Source::Own(server) => Some(server.application_url_for(database)),
            Source::Given { .. } => None,
        }
    }

    /// The address of one database, as the owner of its tables.
    pub fn url_for(&self, database: &str) -> String {
        match &self.source {
            Source::Own(server) => server.url_for(database),
            Source::Given { url, .. } => url::with_database(url.reveal(), database),
        }
    }

    /// Creates the databases that do not exist yet, owned by the application role.
    pub async fn ensure_databases(&self, names: &[&str]) -> Result<()> {
        let own = match &self.source {
            Source::Own(_) => None,
            Source::Given { url, .. } => Some(url.reveal()),
        };
        databases::ensure(&self.url_for("postgres"), own, names).await
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        match &self.source {
            Source::Own(server) => server.port(),
            Source::Given { port, .. } => *port,
        }
    }

    /// The postmaster's pid; None when the server is not ours or not running.
    pub fn pid(&self) -> Option<u32> {
        match &self.source {
            Source::Own(server) => server.pid(),
            Source::Given { .. } => None,
        }
    }

    /// Stops it in order (a fast shutdown) and waits. A given server is left alone.
    pub async fn stop(mut self) -> Result<()> {
        if let Source::Own(server) = &mut self.source {
            server.stop().await;
        }
        Ok(())
    }

    /// Stops and starts it on the same port, also after `kill9`. A given server is left alone.
    pub async fn restart(&mut self) -> Result<()> {
        match &mut self.source {
            Source::Own(server) => Box::pin(server.restart()).await,
            Source::Given { .. } => Ok(()),
        }
    }

    /// For tests of recovery: kills the postmaster without warning. A given server is left alone.
    pub async fn kill9(&mut self) {
        if let Source::Own(server) = &mut self.source {
            server.kill9().await;
        }
    }
}
