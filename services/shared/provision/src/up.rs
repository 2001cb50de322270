//! Brings everything up in one call and takes it down in the right order.

use std::path::Path;

use crate::error::Result;
use crate::layout::Layout;
use crate::lock::Lock;
use crate::nats::{Nats, Site, Wishes};
use crate::options::Options;
use crate::ports::{Ports, Remembered, Wish};
use crate::postgres::Postgres;
use crate::secrets::Secrets;

/// A running pair of servers and all that belongs to them.
#[derive(Debug)]
pub struct Provisioned {
    pub layout: Layout,
    pub secrets: Secrets,
    pub postgres: Postgres,
    pub nats: Nats,
    /// Last, so that it is given back after the servers were told to stop.
    pub lock: Lock,
}

/// Takes the data directory and starts both servers at the same time.
pub async fn up(data_dir: &Path, options: &Options, ports: Ports) -> Result<Provisioned> {
    Box::pin(up_site(data_dir, options, ports, Site::Alone)).await
}

/// [`up`] of one site among several.
pub async fn up_site(
    data_dir: &Path,
    options: &Options,
    ports: Ports,
    site: Site,
) -> Result<Provisioned> {
    let lock = Lock::acquire(data_dir)?;
    let layout = Layout::open(data_dir)?;
    let secrets = Secrets::load_or_create(&layout)?;
    let last = Remembered::read(&layout);
    let wishes = Wishes {
        client: Wish::remembering(ports.nats, last.nats),
        monitor: Wish::remembering(0, last.nats_monitor),
    };
    let wish = Wish::remembering(ports.postgres, last.postgres);
    // Not try_join: a half-started server must be stopped before the lock is given back.
    let (postgres, nats) = tokio::join!(
        Box::pin(Postgres::start_on(&layout, options, &secrets, wish)),
        Box::pin(Nats::start_on(&layout, options, &secrets, wishes, site)),
    );
    let (postgres, nats) = match (postgres, nats) {
        (Ok(postgres), Ok(nats)) => (postgres, nats),
        (Ok(postgres), Err(error)) => {
            postgres.stop().await?;
            return Err(error);
        }
        (Err(error), Ok(nats)) => {
            nats.stop().await?;
            return Err(error);
        }
        (Err(error), Err(_)) => return Err(error),
    };
    Remembered {
        postgres: postgres.pid().map(|_| postgres.port()).or(last.postgres),
        nats: nats.pid().map(|_| nats.port()).or(last.nats),
        nats_monitor: nats.monitor_port().or(last.nats_monitor),
    }
    .write(&layout)?;
    Ok(Provisioned {
        layout,
        secrets,
        postgres,
        nats,
        lock,
    })
}

impl Provisioned {
    /// NATS first, so that nothing new is delivered while the database goes.
    pub async fn stop(self) -> Result<()> {
        let nats = self.nats.stop().await;
        self.postgres.stop().await?;
        drop(self.lock);
        nats
    }
}
