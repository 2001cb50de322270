//! Donations on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Clock, Fault, Fen, Violation, Violations};
use jianyi_proto::donation::v1 as pb;
use jianyi_proto::{convert, name};
use jianyi_rpc::Page;
use tonic::Request;

use super::wire;
use crate::domain::campaign::CampaignId;
use crate::domain::donation::{Donation, DonationState, LineKind};
use crate::domain::fund::FundId;
use crate::kinds::Kind as _;
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateDonationRequest>,
) -> Result<Committed<pb::Donation>, Fault> {
    jianyi_rpc::require_request_id(&request.get_ref().request_id)?;
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let new = read(
        app.clock(),
        request.into_inner().donation.unwrap_or_default(),
    )?;
    usecase::receive_donation::receive(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetDonationRequest>,
) -> Result<pb::Donation, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(pb::Donation::from(
        &store::donations::get(&mut conn, id).await?,
    ))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListDonationsRequest>,
) -> Result<pb::ListDonationsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let mut v = Violations::new();
    let campaign: Option<Option<CampaignId>> =
        wire::optional_reference(&mut v, "campaign", &asked.campaign);
    let fund: Option<Option<FundId>> = wire::optional_reference(&mut v, "fund", &asked.fund);
    let days = wire::year_filter(asked.year).and_then(|year| wire::days_of(&mut v, "year", year));
    v.finish()?;
    let filters = format!("donations/{}/{}/{}", asked.campaign, asked.fund, asked.year);
    let page = Page::parse(
        asked.page_size,
        &asked.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let mut conn = app.db.read(&caller).await?;
    let (campaign, fund) = (
        campaign.flatten().map(CampaignId::as_uuid),
        fund.flatten().map(FundId::as_uuid),
    );
    let rows = store::donations::list(&mut conn, campaign, fund, days, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListDonationsResponse {
        donations: rows.iter().map(Into::into).collect(),
        next_page_token,
    })
}

fn read(clock: &Clock, given: pb::Donation) -> Result<Donation, Fault> {
    let mut v = Violations::new();
    let donor = wire::reference(&mut v, "donation.donor", &given.donor);
    let campaign = wire::optional_reference(&mut v, "donation.campaign", &given.campaign);
    let fund = wire::reference(&mut v, "donation.fund", &given.fund);
    let amount = v.take(Fen::positive("donation.amount_fen", given.amount_fen));
    let line_kind = v.take(LineKind::require("donation.line_kind", given.line_kind));
    let received_on = wire::day(&mut v, "donation.received_on", &given.received_on);
    let settled_on = wire::optional_day(&mut v, "donation.settled_on", &given.settled_on);
    if let (Some(received), Some(Some(settled))) = (received_on, settled_on)
        && settled < received
    {
        v.push(Violation::new(
            "donation.settled_on",
            "PERIOD_REVERSED",
            "the money reached the account before it was given".into(),
            "到账日期早于捐赠日期,请核对",
        ));
    }
    let order = wire::optional_code(
        &mut v,
        "donation.platform_order_no",
        &given.platform_order_no,
    );
    let division = wire::division(&mut v, "donation.division", &given.division);
    let provenance = wire::provenance(&mut v, "donation", given.provenance);
    let parsed = (|| {
        let (sources, locations) = provenance?;
        Some(Donation {
            id: clock.new_id(),
            version: 1,
            created_at: clock.now(),
            division: division?,
            donor: donor?,
            campaign: campaign?,
            fund: fund?,
            amount: amount?,
            line_kind: line_kind?,
            received_on: received_on?,
            settled_on: settled_on?.or(received_on)?,
            platform_order_no: order.filter(|order| !order.is_empty()),
            state: DonationState::Received,
            entry: clock.new_id(),
            sources,
            locations,
        })
    })();
    v.finish_with(parsed)
}

impl From<&Donation> for pb::Donation {
    fn from(of: &Donation) -> Self {
        Self {
            name: of.id.name(),
            donor: of.donor.name(),
            campaign: of.campaign.map(CampaignId::name).unwrap_or_default(),
            fund: of.fund.name(),
            amount_fen: of.amount.get(),
            line_kind: pb::LineKind::from(of.line_kind).into(),
            received_on: of.received_on.to_string(),
            settled_on: of.settled_on.to_string(),
            platform_order_no: of.platform_order_no.clone().unwrap_or_default(),
            division: of.division.to_string(),
            state: pb::DonationState::from(of.state).into(),
            journal_entry: of.entry.name(),
            provenance: wire::stated(&of.sources, &of.locations),
            create_time: Some(convert::timestamp(of.created_at)),
            etag: of.version.to_string(),
        }
    }
}
