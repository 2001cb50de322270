//! Condolence visits.

use jianyi_db::Committed;
use jianyi_kernel::Fault;
use jianyi_proto::{care::v1 as pb, name};
use jianyi_rpc::{Page, call};
use tonic::Request;

use crate::convert::visit::parse;
use crate::domain::id::{RoundKind, VisitKind};
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateVisitRequest>,
) -> Result<Committed<pb::Visit>, Fault> {
    let call = call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner(), app.db.clock())?;
    usecase::record_visit::record_visit(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetVisitRequest>,
) -> Result<pb::Visit, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let (round, id) = name::parse_child::<RoundKind, VisitKind>("name", &request.get_ref().name)?;
    let found = store::visits::find(&mut *app.db.read(&caller).await?, round, id).await?;
    found
        .as_ref()
        .map(pb::Visit::from)
        .ok_or_else(|| Fault::NotFound(name::child(round, id)))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListVisitsRequest>,
) -> Result<pb::ListVisitsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let round = name::parse::<RoundKind>("parent", &request.parent)?;
    let filters = format!("visits of {round}");
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let rows = store::visits::list(&mut *app.db.read(&caller).await?, round, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListVisitsResponse {
        visits: rows.iter().map(pb::Visit::from).collect(),
        next_page_token,
    })
}
