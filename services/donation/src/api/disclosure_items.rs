//! Disclosures on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Clock, Fault, Violations};
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::{convert, name};
use jianyi_rpc::Page;
use tonic::Request;

use super::wire;
use crate::domain::disclosure::{DisclosureItem, DisclosureState, Proof};
use crate::kinds::Kind as _;
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateDisclosureItemRequest>,
) -> Result<Committed<pb::DisclosureItem>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = read(
        app.clock(),
        request.into_inner().disclosure_item.unwrap_or_default(),
    )?;
    usecase::record_disclosure::record(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetDisclosureItemRequest>,
) -> Result<pb::DisclosureItem, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(pb::DisclosureItem::from(
        &store::disclosure_items::get(&mut conn, id).await?,
    ))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListDisclosureItemsRequest>,
) -> Result<pb::ListDisclosureItemsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let state = DisclosureState::read("state", asked.state)?;
    let filters = format!("disclosureItems/{}/{}", asked.fiscal_year, asked.state);
    let page = Page::parse(
        asked.page_size,
        &asked.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let fiscal_year = wire::year_filter(asked.fiscal_year);
    let rows = store::disclosure_items::list(&mut conn, fiscal_year, state, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListDisclosureItemsResponse {
        disclosure_items: rows.iter().map(Into::into).collect(),
        next_page_token,
    })
}

pub(super) async fn publish(
    app: &App,
    request: Request<pb::PublishDisclosureItemRequest>,
) -> Result<Committed<pb::DisclosureItem>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let asked = request.into_inner();
    let mut v = Violations::new();
    let id = wire::reference(&mut v, "name", &asked.name);
    let on = wire::fuzzy(&mut v, "published_on", &asked.published_on);
    let proof = v.take(Proof::parse(&asked.proof_url, &asked.proof_sha256));
    let ((id, on), proof) = v.finish_with(id.zip(on).zip(proof))?;
    usecase::publish_disclosure::publish(app, &call, id, on, proof).await
}

fn read(clock: &Clock, given: pb::DisclosureItem) -> Result<DisclosureItem, Fault> {
    let mut v = Violations::new();
    let what = wire::code(&mut v, "disclosure_item.what", &given.what);
    let platform = v.text("disclosure_item.platform", &given.platform, 100);
    let fiscal_year = wire::year(&mut v, "disclosure_item.fiscal_year", given.fiscal_year);
    let period = v.optional_text("disclosure_item.period", &given.period, 50);
    let published_on = wire::fuzzy(&mut v, "disclosure_item.published_on", &given.published_on);
    let proof = Proof::parse(&given.proof_url, &given.proof_sha256);
    let proof = v.take(proof.map_err(|violation| violation.within("disclosure_item")));
    let state = v.take(DisclosureState::read("disclosure_item.state", given.state));
    let division = wire::division(&mut v, "disclosure_item.division", &given.division);
    let provenance = wire::provenance(&mut v, "disclosure_item", given.provenance);
    let parsed = (|| {
        let (sources, locations) = provenance?;
        let (proof_url, proof_sha256) = proof?.into_parts();
        Some(DisclosureItem {
            id: clock.new_id(),
            version: 1,
            created_at: clock.now(),
            division: division?,
            what: what?,
            platform: platform?,
            fiscal_year: fiscal_year?,
            period: period?,
            published_on: published_on?,
            proof_url,
            proof_sha256,
            state: state?.unwrap_or(DisclosureState::Published),
            sources,
            locations,
        })
    })();
    v.finish_with(parsed)
}

impl From<&DisclosureItem> for pb::DisclosureItem {
    fn from(of: &DisclosureItem) -> Self {
        Self {
            name: of.id.name(),
            what: of.what.clone(),
            platform: of.platform.clone(),
            fiscal_year: of.fiscal_year,
            period: of.period.clone(),
            published_on: of.published_on.to_string(),
            proof_url: of.proof_url.clone(),
            proof_sha256: of.proof_sha256.clone(),
            state: pb::DisclosureState::from(of.state).into(),
            division: of.division.to_string(),
            provenance: wire::stated(&of.sources, &of.locations),
            create_time: Some(convert::timestamp(of.created_at)),
            etag: of.version.to_string(),
        }
    }
}
