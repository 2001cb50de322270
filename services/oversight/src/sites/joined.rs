//! Who has a broker of its own: those of the directory, which follows the list where one is kept, and those that the
//! environment names.

use std::collections::BTreeSet;
use std::time::Duration;

use jianyi_bus::Bus;
use jianyi_bus::federation::keep_city;
use jianyi_db::Db;
use jianyi_kernel::{Caller, Division, Fault};
use jianyi_ops::Parts;
use tokio::sync::watch;

use crate::sites::listed::Listed;
use crate::store::county_sites;

/// How often the directory is read.
const LOOK: Duration = Duration::from_secs(1);

/// Has the events of those who belong brought here until shutdown.
pub(super) async fn keep(parts: Parts, bus: Bus) {
    // Those that cannot be read have kept the service from starting.
    let named = parts.settings.federated_counties().unwrap_or_default();
    let (tell, mut told) = watch::channel(named.clone());
    let looking = async {
        let mut list = Listed::default();
        loop {
            list.take_over(&parts).await;
            match joined(&parts.db).await {
                Ok(mut counties) => {
                    counties.extend(named.iter().cloned());
                    tell.send_if_modified(|known| {
                        let other = *known != counties;
                        *known = counties;
                        other
                    });
                }
                Err(fault) => tracing::debug!(%fault, "the directory of counties is not read now"),
            }
            tokio::select! {
                () = parts.shutdown.wait() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    };
    let keeping = async {
        // Where there is one broker only, nothing is declared on it for counties.
        tokio::select! {
            () = parts.shutdown.wait() => return,
            some = told.wait_for(|counties| !counties.is_empty()) => if some.is_err() { return },
        }
        keep_city(bus, told.clone(), parts.shutdown.clone()).await;
    };
    tokio::join!(looking, keeping);
}

async fn joined(db: &Db) -> Result<BTreeSet<Division>, Fault> {
    let mut conn = db.read(&Caller::service("oversight")).await?;
    let sites = county_sites::joined(&mut conn).await?;
    Ok(sites
        .into_iter()
        .filter(|site| !site.it.on_city_broker)
        .map(|site| site.it.county)
        .collect())
}
