//! Programmes.

use jianyi_db::Committed;
use jianyi_kernel::Fault;
use jianyi_proto::{care::v1 as pb, name};
use jianyi_rpc::{Page, call};
use tonic::Request;

use crate::convert::programme::parse;
use crate::usecase::{self, App};
use crate::{domain::id::ProgrammeKind, store};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateProgrammeRequest>,
) -> Result<Committed<pb::Programme>, Fault> {
    let call = call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().programme, app.db.clock())?;
    usecase::create_programme::create_programme(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetProgrammeRequest>,
) -> Result<pb::Programme, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse::<ProgrammeKind>("name", &request.get_ref().name)?;
    let found = store::programmes::find(&mut *app.db.read(&caller).await?, id).await?;
    found
        .as_ref()
        .map(pb::Programme::from)
        .ok_or_else(|| Fault::NotFound(id.name()))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListProgrammesRequest>,
) -> Result<pb::ListProgrammesResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let filters = format!("programmes year={}", request.year);
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let rows =
        store::programmes::list(&mut *app.db.read(&caller).await?, request.year, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListProgrammesResponse {
        programmes: rows.iter().map(pb::Programme::from).collect(),
        next_page_token,
    })
}
