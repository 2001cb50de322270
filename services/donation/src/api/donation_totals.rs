//! Sums of donations on the wire.

use jianyi_kernel::{Fault, Fen, Violation, Violations};
use jianyi_proto::convert;
use jianyi_proto::donation::{events::v1 as ev, v1 as pb};
use tonic::Request;

use super::wire;
use crate::domain::campaign::CampaignId;
use crate::domain::donation;
use crate::store;
use crate::usecase::App;

pub(super) async fn sum(
    app: &App,
    request: Request<pb::SumDonationsRequest>,
) -> Result<pb::SumDonationsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let asked = request.into_inner();
    let mut v = Violations::new();
    if asked.campaign.is_empty() == (asked.year == 0) {
        let zh = "请在活动和年度中选择一项";
        v.push(Violation::new(
            "campaign",
            "ONE_OF",
            "give either a campaign or a year".into(),
            zh,
        ));
    }
    let campaign: Option<Option<CampaignId>> =
        wire::optional_reference(&mut v, "campaign", &asked.campaign);
    let days = wire::year_filter(asked.year).and_then(|year| wire::days_of(&mut v, "year", year));
    v.finish()?;
    let mut conn = app.db.read(&caller).await?;
    if let Some(id) = campaign.flatten() {
        store::campaigns::get(&mut conn, id).await?;
    }
    let campaign = campaign.flatten().map(CampaignId::as_uuid);
    let kinds = store::donation_totals::by_kind(&mut conn, campaign, days).await?;
    Ok(pb::SumDonationsResponse {
        total_fen: donation::total(&kinds)?.map(Fen::get),
        by_kind: kinds
            .iter()
            .map(|kind| pb::DonorKindTotal {
                kind: ev::DonorKind::from(kind.kind).into(),
                amount_fen: kind.amount.get(),
                gifts: kind.gifts,
            })
            .collect(),
        as_of_time: Some(convert::timestamp(app.clock().now())),
    })
}
