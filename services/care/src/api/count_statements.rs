//! Totals as sources state them.

use jianyi_db::Committed;
use jianyi_kernel::Fault;
use jianyi_proto::api::v1 as api;
use jianyi_proto::{care::v1 as pb, name};
use jianyi_rpc::{Page, call};
use tonic::Request;

use crate::convert::count_statement::{parse, reply};
use crate::domain::id::CountStatementKind;
use crate::store;
use crate::usecase::{self, App};

pub(super) async fn create(
    app: &App,
    request: Request<pb::CreateCountStatementRequest>,
) -> Result<Committed<api::CountStatement>, Fault> {
    let call = call(&request, &request.get_ref().request_id)?;
    let new = parse(request.into_inner().count_statement, app.db.clock())?;
    usecase::state_count::state_count(app, &call, new).await
}

pub(super) async fn get(
    app: &App,
    request: Request<pb::GetCountStatementRequest>,
) -> Result<api::CountStatement, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let id = name::parse::<CountStatementKind>("name", &request.get_ref().name)?;
    let found = store::count_statements::find(&mut *app.db.read(&caller).await?, id).await?;
    found
        .as_ref()
        .map(reply)
        .ok_or_else(|| Fault::NotFound(id.name()))
}

pub(super) async fn list(
    app: &App,
    request: Request<pb::ListCountStatementsRequest>,
) -> Result<pb::ListCountStatementsResponse, Fault> {
    let caller = jianyi_rpc::caller(&request)?;
    let request = request.into_inner();
    let filters = format!("count statements subject={}", request.subject);
    let page = Page::parse(
        request.page_size,
        &request.page_token,
        &filters,
        app.db.cipher().token_key(),
    )?;
    let subject = (!request.subject.is_empty()).then_some(request.subject.as_str());
    let rows =
        store::count_statements::list(&mut *app.db.read(&caller).await?, subject, &page).await?;
    let (rows, next_page_token) = page.cut(rows, |row| (row.created_at, row.id.as_uuid()));
    Ok(pb::ListCountStatementsResponse {
        count_statements: rows.iter().map(reply).collect(),
        next_page_token,
    })
}
