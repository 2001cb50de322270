//! Phases of campaigns on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Clock, Fault, Violations};
use jianyi_proto::donation::{events::v1 as ev, v1 as pb};
use jianyi_proto::{convert, name};
use jianyi_rpc::Page;
use tonic::Request;

use super::wire;
use crate::domain::campaign::{CampaignId, CampaignPhase, Campaigns, PhaseKind, Phases};
use crate::kinds::Kind as _;
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateCampaignPhaseRequest>,
) -> Result<Committed<pb::CampaignPhase>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let asked = request.into_inner();
    let new = read(
        app.clock(),
        &asked.parent,
        asked.campaign_phase.unwrap_or_default(),
    )?;
    usecase::hold_campaign_phase::hold(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetCampaignPhaseRequest>,
) -> Result<pb::CampaignPhase, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let (campaign, id) = name::parse_child::<Campaigns, Phases>("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(pb::CampaignPhase::from(
        &store::campaign_phases::get(&mut conn, campaign, id).await?,
    ))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListCampaignPhasesRequest>,
) -> Result<pb::ListCampaignPhasesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let campaign = match asked.parent.as_str() {
        "" | "campaigns/-" => None,
        parent => Some(name::parse::<Campaigns>("parent", parent)?),
    };
    let filters = format!("phases/{}", asked.parent);
    let page = Page::parse(
        asked.page_size,
        &asked.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let rows =
        store::campaign_phases::list(&mut conn, campaign.map(CampaignId::as_uuid), &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListCampaignPhasesResponse {
        campaign_phases: rows.iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn read(clock: &Clock, parent: &str, given: pb::CampaignPhase) -> Result<CampaignPhase, Fault> {
    let mut v = Violations::new();
    let campaign = wire::reference(&mut v, "parent", parent);
    let kind = v.take(PhaseKind::require("campaign_phase.kind", given.kind));
    let held_on = wire::fuzzy(&mut v, "campaign_phase.held_on", &given.held_on);
    let place = v.optional_text("campaign_phase.place", &given.place, 100);
    let division = wire::division(&mut v, "campaign_phase.division", &given.division);
    let provenance = wire::provenance(&mut v, "campaign_phase", given.provenance);
    let parsed = (|| {
        let (sources, locations) = provenance?;
        Some(CampaignPhase {
            id: clock.new_id(),
            version: 1,
            created_at: clock.now(),
            campaign: campaign?,
            division: division?,
            kind: kind?,
            held_on: held_on?,
            place: place?,
            sources,
            locations,
        })
    })();
    v.finish_with(parsed)
}

impl From<&CampaignPhase> for pb::CampaignPhase {
    fn from(of: &CampaignPhase) -> Self {
        Self {
            name: name::child(of.campaign, of.id),
            kind: ev::PhaseKind::from(of.kind).into(),
            held_on: of.held_on.to_string(),
            place: of.place.clone(),
            division: of.division.to_string(),
            provenance: wire::stated(&of.sources, &of.locations),
            create_time: Some(convert::timestamp(of.created_at)),
        }
    }
}
