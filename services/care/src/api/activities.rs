//! Activities and what moves them.

use jianyi_db::Committed;
use jianyi_kernel::Fault;
use jianyi_proto::{care::v1 as pb, name};
use jianyi_rpc::{Page, call};
use tonic::Request;

use crate::convert::OnTheWire as _;
use crate::convert::activity::{parse, parse_closing};
use crate::domain::activity::{ActivityKind, ActivityState};
use crate::domain::id::ActivityIdKind;
use crate::store::{self, activities::Filter};
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateActivityRequest>,
) -> Result<Committed<pb::Activity>, Fault> {
    let call = call(&request, &request.get_ref().request_id)?;
    let (new, close) = parse(request.into_inner().activity, app.db.clock())?;
    usecase::create_activity::create_activity(app, &call, new, close).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetActivityRequest>,
) -> Result<pb::Activity, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse::<ActivityIdKind>("name", &request.get_ref().name)?;
    let found = store::activities::find(&mut *app.db.read(&caller).await?, id).await?;
    found
        .as_ref()
        .map(pb::Activity::from)
        .ok_or_else(|| Fault::NotFound(id.name()))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListActivitiesRequest>,
) -> Result<pb::ListActivitiesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let filters = format!(
        "activities kind={} year={} state={}",
        request.kind, request.year, request.state
    );
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let filter = Filter {
        kind: ActivityKind::from_wire(request.kind()),
        year: request.year,
        state: ActivityState::from_wire(request.state()),
    };
    let rows = store::activities::list(&mut *app.db.read(&caller).await?, filter, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListActivitiesResponse {
        activities: rows.iter().map(pb::Activity::from).collect(),
        next_page_token,
    })
}

pub(super) async fn close(
    app: &App,
    request: Request<pb::CloseActivityRequest>,
) -> Result<Committed<pb::Activity>, Fault> {
    let call = call(&request, &request.get_ref().request_id)?;
    let request = request.into_inner();
    let id = name::parse("name", &request.name)?;
    let etag = request.etag.clone();
    let closing = parse_closing(request)?;
    usecase::close_activity::close_activity(app, &call, id, closing, &etag).await
}

pub(super) async fn cancel(
    app: &App,
    request: Request<pb::CancelActivityRequest>,
) -> Result<Committed<pb::Activity>, Fault> {
    let call = call(&request, &request.get_ref().request_id)?;
    let request = request.get_ref();
    let id = name::parse("name", &request.name)?;
    usecase::cancel_activity::cancel_activity(app, &call, id, &request.etag).await
}
