//! NATS with JetStream: a server of our own, or one that was given by its URL.

mod binary;
pub(crate) mod config;
mod given;
mod health;
mod server;
mod site;

use crate::error::Result;
use crate::federation::LeafUser;
use crate::layout::Layout;
use crate::options::Options;
use crate::ports::Wish;
use crate::secrets::Secrets;

use self::given::Given;
use self::server::Server;

pub use self::site::{CitySite, CountySite, Site};

/// Who connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The services: all rights.
    Jianyi,
    /// Dashboards: may listen to `jianyi.>` without the sealed subjects, and say nothing.
    Dashboard,
}

/// A NATS that answers. Dropping it asks the server to stop without waiting; `stop` waits.
#[derive(Debug)]
pub struct Nats {
    source: Source,
}

#[derive(Debug)]
enum Source {
    Own(Box<Server>),
    Given(Given),
}

/// The ports of a start: for clients, and for health.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wishes {
    pub(crate) client: Wish,
    pub(crate) monitor: Wish,
}

impl Nats {
    /// Starts the server on this port (0 means any free one), or checks the given one.
    pub async fn start(
        layout: &Layout,
        options: &Options,
        secrets: &Secrets,
        port: u16,
    ) -> Result<Self> {
        let wishes = Wishes {
            client: Wish::from_number(port),
            monitor: Wish::Any,
        };
        Box::pin(Self::start_on(
            layout,
            options,
            secrets,
            wishes,
            Site::Alone,
        ))
        .await
    }

    /// Starts the server of one site among several, on any free port, or checks the given one.
    pub async fn start_site(
        layout: &Layout,
        options: &Options,
        secrets: &Secrets,
        site: Site,
    ) -> Result<Self> {
        let wishes = Wishes {
            client: Wish::Any,
            monitor: Wish::Any,
        };
        Box::pin(Self::start_on(layout, options, secrets, wishes, site)).await
    }

    pub(crate) async fn start_on(
        layout: &Layout,
        options: &Options,
        secrets: &Secrets,
        wishes: Wishes,
        site: Site,
    ) -> Result<Self> {
        let source = match &options.nats_url {
            Some(url) => Source::Given(Given::check(url).await?),
            None => Source::Own(Box::new(
                Server::start(layout, options, secrets, wishes, site).await?,
            )),
        };
        Ok(Self { source })
    }

    /// The address without credentials; safe to log.
    pub fn url(&self) -> String {
        match &self.source {
            Source::Own(server) => server.url(),
            Source::Given(given) => given.url(),
        }
    }

    /// User and password of a role. A given server has one user for both, or none.
    pub fn user_password(&self, role: Role) -> Option<(&str, &str)> {
        match &self.source {
            Source::Own(server) => Some(server.user_password(role)),
            Source::Given(given) => given.user_password(),
        }
    }

    /// Where clients connect.
    pub fn port(&self) -> u16 {
        match &self.source {
            Source::Own(server) => server.port(),
            Source::Given(given) => given.port(),
        }
    }

    /// Where the monitoring pages are, on loopback; None for a given server.
    pub fn monitor_port(&self) -> Option<u16> {
        self.own().map(Server::monitor_port)
    }

    /// None when the server is not ours or not running.
    pub fn pid(&self) -> Option<u32> {
        self.own().and_then(Server::pid)
    }

    /// Stops it in order, by force after ten seconds. A given server is left alone.
    pub async fn stop(mut self) -> Result<()> {
        if let Source::Own(server) = &mut self.source {
            server.stop().await;
        }
        Ok(())
    }

    /// Stops and starts it on the same ports and store, also after `kill9`. A given server is left alone.
    pub async fn restart(&mut self) -> Result<()> {
        match &mut self.source {
            Source::Own(server) => Box::pin(server.restart()).await,
            Source::Given(_) => Ok(()),
        }
    }

    /// Lets these counties in and no others, without a restart: the city's server reads its users again. A
    /// connection that is open stays open until it is dropped over the system account. Nothing happens at any
    /// other server.
    pub fn admit(&mut self, counties: Vec<LeafUser>) -> Result<()> {
        match &mut self.source {
            Source::Own(server) => server.admit(counties),
            Source::Given(_) => Ok(()),
        }
    }

    /// For tests of outages: kills it without warning.
    pub async fn kill9(&mut self) {
        if let Source::Own(server) = &mut self.source {
            server.kill9().await;
        }
    }

    /// For tests of outages: connections stay open but nothing answers, from when this returns.
    pub async fn suspend(&self) {
        if let Some(server) = self.own() {
            server.suspend().await;
        }
    }

    /// Ends `suspend`.
    pub fn resume(&self) {
        if let Some(server) = self.own() {
            server.resume();
        }
    }

    fn own(&self) -> Option<&Server> {
        match &self.source {
            Source::Own(server) => Some(server),
            Source::Given(_) => None,
        }
    }
}
