//! How old each county's figures are and what of them is missing, for whoever watches the system.
//!
//! Read from the tables, so that every instance that serves says the same.

use jianyi_kernel::{Caller, Fault};
use jianyi_ops::Parts;
use jianyi_telemetry::figure::{self, COUNTY, INSTANCE};
use jianyi_telemetry::metrics::{self, Level};

use crate::store::{county_watches, watermarks};

/// What is measured.
struct Levels {
    age: Level,
    reachable: Level,
    lag: Level,
    gap: Level,
}

/// Measures until shutdown; at once done when nobody would see it.
pub(super) async fn keep(parts: Parts) {
    let Some(every) = metrics::interval() else {
        return;
    };
    let levels = Levels {
        age: Level::of(&figure::WATERMARK_AGE),
        reachable: Level::of(&figure::COUNTY_REACHABLE),
        lag: Level::of(&figure::COUNTY_LAG),
        gap: Level::of(&figure::COUNTY_GAP),
    };
    loop {
        if let Err(fault) = take(&parts, &levels).await {
            tracing::debug!(%fault, "the counties' figures cannot be taken now");
        }
        tokio::select! {
            () = parts.shutdown.wait() => return,
            () = tokio::time::sleep(every) => {}
        }
    }
}

async fn take(parts: &Parts, levels: &Levels) -> Result<(), Fault> {
    let mut conn = parts.db.read(&Caller::service("oversight")).await?;
    let marks = watermarks::all(&mut conn).await?;
    let watches = county_watches::all(&mut conn).await?;
    drop(conn);
    let now = parts.db.clock().now().as_offset();
    for (county, mark) in &marks {
        if let Some(last) = mark.last_event_at {
            let age = (now - last.as_offset()).whole_seconds().max(0);
            levels.age.set(age, &labels(county));
        }
    }
    for (county, watch) in &watches {
        let labels = labels(county.as_str());
        levels.reachable.set(watch.reachable.into(), &labels);
        if let Some(lag) = watch.stream.lag {
            levels.lag.set(lag, &labels);
        }
        if watch.stream.checked_at.is_some() {
            levels.gap.set(watch.stream.gap_events, &labels);
        }
    }
    Ok(())
}

fn labels(county: &str) -> [metrics::Label<'_>; 2] {
    [(INSTANCE, "oversight"), (COUNTY, county)]
}
