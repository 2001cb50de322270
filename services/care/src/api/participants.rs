//! Who takes part in an activity.

use jianyi_db::Committed;
use jianyi_kernel::Fault;
use jianyi_proto::{care::v1 as pb, name};
use jianyi_rpc::{Page, call, reveal_call};
use tonic::Request;

use crate::convert::participant::{parse, reply};
use crate::domain::id::{ActivityIdKind, ParticipantKind};
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateActivityParticipantRequest>,
) -> Result<Committed<pb::ActivityParticipant>, Fault> {
    let call = call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner(), app.db.clock())?;
    usecase::add_participant::add_participant(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetActivityParticipantRequest>,
) -> Result<pb::ActivityParticipant, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let (activity, id) =
        name::parse_child::<ActivityIdKind, ParticipantKind>("name", &request.get_ref().name)?;
    let found = store::participants::find(&mut *app.db.read(&caller).await?, activity, id).await?;
    let found = found.ok_or_else(|| Fault::NotFound(name::child(activity, id)))?;
    reply(&found, app.db.cipher())
}

pub(super) async fn reveal(
    app: &App,
    request: Request<pb::RevealActivityParticipantRequest>,
) -> Result<Committed<pb::ActivityParticipant>, Fault> {
    let call = reveal_call(&request, &request.get_ref().purpose)?;
    let (activity, id) =
        name::parse_child::<ActivityIdKind, ParticipantKind>("name", &request.get_ref().name)?;
    usecase::reveal_participant::reveal_participant(app, &call, activity, id).await
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListActivityParticipantsRequest>,
) -> Result<pb::ListActivityParticipantsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let activity = name::parse::<ActivityIdKind>("parent", &request.parent)?;
    let filters = format!("participants of {activity}");
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let rows =
        store::participants::list(&mut *app.db.read(&caller).await?, activity, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    let activity_participants = rows
        .iter()
        .map(|row| reply(row, app.db.cipher()))
        .collect::<Result<_, _>>()?;
    Ok(pb::ListActivityParticipantsResponse {
        activity_participants,
        next_page_token,
    })
}
