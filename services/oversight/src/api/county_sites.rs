//! The directory of counties: wire to domain and back.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, Timestamp, Violation, Violations};
use jianyi_proto::convert::timestamp;
use jianyi_proto::oversight::v1 as pb;
use tonic::Request;

use crate::api::convert::page;
use crate::domain::Stored;
use crate::domain::county_site::{self, CountySite, Joining, SiteChange, SiteUrl};
use crate::store;
use crate::usecase::App;
use crate::usecase::add_county_site::add_county_site;
use crate::usecase::remove_county_site::remove_county_site;
use crate::usecase::update_county_site::update_county_site;

const CERTIFICATE: &str = "county_site.certificate_expire_time";
const URL: &str = "county_site.url";

/// One joins.
pub(crate) async fn add(
    app: &App,
    request: Request<pb::AddCountySiteRequest>,
) -> Result<pb::CountySite, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let wire = request.into_inner().county_site.unwrap_or_default();
    let mut v = Violations::new();
    let county = v.take(county_site::county("county_site.division", &wire.division));
    let url = v.take(SiteUrl::parse(URL, &wire.url));
    let certificate_until = v.take(instant(CERTIFICATE, wire.certificate_expire_time));
    let parsed = (|| {
        Some(Joining {
            county: county?,
            url: url?,
            on_city_broker: wire.on_city_broker,
            certificate_until: certificate_until?,
        })
    })();
    let new = v.finish_with(parsed)?;
    add_county_site(app, &call, new)
        .await
        .map(Committed::into_reply)
}

/// Something about one is another.
pub(crate) async fn update(
    app: &App,
    request: Request<pb::UpdateCountySiteRequest>,
) -> Result<pb::CountySite, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let wire = request.county_site.unwrap_or_default();
    let mask = request.update_mask.unwrap_or_default();
    let mut v = Violations::new();
    let county = v.take(county_site::parse_name("county_site.name", &wire.name));
    let mut change = SiteChange::default();
    if mask.paths.is_empty() {
        v.push(Violation::required("update_mask"));
    }
    for path in &mask.paths {
        match path.as_str() {
            "url" => change.url = v.take(SiteUrl::parse(URL, &wire.url)),
            "on_city_broker" => change.on_city_broker = Some(wire.on_city_broker),
            "certificate_expire_time" => {
                change.certificate_until =
                    v.take(instant(CERTIFICATE, wire.certificate_expire_time));
            }
            _ => v.push(Violation::new(
                "update_mask",
                "FIELD_NOT_UPDATABLE",
                "url, on_city_broker and certificate_expire_time can be updated".into(),
                "只能更新地址、消息来源和证书有效期",
            )),
        }
    }
    let county = v.finish_with(county)?;
    update_county_site(app, &call, &county, change, &wire.etag)
        .await
        .map(Committed::into_reply)
}

/// One leaves.
pub(crate) async fn remove(
    app: &App,
    request: Request<pb::RemoveCountySiteRequest>,
) -> Result<pb::CountySite, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let wire = request.into_inner();
    let county = county_site::parse_name("name", &wire.name)?;
    remove_county_site(app, &call, &county, &wire.etag)
        .await
        .map(Committed::into_reply)
}

/// A page of those that belong.
pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListCountySitesRequest>,
) -> Result<pb::ListCountySitesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let wire = request.into_inner();
    let (page, window) = page(&app.db, wire.page_size, &wire.page_token, "")?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::county_sites::select(&mut conn, &window).await?;
    let (rows, next_page_token) = page.cut(rows, Stored::position);
    Ok(pb::ListCountySitesResponse {
        county_sites: rows.into_iter().map(Into::into).collect(),
        next_page_token,
    })
}

/// An instant that may be absent.
fn instant(
    field: &str,
    wire: Option<prost_types::Timestamp>,
) -> Result<Option<Timestamp>, Violation> {
    wire.map(|at| {
        Timestamp::from_unix(at.seconds, at.nanos).ok_or_else(|| {
            Violation::new(
                field,
                "TIME_OUT_OF_RANGE",
                "an instant between the years 0 and 9999".into(),
                "时间超出范围",
            )
        })
    })
    .transpose()
}

impl From<Stored<CountySite>> for pb::CountySite {
    fn from(stored: Stored<CountySite>) -> Self {
        let it = stored.it;
        Self {
            name: it.name(),
            division: it.county.to_string(),
            url: it.url.as_str().into(),
            on_city_broker: it.on_city_broker,
            certificate_expire_time: it.certificate_until.map(timestamp),
            join_time: Some(timestamp(it.joined_at)),
            leave_time: it.left_at.map(timestamp),
            etag: stored.version.to_string(),
        }
    }
}
