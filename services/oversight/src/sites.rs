//! The city's side of the counties' brokers: what they say comes up, what is theirs to know goes down.
//!
//! In this service because it is the one that must know how far each county's events have come.

use futures::future::BoxFuture;
use jianyi_bus::federation::keep_city;
use jianyi_ops::Parts;
use tokio::sync::watch;

/// Until shutdown; at once over where there is one broker only.
pub(crate) fn keep(parts: Parts) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        // Those that cannot be read have kept the service from starting.
        let counties = parts.settings.federated_counties().unwrap_or_default();
        let Some(bus) = parts.bus else { return };
        if counties.is_empty() {
            return;
        }
        let (_joined, counties) = watch::channel(counties);
        keep_city(bus, counties, parts.shutdown).await;
    })
}
