//! The counties' sites: who belongs, whether each is heard of, and how far its events have come.

use crate::domain::county_site::CountySite;

/// The broker a county's own events are first published to, as events that came from there name it; empty for
/// the city's.
pub(crate) fn origin(site: &CountySite) -> String {
    if site.on_city_broker {
        String::new()
    } else {
        format!("county-{}", site.county)
    }
}
