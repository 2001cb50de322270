//! The city's keeper: what joined counties say comes up, and for each there is a stream of what goes down.

use std::collections::BTreeSet;

use async_nats::jetstream::stream::{Config, Source, StorageType};
use futures::TryStreamExt as _;
use futures::future::BoxFuture;
use jianyi_kernel::{Division, Fault};
use jianyi_telemetry::Shutdown;
use tokio::sync::watch;
use tokio::time::sleep;

use super::keeper::{Keeper, LOOK, Probe};
use super::{DOWN, UP, sources};
use crate::{Bus, stream};

/// Keeps the sources of the counties that joined until shutdown; what came from one that left stays.
pub fn keep_city(
    bus: Bus,
    mut counties: watch::Receiver<BTreeSet<Division>>,
    shutdown: Shutdown,
) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let mut keeper = Keeper::new(bus);
        // What a county left while nobody kept is found once, by name.
        let mut settled: Option<BTreeSet<Division>> = None;
        loop {
            let joined = counties.borrow_and_update().clone();
            tokio::select! {
                () = shutdown.wait() => return,
                looked = look(&mut keeper, &joined, &mut settled) => if let Err(fault) = looked {
                    tracing::debug!(%fault, "the sources of counties cannot be kept now");
                }
            }
            tokio::select! {
                () = shutdown.wait() => return,
                () = sleep(LOOK) => {}
            }
        }
    })
}

async fn look(
    keeper: &mut Keeper,
    joined: &BTreeSet<Division>,
    settled: &mut Option<BTreeSet<Division>>,
) -> Result<(), Fault> {
    if settled.as_ref() != Some(joined) {
        for context in UP.iter().chain(&DOWN) {
            keeper.bus().ensure_stream(context).await?;
        }
        for county in joined {
            open(keeper, county).await?;
        }
        close_others(keeper, joined).await?;
        *settled = Some(joined.clone());
    }
    let mut there = true;
    for context in UP {
        let wanted: Vec<Source> = joined.iter().map(|it| sources::up(context, it)).collect();
        let name = stream::name(context);
        there &= keeper
            .tend(&name, &wanted, sources::is_up, asks_county)
            .await?;
    }
    for county in joined {
        let wanted = sources::down(county);
        let name = sources::down_stream(county);
        there &= keeper.tend(&name, &wanted, |_| true, |_| None).await?;
    }
    if !there {
        // A server that came back with empty hands.
        *settled = None;
    }
    Ok(())
}

fn asks_county(source: &Source) -> Option<Probe> {
    let api = &source.external.as_ref()?.api_prefix;
    Some(Probe {
        subject: format!("{api}.INFO"),
        inbox: None,
    })
}

async fn open(keeper: &Keeper, county: &Division) -> Result<(), Fault> {
    let name = sources::down_stream(county);
    if keeper.info(&name).await?.is_some() {
        return Ok(());
    }
    let config = Config {
        name,
        sources: Some(sources::down(county)),
        storage: StorageType::File,
        deny_delete: true,
        ..Config::default()
    };
    let created = keeper.bus().streams.create_stream(config).await;
    created.map(|_| ()).map_err(stream::not_declared)
}

/// A county that left gets nothing more. Its stream stays, because a county that comes back goes on where it
/// stopped, and counts by that stream.
async fn close_others(keeper: &Keeper, joined: &BTreeSet<Division>) -> Result<(), Fault> {
    let open: BTreeSet<String> = joined.iter().map(sources::down_stream).collect();
    let names: Vec<String> = keeper
        .bus()
        .streams
        .stream_names()
        .try_collect()
        .await
        .map_err(|_| Fault::Unavailable("the streams cannot be listed".into()))?;
    let prefix = "JY_DOWN_";
    for name in names {
        if !name.starts_with(prefix) || open.contains(&name) {
            continue;
        }
        let Some(info) = keeper.info(&name).await? else {
            continue;
        };
        if info
            .config
            .sources
            .as_ref()
            .is_some_and(|it| !it.is_empty())
        {
            keeper
                .update(sources::with(&info.config, Vec::new()))
                .await?;
            tracing::info!(stream = name, "a county left");
        }
    }
    Ok(())
}
