//! A county's keeper: what the city says to it comes down.

use async_nats::jetstream::stream::Source;
use futures::future::BoxFuture;
use jianyi_kernel::{Division, Fault};
use jianyi_telemetry::Shutdown;
use tokio::time::sleep;
use uuid::Uuid;

use super::keeper::{Keeper, LOOK, Probe};
use super::{DOWN, UP, sources};
use crate::{Bus, stream};

/// Keeps the sources from the city until shutdown.
pub fn keep_county(bus: Bus, county: Division, shutdown: Shutdown) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let mut keeper = Keeper::new(bus);
        let mut declared = false;
        loop {
            tokio::select! {
                () = shutdown.wait() => return,
                looked = look(&mut keeper, &county, &mut declared) => if let Err(fault) = looked {
                    tracing::debug!(%fault, "the sources from the city cannot be kept now");
                }
            }
            tokio::select! {
                () = shutdown.wait() => return,
                () = sleep(LOOK) => {}
            }
        }
    })
}

async fn look(keeper: &mut Keeper, county: &Division, declared: &mut bool) -> Result<(), Fault> {
    if !*declared {
        // Identity and oversight may have no service at this site that would declare their streams.
        for context in UP.iter().chain(&DOWN) {
            keeper.bus().ensure_stream(context).await?;
        }
        *declared = true;
    }
    for context in DOWN {
        let wanted = [sources::from_city(context, county)];
        let is_ours = |source: &Source| source.name.starts_with("JY_DOWN_");
        let name = stream::name(context);
        // A server that came back with empty hands is told again.
        *declared &= keeper
            .tend(&name, &wanted, is_ours, |_| Some(asks_city(county)))
            .await?;
    }
    Ok(())
}

/// Of the city's streams a county may ask about its own alone, and the answer passes the link only below its own
/// subject.
fn asks_city(county: &Division) -> Probe {
    let stream = sources::down_stream(county);
    Probe {
        subject: format!("$JS.city.API.CONSUMER.INFO.{stream}.probe"),
        inbox: Some(format!(
            "sync.down.{county}.probe.{}",
            Uuid::new_v4().simple()
        )),
    }
}
