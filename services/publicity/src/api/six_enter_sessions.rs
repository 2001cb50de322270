//! 六进 sessions on the wire.

use jianyi_db::Committed;
use jianyi_kernel::{Fault, Id};
use jianyi_proto::name;
use jianyi_proto::publicity::v1 as pb;
use tonic::Request;

use super::App;
use super::form::Form;
use super::wire;
use crate::domain::{Recorded, SixEnterCampaign, SixEnterSession};
use crate::word::Word as _;
use crate::{store, usecase};

impl From<Recorded<SixEnterSession>> for pb::SixEnterSession {
    fn from(record: Recorded<SixEnterSession>) -> Self {
        let name = name::child(record.fact.campaign, record.id);
        let SixEnterSession {
            kind,
            held_on,
            place,
            origin,
            ..
        } = record.fact;
        Self {
            name,
            kind: kind.to_wire(),
            held_on: held_on.to_string(),
            place,
            division: origin.division.to_string(),
            provenance: wire::provenance(origin.provenance),
            create_time: wire::time(record.created_at),
        }
    }
}

fn read(
    form: &mut Form,
    wire: pb::SixEnterSession,
    campaign: Id<SixEnterCampaign>,
) -> Option<SixEnterSession> {
    let kind = form.word("kind", wire.kind);
    let held_on = form.fuzzy("held_on", &wire.held_on);
    let place = form.text("place", &wire.place, 200);
    let origin = form.origin(&wire.division, wire.provenance);
    Some(SixEnterSession {
        campaign,
        kind: kind?,
        held_on: held_on?,
        place: place?,
        origin: origin?,
    })
}

pub(crate) async fn create(
    app: &App,
    request: Request<pb::CreateSixEnterSessionRequest>,
) -> Result<Committed<pb::SixEnterSession>, Fault> {
    let call = jianyi_rpc::call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let campaign = name::parse("parent", &request.parent)?;
    let session = Form::read(
        "six_enter_session",
        request.six_enter_session,
        |form, wire| read(form, wire, campaign),
    )?;
    usecase::create_six_enter_session(app, &call, session).await
}

pub(crate) async fn get(
    app: &App,
    request: Request<pb::GetSixEnterSessionRequest>,
) -> Result<pb::SixEnterSession, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let (campaign, id) = name::parse_child("name", &request.get_ref().name)?;
    let mut conn = app.db.read(&caller).await?;
    Ok(store::six_enter_sessions::get(&mut conn, campaign, id)
        .await?
        .into())
}

pub(crate) async fn list(
    app: &App,
    request: Request<pb::ListSixEnterSessionsRequest>,
) -> Result<pb::ListSixEnterSessionsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.get_ref();
    let campaign = match request.parent.as_str() {
        "sixEnterCampaigns/-" => None,
        parent => Some(name::parse("parent", parent)?),
    };
    let page = wire::page(app, request.page_size, &request.page_token, &request.parent)?;
    let mut conn = app.db.read(&caller).await?;
    let rows = store::six_enter_sessions::list(&mut conn, &page, campaign).await?;
    let (six_enter_sessions, next_page_token) = wire::cut(&page, rows);
    Ok(pb::ListSixEnterSessionsResponse {
        six_enter_sessions,
        next_page_token,
    })
}
