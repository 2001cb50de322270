//! Campaigns on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Clock, Fault, FuzzyDate, Violations};
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::{convert, name};
use jianyi_rpc::Page;
use tonic::Request;

use super::wire;
use crate::domain::campaign::{self, Campaign};
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateCampaignRequest>,
) -> Result<Committed<pb::Campaign>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = read(
        app.clock(),
        request.into_inner().campaign.unwrap_or_default(),
    )?;
    usecase::open_campaign::open(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetCampaignRequest>,
) -> Result<pb::Campaign, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(pb::Campaign::from(
        &store::campaigns::get(&mut conn, id).await?,
    ))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListCampaignsRequest>,
) -> Result<pb::ListCampaignsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let filters = format!("campaigns/{}/{}", asked.year, asked.division);
    let page = Page::parse(
        asked.page_size,
        &asked.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let (year, division) = (wire::year_filter(asked.year), wire::filter(&asked.division));
    let rows = store::campaigns::list(&mut conn, year, division, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListCampaignsResponse {
        campaigns: rows.iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn read(clock: &Clock, given: pb::Campaign) -> Result<Campaign, Fault> {
    let mut v = Violations::new();
    let year = wire::year(&mut v, "campaign.year", given.year);
    let title = v.text("campaign.title", &given.title, 100);
    let platform = v.optional_text("campaign.platform", &given.platform, 100);
    let fundraiser = v.optional_text("campaign.fundraiser", &given.fundraiser, 100);
    let window = wire::fuzzy(&mut v, "campaign.window", &given.window);
    let subs: Option<Vec<FuzzyDate>> = given
        .sub_windows
        .iter()
        .map(|sub| wire::fuzzy(&mut v, "campaign.sub_windows", sub))
        .collect();
    if let (Some(window), Some(subs)) = (&window, &subs) {
        v.take(campaign::nest(window, subs));
    }
    let division = wire::division(&mut v, "campaign.division", &given.division);
    let provenance = wire::provenance(&mut v, "campaign", given.provenance);
    let parsed = (|| {
        let (sources, locations) = provenance?;
        Some(Campaign {
            id: clock.new_id(),
            version: 1,
            created_at: clock.now(),
            division: division?,
            year: year?,
            title: title?,
            platform: platform?,
            fundraiser: fundraiser?,
            window: window?,
            sub_windows: subs?.iter().map(ToString::to_string).collect(),
            sources,
            locations,
        })
    })();
    v.finish_with(parsed)
}

impl From<&Campaign> for pb::Campaign {
    fn from(of: &Campaign) -> Self {
        Self {
            name: of.id.name(),
            year: of.year,
            title: of.title.clone(),
            platform: of.platform.clone(),
            fundraiser: of.fundraiser.clone(),
            window: of.window.to_string(),
            sub_windows: of.sub_windows.clone(),
            division: of.division.to_string(),
            provenance: wire::stated(&of.sources, &of.locations),
            create_time: Some(convert::timestamp(of.created_at)),
        }
    }
}
