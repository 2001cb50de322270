//! The counties' sites: their events are brought here, each is asked whether it is there, and what it said is compared
//! with what has become part of the figures.
//!
//! In this service because it is the one that must know how far each county's events have come. Who belongs is asked
//! of the directory again and again, so that a county joins and leaves without a restart.

mod ask;
mod compare;
mod figures;
mod joined;
mod listed;
mod settings;
mod watch;

use futures::future::BoxFuture;
use jianyi_kernel::Fault;
use jianyi_ops::Parts;

use crate::domain::county_site::CountySite;

/// Refuses settings that cannot be read.
///
/// # Errors
/// [`Fault::Internal`] that names the setting.
pub(crate) fn check(parts: &Parts) -> Result<(), Fault> {
    parts.settings.federated_counties()?;
    parts.settings.listed_counties()?;
    settings::Pace::of(&parts.settings).map(|_| ())
}

/// Keeps and watches until shutdown.
pub(crate) fn run(parts: Parts) -> BoxFuture<'static, ()> {
    Box::pin(async move {
        let Some(bus) = parts.bus.clone() else { return };
        tokio::join!(
            joined::keep(parts.clone(), bus.clone()),
            figures::keep(parts.clone()),
            watch::run(parts, bus)
        );
    })
}

/// The broker a county's own events are first published to, as its domain is called; empty for the city's.
pub(crate) fn origin(site: &CountySite) -> String {
    if site.on_city_broker {
        String::new()
    } else {
        format!("county-{}", site.county)
    }
}
