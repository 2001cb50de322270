//! 六进 campaigns on the wire.

use jianyi_db::Committed;
use jianyi_kernel::Fault;
use jianyi_proto::name;
use jianyi_proto::publicity::v1 as pb;
use tonic::Request;

use super::App;
use super::form::Form;
use super::wire;
use crate::domain::{Recorded, SixEnterCampaign};
use crate::{store, usecase};

fn read(form: &mut Form, wire: pb::SixEnterCampaign) -> Option<SixEnterCampaign> {
    let title = form.title(&wire.title);
    let period = form.fuzzy("period", &wire.period);
    let origin = form.origin(&wire.division, wire.provenance);
    Some(SixEnterCampaign {
        title: title?,
        period: period?,
        origin: origin?,
    })
}

impl From<Recorded<SixEnterCampaign>> for pb::SixEnterCampaign {
    fn from(record: Recorded<SixEnterCampaign>) -> Self {
        let name = record.name();
        let SixEnterCampaign {
            title,
            period,
            origin,
        } = record.fact;
        Self {
            name,
            title: title.as_str().into(),
            period: period.to_string(),
            division: origin.division.to_string(),
            provenance: wire::provenance(origin.provenance),
            create_time: wire::time(record.created_at),
        }
    }
}

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateSixEnterCampaignRequest>,
) -> Result<Committed<pb::SixEnterCampaign>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let six_enter_campaign = Form::read(
        "six_enter_campaign",
        request.into_inner().six_enter_campaign,
        read,
    )?;
    usecase::create_six_enter_campaign(app, &call, six_enter_campaign).await
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetSixEnterCampaignRequest>,
) -> Result<pb::SixEnterCampaign, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    let six_enter_campaign = store::six_enter_campaigns::get(&mut conn, id).await?;
    Ok(six_enter_campaign.into())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListSixEnterCampaignsRequest>,
) -> Result<pb::ListSixEnterCampaignsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.get_ref();
    let page = wire::page(app, request.page_size, &request.page_token, "")?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::six_enter_campaigns::list(&mut conn, &page).await?;
    let (six_enter_campaigns, next_page_token) = wire::cut(&page, rows);
    Ok(pb::ListSixEnterCampaignsResponse {
        six_enter_campaigns,
        next_page_token,
    })
}
