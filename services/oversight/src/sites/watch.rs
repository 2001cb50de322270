//! Asks every joined county, again and again, and tells what has changed: silence, its end, and certificates that end.

use jianyi_bus::Bus;
use jianyi_db::Uow;
use jianyi_kernel::{Caller, Fault, Timestamp};
use jianyi_ops::Parts;
use std::collections::BTreeMap;

use futures::future::join_all;
use jianyi_kernel::Division;

use crate::domain::Stored;
use crate::domain::county_site::CountySite;
use crate::domain::county_watch::{CountyWatch, StreamCheck, Tidings};
use crate::events;
use crate::sites::ask::{self, Ways};
use crate::sites::compare;
use crate::sites::settings::Pace;
use crate::store::{county_sites, county_watches};

/// What one round learned of a county.
struct Learned {
    site: CountySite,
    answered: bool,
    stream: Option<StreamCheck>,
}

/// Watches until shutdown.
pub(super) async fn run(parts: Parts, bus: Bus) {
    // A pace that cannot be read has kept the service from starting.
    let (Ok(pace), Ok(mut ways)) = (Pace::of(&parts.settings), Ways::new(&parts, &bus)) else {
        return;
    };
    let asking_since = parts.db.clock().now();
    loop {
        if let Err(fault) = round(&parts, &bus, &mut ways, pace, asking_since).await {
            tracing::warn!(fault = fault.chain(), "counties cannot be watched now");
        }
        tokio::select! {
            () = parts.shutdown.wait() => return,
            () = tokio::time::sleep(pace.every) => {}
        }
    }
}

async fn round(
    parts: &Parts,
    bus: &Bus,
    ways: &mut Ways,
    pace: Pace,
    asking_since: Timestamp,
) -> Result<(), Fault> {
    let sites = {
        let mut conn = parts.db.read(&Caller::service("oversight")).await?;
        county_sites::joined(&mut conn).await?
    };
    if sites.is_empty() {
        return Ok(());
    }
    let mut asked = Vec::with_capacity(sites.len());
    for site in sites {
        let link = ways.to(&site.it);
        asked.push(learn(parts, bus, site, link));
    }
    let mut learned: BTreeMap<Division, Learned> = join_all(asked)
        .await
        .into_iter()
        .map(|learned| (learned.site.county.clone(), learned))
        .collect();

    // Nobody is asked while the unit of work is open; two processes that watch decide one after the other.
    let mut uow = parts.db.begin_background(&compare::call()).await?;
    let now = uow.now();
    for watch in county_watches::lock(uow.conn()).await? {
        let Some(learned) = learned.remove(&watch.county) else {
            continue;
        };
        let watch = take(&mut uow, watch, learned, now, asking_since, pace).await?;
        county_watches::update(uow.conn(), &watch).await?;
    }
    uow.commit_background().await
}

async fn learn(
    parts: &Parts,
    bus: &Bus,
    site: Stored<CountySite>,
    link: Result<jianyi_tunnel::Link, Fault>,
) -> Learned {
    let site = site.it;
    let answered = match link {
        Ok(link) => ask::answers(link).await,
        Err(fault) => {
            tracing::warn!(fault = fault.chain(), county.code = %site.county, "no way to the county");
            false
        }
    };
    let stream = match compare::compare(&parts.db, bus, &site).await {
        Ok(check) => Some(check),
        Err(fault) => {
            tracing::debug!(%fault, county.code = %site.county, "the county's stream does not answer");
            None
        }
    };
    Learned {
        site,
        answered,
        stream,
    }
}

/// Takes in what was learned of one county, and tells what has changed.
async fn take(
    uow: &mut Uow,
    watch: CountyWatch,
    learned: Learned,
    now: Timestamp,
    asking_since: Timestamp,
    pace: Pace,
) -> Result<CountyWatch, Fault> {
    let county = watch.county.clone();
    let (mut watch, tidings) = if learned.answered {
        watch.heard(now)
    } else {
        watch.missed(now, asking_since, pace.silence)
    };
    match tidings {
        None => {}
        Some(Tidings::Silent(since)) => {
            let origin = crate::sites::origin(&learned.site);
            let arrived = crate::store::county_arrivals::of(uow.conn(), &county, &origin).await?;
            let watermark = arrived.map_or(0, |arrived| arrived.sequence);
            tracing::warn!(county.code = %county, since = %since.rfc3339(), "a county is silent");
            uow.emit(events::county_silent(&county, since, watermark, now));
        }
        Some(Tidings::Back(since)) => {
            tracing::warn!(county.code = %county, since = %since.rfc3339(), "a silent county is back");
            uow.emit(events::county_back(&county, since, now));
        }
    }
    if let Some(stream) = learned.stream {
        if stream.gap_events > 0 && watch.stream.gap_events == 0 {
            tracing::warn!(county.code = %county, gap.events = stream.gap_events, "events of a county are missing");
        }
        let last_at = stream.last_at.or(watch.stream.last_at);
        watch.stream = StreamCheck { last_at, ..stream };
    }
    let today = now.business_date();
    if let (Some(days_left), Some(until)) = (
        learned.site.certificate_days_left(now),
        learned.site.certificate_until,
    ) && watch.certificate_told_on != Some(today)
    {
        watch.certificate_told_on = Some(today);
        tracing::warn!(county.code = %county, days_left, "a county's certificate ends");
        uow.emit(events::county_certificate_expiring(
            &county, until, days_left, now,
        ));
    }
    Ok(watch)
}
