//! A member service at a county of its own sees to it that what the city says comes down to its broker.

use jianyi_bus::federation::keep_county;
use jianyi_kernel::{Division, Fault};
use jianyi_ops::{Parts, Site};

/// Refuses what cannot be: a county's site that serves the city's own people.
pub(crate) fn check(parts: &Parts) -> Result<(), Fault> {
    let city = parts
        .division
        .as_ref()
        .is_none_or(|it| *it == Division::city());
    if parts.settings.site()? == Site::County && city {
        return Err(Fault::internal(
            "a county's site needs its county: --division 410611",
        ));
    }
    Ok(())
}

/// Until shutdown; at once over where the broker is the city's.
pub(crate) async fn keep(parts: Parts) {
    if let (Ok(Site::County), Some(bus), Some(county)) =
        (parts.settings.site(), parts.bus, parts.division)
    {
        keep_county(bus, county.county(), parts.shutdown).await;
    }
}
