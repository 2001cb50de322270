//! How every joined county is: store to wire.

use jianyi_kernel::{Fault, Timestamp};
use jianyi_proto::convert::timestamp;
use jianyi_proto::oversight::v1 as pb;
use tonic::Request;

use crate::domain::county_site::CountySite;
use crate::domain::county_watch::{CountyWatch, StreamCheck};
use crate::sites;
use crate::store::county_arrivals::Arrived;
use crate::store::{county_arrivals, county_sites, county_watches};
use crate::usecase::App;

/// All of them, by code.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListCountyStatusRequest>,
) -> Result<pb::ListCountyStatusResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let mut conn = app.db.read(&caller).await?;
    let sites = county_sites::joined(&mut conn).await?;
    let mut watches = county_watches::all(&mut conn).await?;
    let arrived = county_arrivals::all(&mut conn).await?;
    let now = app.db.clock().now();
    let counties = sites.into_iter().filter_map(|site| {
        let watch = watches.remove(&site.it.county)?;
        let key = (site.it.county.clone(), sites::origin(&site.it));
        Some(status(&site.it, watch, arrived.get(&key), now))
    });
    Ok(pb::ListCountyStatusResponse {
        counties: counties.collect(),
        time: Some(timestamp(now)),
    })
}

fn status(
    site: &CountySite,
    watch: CountyWatch,
    arrived: Option<&Arrived>,
    now: Timestamp,
) -> pb::CountyStatus {
    let StreamCheck {
        checked_at,
        last_sequence,
        last_at,
        lag,
        waiting_since,
        gap_events,
        gap_sequences,
    } = watch.stream;
    let waited = waiting_since.map_or(0, |since| {
        (now.as_offset() - since.as_offset()).whole_seconds().max(0)
    });
    pb::CountyStatus {
        division: site.county.to_string(),
        url: site.url.as_str().into(),
        reachable: watch.reachable,
        heard_time: watch.heard_at.map(timestamp),
        silent_since: watch.silent_since.map(timestamp),
        watermark_sequence: arrived.map_or(0, |arrived| arrived.sequence),
        watermark_time: arrived.map(|arrived| timestamp(arrived.last_event_at)),
        stream_sequence: last_sequence,
        stream_time: last_at.map(timestamp),
        lag_events: lag,
        lag_seconds: waited,
        gap_events,
        gap_sequences,
        check_time: checked_at.map(timestamp),
        certificate_expire_time: site.certificate_until.map(timestamp),
    }
}
