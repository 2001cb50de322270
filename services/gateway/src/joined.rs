//! The counties that joined, as events tell of them: one joins or leaves without a restart.
//!
//! Beside the static configuration: a county of that is where the configuration says until it joins elsewhere, and
//! again when it has left. Learned from the stream's beginning, because the gateway keeps nothing.

use std::collections::BTreeMap;

use futures::StreamExt as _;
use jianyi_bus::{Bus, Cursor, Filter, Notice, Watched};
use jianyi_kernel::{Division, Fault};
use jianyi_proto::oversight::events::v1::{CountySiteAdded, CountySiteRemoved, CountySiteUpdated};
use jianyi_telemetry::Shutdown;
use prost::{Message as _, Name as _};

use crate::directory::Directory;

/// Who tells.
const CONTEXT: &str = "oversight";

/// Keeps the directory as events tell.
#[derive(Debug, Clone)]
pub(crate) struct Joined {
    directory: Directory,
    configured: BTreeMap<Division, String>,
}

impl Joined {
    pub(crate) const fn new(directory: Directory, configured: BTreeMap<Division, String>) -> Self {
        Self {
            directory,
            configured,
        }
    }

    /// Learns of everybody who joined until now, and where to go on from.
    pub(crate) async fn catch_up(&self, bus: &Bus, shutdown: &Shutdown) -> Cursor {
        self.read(bus, Cursor::beginning(), true, shutdown).await
    }

    /// Learns of those who join and leave from now on, until shutdown.
    pub(crate) async fn follow(&self, bus: &Bus, from: Cursor, shutdown: &Shutdown) {
        self.read(bus, from, false, shutdown).await;
    }

    async fn read(
        &self,
        bus: &Bus,
        mut cursor: Cursor,
        until_caught_up: bool,
        shutdown: &Shutdown,
    ) -> Cursor {
        let filter = Filter {
            types: vec![
                CountySiteAdded::full_name(),
                CountySiteUpdated::full_name(),
                CountySiteRemoved::full_name(),
            ],
            until_caught_up,
            ..Filter::default()
        };
        let mut notices =
            jianyi_bus::watch(bus.clone(), &[CONTEXT], cursor.clone(), filter, shutdown);
        while let Some(notice) = notices.next().await {
            if let Notice::Event(event) = notice {
                if let Err(fault) = self.take(&event) {
                    tracing::error!(fault = fault.chain(), event.id = %event.id, "a county is not taken over");
                }
                cursor = event.cursor;
            }
        }
        cursor
    }

    fn take(&self, event: &Watched) -> Result<(), Fault> {
        let data = event.data.clone();
        let (code, url) = if event.type_name == CountySiteRemoved::full_name() {
            let left = CountySiteRemoved::decode(data).map_err(Fault::internal)?;
            let code = Division::parse("division", &left.division)?;
            let configured = self.configured.get(&code).cloned();
            (code, configured)
        } else if event.type_name == CountySiteUpdated::full_name() {
            let site = CountySiteUpdated::decode(data).map_err(Fault::internal)?;
            (Division::parse("division", &site.division)?, Some(site.url))
        } else {
            let site = CountySiteAdded::decode(data).map_err(Fault::internal)?;
            (Division::parse("division", &site.division)?, Some(site.url))
        };
        match url {
            Some(url) => {
                self.directory.set_county(code.clone(), &url)?;
                tracing::info!(county.code = %code, "county taken over from the directory");
            }
            None => {
                self.directory.remove_county(&code);
                tracing::info!(county.code = %code, "county left");
            }
        }
        Ok(())
    }
}
